"""The vectors that FAISS searches, and the file they are kept in."""

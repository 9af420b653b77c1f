"""Published ALBERTs: read from TensorFlow Hub or Hugging Face, imported, verified, exported."""

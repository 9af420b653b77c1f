"""The vectors that FAISS searches, and the file they are kept in.

In reading order:

- ``space``, ``whitening``: vectors as they are compared.
- ``faiss_index``: nearest vectors.
- ``file``: its file, with a trailer.
- ``current``: kept in step with the catalog.
"""

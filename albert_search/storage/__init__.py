"""The storage of an index: its folder, its catalog (the truth) and its vectors (derived from it).

In reading order:

- ``folder``, ``addresses``: file names of an index, and names of indexes and documents.
- ``locking``: one writer at a time.
- ``catalog``: SQLite, the truth.
- ``vectors``: FAISS, derived from it.
- ``verification``: both checked, and against each other.
- ``relocation``: where documents are that were moved with their index.
- ``store``: the one class that everything above speaks to.
"""

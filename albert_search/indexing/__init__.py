"""From sources to the store: what has changed is read, split, encoded and committed.

In reading order:

- ``source``: what a person asked to index, remembered.
- ``snapshot``, ``walk``: what the sources lead to, and what that looks like.
- ``files``: which files there are, and which are gone.
- ``preparation``: files to sentences; what has not changed is passed over.
- ``read_ahead``: a bounded step ahead, on a thread of its own.
- ``indexer``: encodes and commits, one transaction a batch.
- ``report``: progress, and what a run did.
- ``run``: the pipeline as a loop, which keeps the vector file in step.
- ``reembedding``: another model for the texts that are there.
"""

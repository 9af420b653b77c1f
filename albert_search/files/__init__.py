"""Files that are written whole or not at all.

In reading order:

- ``durable``: writes, replacements and removals that a crash cannot halve.
- ``listing``: a digest of the names in a folder.
"""

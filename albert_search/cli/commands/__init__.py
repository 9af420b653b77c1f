"""The commands, a file for each group.

In reading order:

- ``indexing``, ``upkeep``, ``looking``: documents in, out, and what there is.
- ``searching``, ``shell``: questions in, hits out.
- ``vectors``: texts in, vectors or cosines out.
- ``models``, ``tuning``, ``evaluate``: models, their fine-tuning, and figures of both.
- ``serve``, ``mcp``: the index for programs, people and assistants.
"""

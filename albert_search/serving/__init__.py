"""The HTTP door: an index behind FastAPI, for programs and for people; `serve` runs it.

In reading order:

- ``app``, ``server``: the application, and running it.
- ``services``: what its routes share.
- ``batching``, ``writes``: many readers, one encoder, one writer.
- ``routes``, ``bodies``, ``failures``: requests, their fields, their errors.
- ``security``, ``limits``: who may ask, and how much.
- ``metrics``, ``projection``: figures, and the map.
- ``mcp``: tools for assistants.
"""

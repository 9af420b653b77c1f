"""The Model Context Protocol: an index as tools of an assistant.

In reading order:

- ``tools``: search, read and list.
- ``transport``: over standard input and output, or HTTP.
"""

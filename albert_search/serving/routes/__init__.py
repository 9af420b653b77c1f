"""What can be asked for, a file for each kind of question.

In reading order:

- ``search``: questions in, hits out.
- ``documents``: documents in and out.
- ``encoding``, ``texts_ranked``: the encoder alone.
- ``overview``: the index and the server as a whole.
"""

"""The command line: arguments, progress and printing, and nothing else.

One file holds one group of commands; `albert_search.cli.main` lists them. Whatever takes long to import is imported
inside the commands that need it, so that ``--help`` and ``--version`` answer at once.

In reading order:

- ``main``: the list of commands, and how one ends.
- ``commands``: one file a group.
- ``shell``: the interactive session.
- ``parameters``, ``texts``: options that several take, and texts from arguments, files or standard input.
- ``output``, ``hits``, ``progress``, ``remedies``, ``left_out``: hits, bars, errors and what was not read, in words.
- ``embedding``, ``heat_map``: vectors and the matrix of cosines.
- ``listening``: commands that serve until they are told to stop.
"""

"""The command line: arguments, progress and printing, and nothing else.

One file holds one group of commands; `albert_search.cli.main` lists them. Whatever takes long to import is imported
inside the commands that need it, so that ``--help`` and ``--version`` answer at once.
"""

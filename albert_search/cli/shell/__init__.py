"""The interactive shell: its prompt, and what a line may ask for.

In reading order:

- ``prompt``: the line that a person types in.
- ``commands``: questions, and commands that begin with a colon.
"""

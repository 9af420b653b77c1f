"""Options of reading."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Options of reading, which an index remembers.

    Attributes:
        text_fields: The columns of a csv or tsv file, or the fields of a jsonl file, that are the text; all others
            are metadata. Without a choice: the first field that is called text, content, body, passage, sentence,
            document or abstract; where none is, every field that holds prose (words with spaces between them).
        code: Whether source code that is found in a folder or an archive is read; what is named always is.
    """

    text_fields: tuple[str, ...] = ()
    code: bool = False

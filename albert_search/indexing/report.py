"""Progress and result of an indexing run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from albert_search.types import Note, Skipped


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of an indexing run.

    Attributes:
        done_bytes: Bytes of the files that are dealt with.
        total_bytes: Bytes of all files; 0 where the amount is not known.
        sentences: Sentences indexed so far.
        encoded: Distinct texts encoded so far.
    """

    done_bytes: int = 0
    total_bytes: int = 0
    sentences: int = 0
    encoded: int = 0


ProgressCallback = Callable[[Progress], None]


@dataclass(slots=True)
class IndexReport:
    """Result of an indexing run.

    Attributes:
        documents: Documents that were new or had changed.
        sentences: Sentences in them.
        encoded: Distinct texts that had to be encoded.
        unreadable: Sentences among them without a vector, since the model does not know their script; they are found
            by their words.
        languages: How many of the sentences are in documents of each language, after ISO 639; ``unknown`` for the rest.
        unreadable_in: Addresses of the documents with unreadable sentences, by language.
        unchanged: Files and documents that were left as they are.
        removed: Documents that were removed because they are gone.
        skipped: What could not be read, and why.
        blobs: Places in them that are encoded bytes or code without spaces, and were left out.
        passed_over: How many files were passed over in folders, by the reason; files that hold no text are among them.
        notes: What a person should know about files that were read.
        seconds: How long it took.
        encoding_seconds: How much of that the encoder was at work.
    """

    documents: int = 0
    sentences: int = 0
    encoded: int = 0
    unreadable: int = 0
    languages: dict[str, int] = field(default_factory=dict)
    unreadable_in: dict[str, list[str]] = field(default_factory=dict)
    unchanged: int = 0
    removed: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    blobs: int = 0
    passed_over: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    seconds: float = 0.0
    encoding_seconds: float = 0.0

"""The settings of a catalog: which index it is of, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from albert_search.types import ModelReference, Unit

GENERATION = "generation"
FOLDED_GENERATION = "folded_generation"
VECTOR_FILES = "vector_files"
TEXTS_AHEAD = "texts_ahead"
LOCATION = "location"
NULL_DISTRIBUTION = "background"
SOURCES = "sources"
MODEL = "model"
"""Names under which the settings that change are stored."""


@dataclass(frozen=True, slots=True)
class CatalogState:
    """The settings of a catalog at one instant.

    Attributes:
        catalog_id: Tells the catalog from every other.
        created_at: When it was made, ISO 8601.
        generation: Grows with every transaction that changes what can be found.
        folded_generation: The generation of the newest vector file that was written.
        vector_files: Ids of the vector files that may be this catalog's: the newest, and the one that is being written.
            Those of versions that drew none have the empty one.
        unit: What gets a vector of its own.
        model: The model that makes its vectors; None in a catalog that is no index's.
        texts_ahead: Whether there may be texts that no sentence holds yet.
        location: Where the index was when it was written last; None where that was not noted.
        null_distribution: What unrelated questions score, as `searching.relevance` measured it.
        sources: What is read again by each update, as `indexing.source` recorded it.
    """

    catalog_id: str
    created_at: str
    generation: int
    folded_generation: int
    vector_files: tuple[str, ...] = ("",)
    unit: Unit = "sentence"
    model: ModelReference | None = None
    texts_ahead: bool = False
    location: str | None = None
    null_distribution: Mapping[str, Any] | None = None
    sources: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> CatalogState:
        """Read the settings as they are stored; others than these are left alone.

        Args:
            settings: JSON values by name.
        """
        model = settings.get(MODEL)
        return cls(
            catalog_id=settings["catalog_id"],
            created_at=settings["created_at"],
            generation=settings[GENERATION],
            folded_generation=settings[FOLDED_GENERATION],
            vector_files=tuple(settings.get(VECTOR_FILES, [""])),
            unit=settings.get("unit", "sentence"),
            model=ModelReference(**model) if model else None,
            texts_ahead=settings.get(TEXTS_AHEAD, False),
            location=settings.get(LOCATION),
            null_distribution=settings.get(NULL_DISTRIBUTION),
            sources=settings.get(SOURCES),
        )

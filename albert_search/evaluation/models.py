"""Which model is measured."""

from __future__ import annotations

from pathlib import Path

from albert_search.config import load_settings
from albert_search.encoding import SentenceEncoder, load_encoder


def chosen_encoder(model: str | Path | SentenceEncoder | None) -> SentenceEncoder:
    """Return a model that is loaded and runs.

    Args:
        model: Itself, its name or folder, or None for the one from the settings, or else the one that ships.

    Raises:
        ModelError: There is no such model, or it is damaged.
    """
    settings = load_settings()
    return load_encoder(model or settings.model, threads=settings.threads)

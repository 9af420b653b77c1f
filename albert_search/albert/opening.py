"""Opens the model that a person names: by name, by folder, or as a published ALBERT that is imported on the way."""

from __future__ import annotations

from pathlib import Path

from albert_search.albert import Encoder
from albert_search.albert.published.sources import is_source, name_by_content
from albert_search.albert.shelf import CONFIG, known_models
from albert_search.config import load_settings, models_folder
from albert_search.types import ModelReference, SentenceEncoder


def chosen_encoder(model: str | Path | SentenceEncoder | None, *, threads: int | None = None) -> SentenceEncoder:
    """Return the model that a person means, loaded.

    Args:
        model: Itself, its name or folder, or None for the one from the settings, or else the one that ships.
        threads: Threads that it may use; None for what the settings say, or else all cores.

    Raises:
        ModelError: There is no such model, or it is damaged.
    """
    settings = load_settings(threads=threads)
    return load_encoder(model or settings.model, threads=settings.threads)


def load_encoder(model: str | Path | SentenceEncoder | None, *, threads: int | None) -> SentenceEncoder:
    """Return a model, loaded; a published ALBERT is imported first, once for each content.

    Only for what a person or a program names: a published module is a program, and importing it runs it.

    Args:
        model: Its name or folder, itself, or None for the one that ships.
        threads: Threads that it may use; None for all cores.

    Raises:
        ModelError: There is no such model, or it is damaged.
    """
    if not (model is None or isinstance(model, str | Path)):
        return model
    if model is not None and model not in known_models() and is_source(path := Path(model).expanduser()):
        model = _imported(path)
    return Encoder.load(model, threads=threads)


def describe_model(encoder: SentenceEncoder, chosen: str | Path | SentenceEncoder | None) -> ModelReference:
    """Return what an index remembers of the model that made it.

    Args:
        encoder: The model, loaded.
        chosen: How the person or program named it.
    """
    location = None
    if isinstance(chosen, str | Path):
        # A name stays a name, and is looked up again; what was given as a path is where its model is kept by now.
        is_name = isinstance(chosen, str) and not Path(chosen).exists()
        location = str(encoder.model.folder) if isinstance(encoder, Encoder) and not is_name else str(chosen)
    return ModelReference(encoder.name, encoder.fingerprint, encoder.dim, location)


def _imported(source: Path) -> Path:
    name = name_by_content(source)
    folder = models_folder() / name
    if not (folder / CONFIG).is_file():
        from albert_search.albert.published.importing import import_model  # takes seconds, and imports TensorFlow

        import_model(str(source), name=name)
    return folder

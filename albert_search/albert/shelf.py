"""The folders of models: those that ship with the package, and those of the person, each under its name.

An imported model keeps its float weights beside the compact graph, as the one that ships does in a checkout.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from albert_search.albert.checkpoint import read_config
from albert_search.config import models_folder
from albert_search.errors import ModelError, UsageError

CONFIG, VOCABULARY, GRAPH = "config.json", "spiece.model", "model.onnx"
DEFAULT_MODEL = "albert-search-small"
SHIPPED_MODELS = Path(__file__).resolve().parent.parent / "models"

CHECKPOINT = "checkpoint"
"""Folder, in a model's, of its float weights: to verify it again, to export it, to tune it."""


def known_models() -> dict[str, Path]:
    """Return the folders of the models that can be opened by name; the user's come before the shipped ones."""
    folders: dict[str, Path] = {}
    for place in (SHIPPED_MODELS, models_folder()):
        if place.is_dir():
            folders |= {folder.name: folder for folder in sorted(place.iterdir()) if (folder / CONFIG).is_file()}
    return folders


def find_model(model: str | Path | None) -> Path:
    """Return the folder of a model.

    Args:
        model: Its folder; or its name, looked up in the package and in the user's model folder; None for the model that
            ships.

    Raises:
        ModelError: There is no such model.
    """
    known = known_models()
    name = DEFAULT_MODEL if model is None else model
    if isinstance(name, str) and name in known:
        return known[name]
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    raise ModelError(f"there is no model {str(name)!r}: it is neither a folder nor one of {', '.join(sorted(known))}")


def imported_folder(name: str) -> Path:
    """Return the folder of an imported model.

    Raises:
        ModelError: No model of that name was imported.
        UsageError: Nothing can have that name.
    """
    folder = models_folder() / check_name(name)
    if not (folder / CHECKPOINT).is_dir():
        imported = sorted(kept.parent.name for kept in models_folder().glob(f"*/{CHECKPOINT}"))
        raise ModelError(f"no model {name!r} was imported: {models_folder()} holds {', '.join(imported) or 'none'}")
    return folder


def remove_model(name: str) -> None:
    """Remove an imported model.

    Raises:
        ModelError: No model of that name was imported.
        UsageError: Nothing can have that name.
    """
    shutil.rmtree(imported_folder(name))


def note(folder: Path, **facts: Any) -> None:
    """Add facts to the settings of a model; its vectors do not depend on them."""
    config = {**read_config(folder), **facts}
    (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def check_name(name: str) -> str:
    """Return a name that a folder can have.

    Raises:
        UsageError: It cannot.
    """
    if not re.fullmatch(r"\w[\w.-]*", name):
        raise UsageError(f"{name!r} cannot be the name of a model: use letters, digits, '-', '_' and '.'")
    return name

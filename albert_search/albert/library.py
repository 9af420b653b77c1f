"""The models that were imported, each in a folder of its own with the float weights beside the compact graph."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from albert_search.albert.model import CONFIG
from albert_search.albert.sources import check_name
from albert_search.albert.weights import read_config
from albert_search.config import models_folder
from albert_search.errors import ModelError

CHECKPOINT = "checkpoint"
"""Folder, in an imported model's, of its float weights: to verify it again, to export it, to tune it."""


def imported_folder(name: str) -> Path:
    """Return the folder of an imported model.

    Raises:
        ModelError: No model of that name was imported.
        UsageError: Nothing can have that name.
    """
    folder = models_folder() / check_name(name)
    if not (folder / CHECKPOINT).is_dir():
        raise ModelError(f"no model {name!r} was imported: see `albert-search model list`")
    return folder


def remove_model(name: str) -> None:
    """Delete an imported model.

    Raises:
        ModelError: No model of that name was imported.
        UsageError: Nothing can have that name.
    """
    shutil.rmtree(imported_folder(name))


def note(folder: Path, **facts: Any) -> None:
    """Add facts to the settings of a model; its vectors do not depend on them."""
    config = {**read_config(folder), **facts}
    (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")

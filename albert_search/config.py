"""Settings: what the caller gives, else the environment, else the person's file, else the default.

The file is ``config.toml`` in the platform's configuration folder (`config_file`)::

    index = "notes"        # name or path
    model = "albert_en_base"
    threads = 2
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import platformdirs

from albert_search.errors import UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

APPLICATION = "albert-search"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings that a person makes once for every command.

    Attributes:
        index: Name or path of the index; None for ``indexes/default``.
        model: Name or path of the model; None for the one that ships.
        threads: Threads that the encoder may use; None for all cores.
    """

    index: str | None = None
    model: str | None = None
    threads: int | None = None


def config_file() -> Path:
    """Return where the person's settings are read from, whether or not the file exists."""
    return platformdirs.user_config_path(APPLICATION, appauthor=False) / "config.toml"


def models_folder() -> Path:
    """Return the folder that imported models are kept in."""
    chosen = os.environ.get("ALBERT_SEARCH_MODELS")
    return Path(chosen) if chosen else platformdirs.user_data_path(APPLICATION, appauthor=False) / "models"


def history_file() -> Path:
    """Return where the questions of interactive sessions are remembered, whether or not the file exists."""
    return platformdirs.user_state_path(APPLICATION, appauthor=False) / "history"


def load_settings(**given: Any) -> Settings:
    """Gather the settings from the caller, the environment (``ALBERT_SEARCH_INDEX`` …), file and defaults.

    Args:
        **given: Settings given by the caller; None means not given.

    Returns:
        Each setting from the first of the four places that names it.

    Raises:
        UsageError: The file or a variable cannot be understood.
    """
    environment = {name: os.environ.get(f"ALBERT_SEARCH_{name.upper()}") or None for name in _names()}
    layers: tuple[Mapping[str, Any], ...] = (given, environment, _read_file(config_file()))
    chosen = {name: next((layer[name] for layer in layers if layer.get(name) is not None), None) for name in _names()}
    for name in ("index", "model"):
        if not isinstance(chosen[name], str | None):
            raise UsageError(f"{name} must be a name or a path, not {chosen[name]!r}")
    if chosen["threads"] is not None:
        chosen["threads"] = _positive("threads", chosen["threads"])
    return Settings(**chosen)


def _names() -> list[str]:
    return [field.name for field in fields(Settings)]


def _read_file(path: Path) -> dict[str, Any]:
    try:
        settings: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"cannot read the settings in {path}: {error}") from error
    unknown = sorted(set(settings) - set(_names()))
    if unknown:
        raise UsageError(f"{path} sets {', '.join(unknown)}, which is unknown: it may set {', '.join(_names())}")
    return settings


def _positive(name: str, value: Any) -> int:
    try:
        number = int(str(value))
    except (TypeError, ValueError):
        number = 0
    if number < 1:
        raise UsageError(f"{name} must be a whole number above 0, not {value!r}")
    return number

"""A model is a folder: ``config.json``, ``spiece.model`` and ``model.onnx``, the compact graph."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from albert_search.albert.architecture import Architecture
from albert_search.albert.checkpoint import read_config
from albert_search.albert.pooling import Pooling
from albert_search.albert.shelf import VOCABULARY, find_model
from albert_search.errors import ModelError

FORMAT = 1


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """The settings in ``config.json`` of a model folder.

    Attributes:
        name: What the model is called.
        architecture: Its sizes.
        precision: ``int8`` or ``float32``.
        pooling: How its outputs become a vector.
        max_seq_length: Longest text, in tokens with the special ones.
        lower_case: Whether text is lower-cased.
        source: Where the weights came from.
        licence: Their licence.
        files: SHA-256 of each other file, in hexadecimal, by its name.
        languages: Those that it knows, after ISO 639; empty where nobody said.
    """

    name: str
    architecture: Architecture
    precision: str
    pooling: Pooling
    max_seq_length: int
    lower_case: bool
    source: str
    licence: str
    files: Mapping[str, str]
    languages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse settings that cannot work together."""
        longest = self.architecture.max_position_embeddings
        if type(self.max_seq_length) is not int or not 3 <= self.max_seq_length <= longest:
            raise ModelError(f"config.json: max_seq_length must be from 3 to {longest}, not {self.max_seq_length!r}")

    @property
    def dim(self) -> int:
        """Width of a vector."""
        return self.architecture.hidden_size

    @property
    def fingerprint(self) -> str:
        """Thirty-two hexadecimal digits over all that changes a vector: the files, the pooling, the lengths."""
        decisive = {
            "files": dict(self.files),
            "pooling": self.pooling.value,
            "max_seq_length": self.max_seq_length,
            "lower_case": self.lower_case,
        }
        return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()[:32]

    @classmethod
    def from_json(cls, config: Mapping[str, Any]) -> ModelSettings:
        """Check and take over what a ``config.json`` says.

        Raises:
            ModelError: Something is missing or makes no sense.
        """
        if config.get("format") != FORMAT:
            raise ModelError(f"config.json is not that of a model folder in format {FORMAT}; import the model again")
        kinds: dict[str, type] = dict.fromkeys(("name", "precision", "source", "licence"), str)
        kinds |= {"architecture": dict, "lower_case": bool, "max_seq_length": int, "files": dict}
        for key, kind in kinds.items():
            if not isinstance(config.get(key), kind):
                raise ModelError(f"config.json is damaged: {key} is {config.get(key)!r}")
        values = {key: config[key] for key in kinds}
        values["architecture"] = Architecture.from_json(config["architecture"])
        languages = config.get("languages", [])
        if not isinstance(languages, list) or not all(isinstance(language, str) for language in languages):
            raise ModelError(f"config.json is damaged: languages is {languages!r}")
        return cls(pooling=Pooling.parse(config.get("pooling")), languages=tuple(languages), **values)

    def to_json(self) -> dict[str, Any]:
        """Return what goes into ``config.json``."""
        return {"format": FORMAT, **asdict(self), "pooling": self.pooling.value, "dim": self.dim}


@dataclass(frozen=True, slots=True)
class Model:
    """A model folder whose settings are read and make sense; the files are checked when they are read."""

    folder: Path
    settings: ModelSettings

    @classmethod
    def open(cls, model: str | Path | None = None) -> Model:
        """Open a model by its name or folder.

        Args:
            model: A folder; or a name, looked up in the package and in the user's model folder; None for the model
                that ships with the package.

        Raises:
            ModelError: There is no such model, or its folder is damaged.
        """
        folder = find_model(model)
        try:
            return cls(folder, ModelSettings.from_json(read_config(folder)))
        except ModelError as error:
            raise ModelError(
                f"the model {folder} cannot be used: {error}; if it is a published ALBERT, import it first"
            ) from error

    @property
    def vocabulary(self) -> Path:
        """The SentencePiece model."""
        return self.folder / VOCABULARY

    def read(self, file: str) -> bytes:
        """Return the content of one of the model's files.

        Raises:
            ModelError: It is missing, or not what it was when the model was made.
        """
        path = self.folder / file
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(f"the model {self.folder} lacks {file}: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != self.settings.files.get(file):
            raise ModelError(f"{path} is damaged: its SHA-256 is not the one in config.json; install the model again")
        return content

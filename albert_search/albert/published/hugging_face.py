"""Reads a folder as Hugging Face or sentence-transformers writes it."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from albert_search.albert.architecture import Architecture
from albert_search.albert.checkpoint import Weights, fit, read_checkpoint, read_config
from albert_search.albert.pooling import Pooling
from albert_search.albert.published.original import Inputs, Original, Outputs
from albert_search.albert.published.quiet_tensorflow import loading_tensorflow
from albert_search.errors import ModelError, needs_extra

POOLINGS = {"pooling_mode_mean_tokens": Pooling.MEAN, "pooling_mode_cls_token": Pooling.CLS}
HARMLESS_MODULES = ("Transformer", "Pooling", "Normalize")


class HuggingFaceFolder:
    """A Hugging Face folder, or a sentence-transformers one around it.

    Attributes:
        folder: The folder as a whole.
        transformer: Where the transformer's own files are; the same, except with early sentence-transformers.
    """

    def __init__(self, folder: Path) -> None:
        """Look at a folder.

        Raises:
            ModelError: Its modules cannot be run as one ALBERT, or it is another model's.
        """
        self.folder = self.transformer = folder
        for kind, path in _modules(folder / "modules.json"):
            if kind not in HARMLESS_MODULES:
                raise ModelError(f"{folder} cannot be imported: its module {kind!r} comes after the ALBERT")
            if kind == "Transformer":
                self.transformer = folder / path
        model_type = read_config(self.transformer).get("model_type")
        if model_type != "albert":
            raise ModelError(f"{folder} is not an ALBERT: its config.json says model_type {model_type!r}")

    def weights(self, architecture: Architecture) -> Weights:
        """Return the tensors.

        Raises:
            ModelError: They are missing, damaged, or do not fit the sizes.
            MissingExtra: They are in PyTorch's older format, and PyTorch is not there.
        """
        if (self.transformer / "model.safetensors").is_file() or not self._pickled.is_file():
            return read_checkpoint(self.transformer)[1]
        return fit(architecture, self._read_pickled())

    def vocabulary(self) -> bytes:
        """Return the SentencePiece model.

        Raises:
            ModelError: There is none.
        """
        try:
            return (self.transformer / "spiece.model").read_bytes()
        except OSError as error:
            raise ModelError(f"{self.folder} lacks its vocabulary, spiece.model: {error.strerror}") from error

    def lower_case(self) -> bool:
        """Return whether text is lower-cased."""
        settings = _settings(self.transformer / "tokenizer_config.json")
        if settings.get("keep_accents"):
            raise ModelError(f"{self.folder} cannot be imported: its tokenizer keeps accents, which ALBERT's drops")
        return bool(settings.get("do_lower_case", True))

    def pooling(self) -> Pooling:
        """Return how outputs become a vector: what the folder says, or else the mean."""
        settings = _settings(self.folder / "1_Pooling" / "config.json")
        if "pooling_mode" in settings:
            return Pooling.parse(settings["pooling_mode"])
        modes = [mode for mode, chosen in settings.items() if mode.startswith("pooling_mode_") and chosen is True]
        if not modes:
            return Pooling.parse(read_config(self.transformer).get("pooling", Pooling.MEAN.value))
        if len(modes) > 1 or modes[0] not in POOLINGS:
            raise ModelError(f"{self.folder} cannot be imported: its pooling is {', '.join(modes)}")
        return POOLINGS[modes[0]]

    def max_seq_length(self) -> int | None:
        """Return the longest text in tokens, if the folder says it."""
        settings = _settings(self.transformer / "sentence_bert_config.json") or read_config(self.transformer)
        length = settings.get("max_seq_length")
        return length if isinstance(length, int) else None

    def original(self, architecture: Architecture, weights: Weights) -> Original:
        """Return what an import is compared with: Hugging Face's own code if it is there, else our Keras network."""
        if find_spec("transformers") and find_spec("torch"):
            return TransformersOriginal(self.transformer)
        return KerasOriginal(architecture, weights)

    @property
    def _pickled(self) -> Path:
        return self.transformer / "pytorch_model.bin"

    def _read_pickled(self) -> dict[str, Any]:
        """Read PyTorch's older format without running the code that a pickle may hold."""
        import pickle

        with needs_extra(
            "train", f"{self._pickled}, in PyTorch's older format,", otherwise="save the model as model.safetensors"
        ):
            import torch

        try:
            tensors = torch.load(self._pickled, map_location="cpu", weights_only=True)
        except (pickle.UnpicklingError, RuntimeError, EOFError, OSError) as error:
            raise ModelError(f"{self._pickled} is damaged, or holds more than tensors") from error
        return {name: tensor.float().numpy() for name, tensor in tensors.items() if tensor.is_floating_point()}


class TransformersOriginal:
    """The model as Hugging Face's own code runs it."""

    def __init__(self, folder: Path) -> None:
        with loading_tensorflow():  # which transformers does wherever it is installed
            import transformers

            transformers.utils.logging.set_verbosity_error()
            transformers.utils.logging.disable_progress_bar()
            network: Any = transformers.AlbertModel.from_pretrained(folder, local_files_only=True)
        self.runner = f"Hugging Face transformers {transformers.__version__}"
        self._network = network.float().eval()

    def run(self, inputs: Inputs) -> Outputs:
        """Run the model."""
        import torch

        names = {"input_ids": "input_word_ids", "attention_mask": "input_mask", "token_type_ids": "input_type_ids"}
        with torch.no_grad():
            outputs = self._network(**{theirs: torch.from_numpy(inputs[ours]).long() for theirs, ours in names.items()})
        return Outputs(outputs.pooler_output.numpy(), outputs.last_hidden_state.numpy())


class KerasOriginal:
    """The weights in our own Keras network, where no code of others can run them."""

    runner = "albert-search's own Keras network"

    def __init__(self, architecture: Architecture, weights: Weights) -> None:
        with loading_tensorflow():
            from albert_search.albert.network import AlbertNetwork

        self._network = AlbertNetwork(architecture, trainable=False)
        self._network.assign_tensors(weights)

    def run(self, inputs: Inputs) -> Outputs:
        """Run the model."""
        from keras import ops

        outputs = self._network(dict(inputs))
        pooled, sequence = (ops.convert_to_numpy(outputs[name]) for name in ("pooled_output", "sequence_output"))
        return Outputs(np.asarray(pooled), np.asarray(sequence))


def _modules(path: Path) -> list[tuple[str, str]]:
    """Return the kind and the folder of each module that sentence-transformers runs; none where the file is not."""
    try:
        return [(module["type"].rsplit(".", 1)[-1], module["path"]) for module in _json(path) or ()]
    except (TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"{path} is damaged: it does not list modules, each with its type and path") from error


def _settings(path: Path) -> dict[str, Any]:
    """Return what a JSON file says; nothing where there is none."""
    settings = _json(path)
    return settings if isinstance(settings, dict) else {}


def _json(path: Path) -> Any:
    """Return what is in a JSON file; None where there is none."""
    if not path.is_file():
        return None
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path} is damaged: it is not JSON ({error})") from error

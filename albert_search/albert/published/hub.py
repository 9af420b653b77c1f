"""TensorFlow and TensorFlow Hub: the one file that imports them.

Published ALBERT modules come in four forms, which are called differently and name their outputs differently::

    tensorflow/albert_en_*/1      module([ids, mask, types])   -> [pooled, sequence]
    tensorflow/albert_en_*/2, /3  module({input_word_ids, …})  -> {pooled_output, sequence_output, encoder_outputs}
    google/albert_*/1 … 3         signatures["tokens"](input_ids, input_mask, segment_ids), a TF1 hub.Module
    any re-exported one           signatures["serving_default"](input_word_ids, …), outputs with mangled names

So a module is called in whichever way works, and its outputs are handed on without their names.
"""

from __future__ import annotations

import socket
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from albert_search.albert.checkpoint import Weights
from albert_search.albert.published.handles import TIMEOUT_S, cannot_be_fetched
from albert_search.albert.published.original import LARGEST_DIFFERENCE, Inputs, Outputs
from albert_search.albert.published.quiet_tensorflow import loading_tensorflow
from albert_search.errors import ModelError

if TYPE_CHECKING:
    from albert_search.albert.network import AlbertNetwork


with loading_tensorflow(), warnings.catch_warnings():
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
    import tensorflow as tf
    import tensorflow_hub
tf.get_logger().setLevel("ERROR")

PROCESSOR = "/CPU:0"
"""Device of the modules: graphics cards round products more coarsely than a comparison can bear."""

TF1_SIGNATURE = "tokens"
TF1_INPUTS = {"input_word_ids": "input_ids", "input_mask": "input_mask", "input_type_ids": "segment_ids"}

CANNOT_LOAD = (tf.errors.OpError, OSError, ValueError, LookupError, TypeError, AttributeError)
CANNOT_CALL = (tf.errors.OpError, ValueError, TypeError, KeyError)


def fetch(handle: str) -> Path:
    """Return the folder of a module that is known by its address, downloading it on first use.

    Args:
        handle: Such as ``https://tfhub.dev/tensorflow/albert_en_base/3``.

    Raises:
        ModelError: It cannot be reached, and is not in tensorflow_hub's cache.
    """
    try:
        with _short_patience():
            return Path(tensorflow_hub.resolve(handle))
    except (tf.errors.OpError, OSError, ValueError) as error:
        raise cannot_be_fetched(handle, error) from error


class HubModule:
    """A module that TensorFlow has loaded and runs."""

    def __init__(self, folder: Path) -> None:
        """Load a module.

        Args:
            folder: An unpacked SavedModel, of TensorFlow 1 or 2.

        Raises:
            ModelError: TensorFlow cannot load it.
        """
        self.folder = folder
        try:
            with tf.device(PROCESSOR):
                self._module = tensorflow_hub.load(str(folder))
            self.variables = _variables(self._module, folder)
        except CANNOT_LOAD as error:
            raise ModelError(f"{folder} is damaged: TensorFlow cannot load it ({_first_line(error)})") from error
        self._call: Callable[[Inputs], Any] | None = None

    @property
    def runner(self) -> str:
        """The program that computes the outputs."""
        return f"TensorFlow {tf.__version__}"

    def vocabulary(self) -> bytes:
        """Return the SentencePiece model that the module carries as an asset.

        Raises:
            ModelError: It carries none, or several.
        """
        models = sorted((self.folder / "assets").glob("*.model"))
        if len(models) != 1:
            raise ModelError(f"{self.folder} lacks its vocabulary: its assets hold {len(models)} .model files, not one")
        return models[0].read_bytes()

    def lower_case(self) -> bool:
        """Return whether text is lower-cased: what a TF1 module says, and true for all others."""
        information = self._module.signatures.get("tokenization_info")
        return True if information is None else bool(information()["do_lower_case"].numpy())

    def outputs(self, inputs: Inputs) -> list[npt.NDArray[np.float32]]:
        """Run the module.

        Args:
            inputs: What to run it on.

        Returns:
            All that it returns, in an order that is always the same but says nothing.

        Raises:
            ModelError: It does not take an ALBERT's inputs in any of the known ways.
        """
        with tf.device(PROCESSOR):
            if self._call is None:
                self._call = self._working_call(inputs)
            outputs = tf.nest.flatten(self._call(inputs))
        return [np.asarray(tensor.numpy(), np.float32) for tensor in outputs if tensor.dtype.is_floating]

    def _working_call(self, inputs: Inputs) -> Callable[[Inputs], Any]:
        for call in self._calls():
            try:
                call(inputs)
            except CANNOT_CALL:
                continue
            return call
        raise ModelError(f"{self.folder} is not an ALBERT: it does not take words, a mask and segments")

    def _calls(self) -> Iterator[Callable[[Inputs], Any]]:
        """Yield the ways to call a module, the most telling first."""
        module, signatures = self._module, self._module.signatures
        if TF1_SIGNATURE in signatures:
            yield lambda inputs: signatures[TF1_SIGNATURE](**{TF1_INPUTS[k]: v for k, v in _tensors(inputs).items()})
        if callable(module):
            for options in ({"training": False}, {}):
                yield partial(_call_with_dict, module, options)
                yield partial(_call_with_list, module, options)
        for signature in signatures.values():
            yield partial(_call_signature, signature)


def write_module(folder: Path, network: AlbertNetwork, vocabulary: Path, config: Path) -> None:
    """Write a SavedModel that is called and answers as the published ``/3`` modules are and do.

    Args:
        folder: Where to write.
        network: What to write, on Keras's TensorFlow backend.
        vocabulary: The SentencePiece model, which becomes ``sp_model_file``.
        config: The ``config.json`` with the network's sizes, which goes with it.
    """
    from keras import StatelessScope

    names = {id(variable): name for name, variable, _ in network.named_variables()}
    variables = [tf.Variable(variable.numpy(), name=names[id(variable)]) for variable in network.variables]
    module = tf.train.Checkpoint()
    module.variables = module.trainable_variables = variables
    module.sp_model_file = tf.saved_model.Asset(str(vocabulary))
    module.config_file = tf.saved_model.Asset(str(config))

    def run(inputs: Mapping[str, Any]) -> dict[str, Any]:
        with StatelessScope(state_mapping=zip(network.variables, variables, strict=True)):
            return _published_outputs(network, inputs)

    def serve(**tensors: Any) -> dict[str, Any]:
        return {name: output for name, output in run(tensors).items() if name != "encoder_outputs"}

    inputs = {name: tf.TensorSpec([None, None], tf.int32, name=name) for name in TF1_INPUTS}
    module.__call__ = tf.function(run, input_signature=[inputs])
    served = tf.function(serve).get_concrete_function(**inputs)
    tf.saved_model.save(module, str(folder), signatures={"serving_default": served})


def _published_outputs(network: AlbertNetwork, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the published modules return: also what leaves each layer, float32 (batch, tokens, hidden) each."""
    states, layers = network.embed(inputs["input_word_ids"], inputs["input_type_ids"]), []
    for number in range(network.architecture.num_hidden_layers):
        states = network.transform(states, inputs["input_mask"], first=number, end=number + 1)
        layers.append(states)
    pooled = network.pooler(states[:, 0])
    return {"default": pooled, "pooled_output": pooled, "sequence_output": states, "encoder_outputs": layers}


def _variables(module: Any, folder: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the variables of a module by name; those of a TF1 module are seen in its file alone."""
    if TF1_SIGNATURE in module.signatures:
        reader = tf.train.load_checkpoint(str(folder / "variables" / "variables"))
        return {name: np.asarray(reader.get_tensor(name)) for name in reader.get_variable_to_shape_map()}
    return {variable.name.split(":")[0]: np.asarray(variable.numpy()) for variable in module.variables}


def _call_with_dict(module: Any, options: Mapping[str, bool], inputs: Inputs) -> Any:
    return module(_tensors(inputs), **options)


def _call_with_list(module: Any, options: Mapping[str, bool], inputs: Inputs) -> Any:
    return module(list(_tensors(inputs).values()), **options)


def _call_signature(signature: Any, inputs: Inputs) -> Any:
    return signature(**_tensors(inputs))


def _tensors(inputs: Inputs) -> dict[str, Any]:
    return {name: tf.constant(inputs[name], tf.int32) for name in TF1_INPUTS}


@contextmanager
def _short_patience() -> Iterator[None]:
    """Let connections fail within seconds; tensorflow_hub itself waits as long as the system does."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT_S)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


class HubOriginal:
    """A TensorFlow Hub module whose outputs are known apart by what they hold, not by name or place."""

    def __init__(self, module: HubModule, weights: Weights) -> None:
        self._module = module
        self._weights = weights
        self._places: tuple[int, int] | None = None

    @property
    def runner(self) -> str:
        """The program that computes the outputs."""
        return self._module.runner

    def run(self, inputs: Inputs) -> Outputs:
        """Run the module.

        Raises:
            ModelError: Its outputs are not those of an ALBERT with its variables.
        """
        outputs = self._module.outputs(inputs)
        if self._places is None:
            self._places = self._find(outputs)
        pooled, sequence = self._places
        return Outputs(outputs[pooled], outputs[sequence])

    def _find(self, outputs: list[npt.NDArray[np.float32]]) -> tuple[int, int]:
        """Find the pair of outputs of which the second, put through the pooler's weights, gives the first."""
        weight, bias = self._weights["albert.pooler.weight"], self._weights["albert.pooler.bias"]
        for place, sequence in enumerate(outputs):
            if sequence.ndim != 3 or sequence.shape[-1] != len(bias):
                continue
            expected = np.tanh(sequence[:, 0] @ weight.T + bias)
            for other, pooled in enumerate(outputs):
                if pooled.shape == expected.shape and np.abs(pooled - expected).max() < LARGEST_DIFFERENCE:
                    return other, place
        raise ModelError("this is not an ALBERT: no two of its outputs are a pooled and a sequence output")

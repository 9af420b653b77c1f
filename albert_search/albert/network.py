"""ALBERT as a Keras layer: trainable, on any Keras backend, holding the tensors of a float checkpoint.

A classifier of sentences, in a few lines::

    names = ("input_word_ids", "input_mask", "input_type_ids")
    inputs = {name: keras.Input([None], dtype="int32", name=name) for name in names}
    albert = AlbertNetwork.load("albert_en_base", trainable=False)
    answer = keras.layers.Dense(2, activation="softmax")(albert(inputs)["pooled_output"])
    classifier = keras.Model(inputs, answer)

``scripts/train_classifier`` has all of it: frozen and fine-tuned, saved and loaded, and its encoder searched with.

Source: Lan et al., "ALBERT: A Lite BERT for Self-supervised Learning of Language Representations",
arXiv:1909.11942.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from keras import activations, layers, ops, saving

from albert_search.albert.architecture import EMBEDDINGS, ENCODER, RERANK_HEAD, Architecture
from albert_search.albert.checkpoint import Weights, fit
from albert_search.albert.float_weights import float_weights, write_like
from albert_search.albert.model import Model

ACTIVATIONS = {
    "gelu_new": lambda states: activations.gelu(states, approximate=True),
    "gelu": lambda states: activations.gelu(states, approximate=False),
    "relu": activations.relu,
}

HIDDEN_SCORE = -1e4
"""Score of padding in attention: next to nothing after the softmax, in any precision."""


class AlbertLayer(layers.Layer):  # type: ignore[misc]
    """Self attention and a feed-forward part, each with a residual sum and a layer norm after it."""

    def __init__(self, architecture: Architecture, *, dropout: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        hidden, heads = architecture.hidden_size, architecture.num_attention_heads
        self.head_shape = (heads, hidden // heads)
        self.query = layers.Dense(hidden)
        self.key = layers.Dense(hidden)
        self.value = layers.Dense(hidden)
        self.attention_output = layers.Dense(hidden)
        self.attention_norm = layers.LayerNormalization(epsilon=architecture.layer_norm_eps)
        self.inner = layers.Dense(architecture.intermediate_size, ACTIVATIONS[architecture.hidden_act])
        self.outer = layers.Dense(hidden)
        self.output_norm = layers.LayerNormalization(epsilon=architecture.layer_norm_eps)
        self.dropout = layers.Dropout(dropout)

    def build(self, states_shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        for layer in (self.query, self.key, self.value, self.attention_output, self.attention_norm, self.inner):
            layer.build(states_shape)
        self.outer.build((*states_shape[:-1], self.inner.units))
        self.output_norm.build(states_shape)
        super().build(states_shape)

    def call(self, states: Any, visible: Any) -> Any:
        """Apply the layer.

        Args:
            states: float (batch, tokens, hidden).
            visible: bool (batch, 1, 1, tokens), true for what may be attended to.

        Returns:
            The next states, float (batch, tokens, hidden).
        """
        attended = self.attention_output(self._attend(states, visible))
        states = self.attention_norm(states + self.dropout(attended))
        return self.output_norm(states + self.dropout(self.outer(self.inner(states))))

    def _attend(self, states: Any, visible: Any) -> Any:
        # Written out: PyTorch's fused attention takes its gradient on a CPU several times slower.
        shape = ops.shape(states)
        by_head = (shape[0], shape[1], *self.head_shape)
        query, key, value = (
            ops.transpose(ops.reshape(part(states), by_head), (0, 2, 1, 3))
            for part in (self.query, self.key, self.value)
        )
        scores = ops.matmul(query * self.head_shape[1] ** -0.5, ops.transpose(key, (0, 1, 3, 2)))
        shares = ops.softmax(ops.where(visible, scores, HIDDEN_SCORE), axis=-1)
        return ops.reshape(ops.transpose(ops.matmul(shares, value), (0, 2, 1, 3)), shape)

    def tensors(self, prefix: str) -> Iterator[tuple[str, Any, bool]]:
        """Yield (name in a checkpoint, variable, whether the checkpoint holds it transposed)."""
        yield from _dense(f"{prefix}.attention.query", self.query)
        yield from _dense(f"{prefix}.attention.key", self.key)
        yield from _dense(f"{prefix}.attention.value", self.value)
        yield from _dense(f"{prefix}.attention.dense", self.attention_output)
        yield from _norm(f"{prefix}.attention.LayerNorm", self.attention_norm)
        yield from _dense(f"{prefix}.ffn", self.inner)
        yield from _dense(f"{prefix}.ffn_output", self.outer)
        yield from _norm(f"{prefix}.full_layer_layer_norm", self.output_norm)


@saving.register_keras_serializable("albert_search")
class AlbertNetwork(layers.Layer):  # type: ignore[misc]
    """ALBERT: a factorised embedding, layers that share weights in groups, and a pooler.

    Called with a mapping of ``input_word_ids``, ``input_mask`` (1 for a token, 0 for padding) and ``input_type_ids``
    or ``segment_ids``, each int32 (batch, tokens), it returns ``pooled_output``, float32 (batch, hidden), and
    ``sequence_output``, float32 (batch, tokens, hidden); a model with a rerank head also ``token_vectors``, float32
    (batch, tokens, token_vector_size), each of length 1. ``Tokenizer.pad`` makes its inputs.
    """

    def __init__(
        self, architecture: Architecture, *, dropout: float = 0.0, trainable: bool = True, **options: Any
    ) -> None:
        """Make a network with random weights; ``load`` makes one with a model's.

        Args:
            architecture: Its sizes.
            dropout: Share of the values that are left out, while training alone, after the embedding and after both
                parts of every layer, in [0, 1).
            trainable: Whether an optimiser may change the weights.
            **options: What every Keras layer takes.
        """
        super().__init__(**options)
        self.architecture = architecture
        self.dropout = layers.Dropout(dropout)
        width = architecture.embedding_size
        self.words = layers.Embedding(architecture.vocab_size, width)
        self.positions = layers.Embedding(architecture.max_position_embeddings, width)
        self.types = layers.Embedding(architecture.type_vocab_size, width)
        self.embedding_norm = layers.LayerNormalization(epsilon=architecture.layer_norm_eps)
        self.mapping = layers.Dense(architecture.hidden_size)
        self.groups = [
            [AlbertLayer(architecture, dropout=dropout) for _ in range(architecture.inner_group_num)]
            for _ in range(architecture.num_hidden_groups)
        ]
        self.pooler = layers.Dense(architecture.hidden_size, activation="tanh")
        size = architecture.token_vector_size
        self.rerank_head = layers.Dense(size, use_bias=False) if size else None
        self.build()
        self.trainable = trainable  # only now: it is passed on to the layers inside, and only where it changes

    @classmethod
    def load(cls, model: str | Path, *, dropout: float = 0.0, trainable: bool = True) -> AlbertNetwork:
        """Make a network with the weights of a model.

        Args:
            model: Name or folder of a model, or the folder of a float checkpoint.
            dropout: Share of the values that are left out while training, in [0, 1).
            trainable: Whether an optimiser may change the weights.

        Returns:
            The network with its float weights; of a model that keeps none, with what its graph holds.

        Raises:
            ModelError: There is no such model, or it is damaged.
        """
        architecture, weights = float_weights(model)
        network = cls(architecture, dropout=dropout, trainable=trainable)
        network.assign_tensors(weights)
        return network

    def save_checkpoint(self, folder: Path, *, like: str | Path) -> None:
        """Write the weights as a Hugging Face folder, which ``albert-search model import`` reads.

        Args:
            folder: Where to write; made if it is not there.
            like: Name or folder of the model that the weights began as; its vocabulary and settings go with them.

        Raises:
            ModelError: There is no such model, or it is damaged.
        """
        write_like(Model.open(like), self.architecture, self.tensors(), folder)

    def get_config(self) -> dict[str, Any]:
        """Return what Keras makes the layer anew from when it loads a saved model."""
        own = {"architecture": asdict(self.architecture), "dropout": self.dropout.rate}
        return {**super().get_config(), **own}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> AlbertNetwork:
        """Make the layer from what ``get_config`` returned."""
        made: AlbertNetwork = super().from_config({**config, "architecture": Architecture(**config["architecture"])})
        return made

    def build(self, input_shape: Any = None) -> None:
        """Make the weights; their shapes do not depend on the input."""
        embedded = (None, None, self.architecture.embedding_size)
        states = (None, None, self.architecture.hidden_size)
        for table in (self.words, self.positions, self.types):
            table.build((None, None))
        self.embedding_norm.build(embedded)
        self.mapping.build(embedded)
        for layer in (layer for group in self.groups for layer in group):
            layer.build(states)
        self.pooler.build((None, self.architecture.hidden_size))
        if self.rerank_head:
            self.rerank_head.build(states)
        super().build(input_shape)

    def call(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Run the network; the class says what goes in and what comes out."""
        type_ids = inputs["segment_ids"] if "segment_ids" in inputs else inputs["input_type_ids"]
        states = self.embed(inputs["input_word_ids"], type_ids)
        states = self.transform(states, inputs["input_mask"])
        outputs = {"pooled_output": self.pooler(states[:, 0]), "sequence_output": states}
        if self.rerank_head:
            outputs["token_vectors"] = ops.normalize(self.rerank_head(states), axis=-1, order=2)
        return outputs

    def embed(self, word_ids: Any, type_ids: Any) -> Any:
        """Return what enters the first layer, float32 (batch, tokens, hidden), for ids int32 (batch, tokens)."""
        positions = self.positions(ops.arange(ops.shape(word_ids)[1], dtype="int32"))
        embedded = self.embedding_norm(self.words(word_ids) + positions + self.types(type_ids))
        return self.mapping(self.dropout(embedded))

    def transform(self, states: Any, mask: Any, *, first: int = 0, end: int | None = None) -> Any:
        """Apply layers ``first`` up to, not including, ``end``; all of them where nothing else is said.

        Args:
            states: What enters the first of them, float32 (batch, tokens, hidden).
            mask: int32 (batch, tokens), 1 for a token, 0 for padding.
            first: Number of the first layer, from 0.
            end: One past the last layer; None for all that follow.

        Returns:
            What leaves the last of them, float32 (batch, tokens, hidden).
        """
        visible = ops.cast(mask, "bool")[:, None, None, :]
        for number in range(self.architecture.num_hidden_layers)[first:end]:
            for layer in self.groups[self.architecture.group_of(number)]:
                states = layer(states, visible)
        return states

    def tensors(self) -> dict[str, npt.NDArray[np.float32]]:
        """Return the weights as a float checkpoint holds them."""
        return {
            name: np.ascontiguousarray(array.T if transposed else array)
            for name, variable, transposed in self.named_variables()
            for array in (ops.convert_to_numpy(variable),)
        }

    def assign_tensors(self, weights: Weights) -> None:
        """Take over the weights of a float checkpoint.

        Raises:
            ModelError: They are not those of an ALBERT of these sizes.
        """
        weights = fit(self.architecture, weights)
        for name, variable, transposed in self.named_variables():
            variable.assign(weights[name].T if transposed else weights[name])

    def named_variables(self) -> Iterator[tuple[str, Any, bool]]:
        """Yield (name in a checkpoint, variable, whether the checkpoint holds it transposed)."""
        yield f"{EMBEDDINGS}.word_embeddings.weight", self.words.embeddings, False
        yield f"{EMBEDDINGS}.position_embeddings.weight", self.positions.embeddings, False
        yield f"{EMBEDDINGS}.token_type_embeddings.weight", self.types.embeddings, False
        yield from _norm(f"{EMBEDDINGS}.LayerNorm", self.embedding_norm)
        yield from _dense(f"{ENCODER}.embedding_hidden_mapping_in", self.mapping)
        for number, group in enumerate(self.groups):
            for inner, layer in enumerate(group):
                yield from layer.tensors(self.architecture.layer_prefix(number, inner))
        yield from _dense("albert.pooler", self.pooler)
        if self.rerank_head:
            yield f"{RERANK_HEAD}.weight", self.rerank_head.kernel, True


def _dense(prefix: str, dense: Any) -> Iterator[tuple[str, Any, bool]]:
    yield f"{prefix}.weight", dense.kernel, True
    yield f"{prefix}.bias", dense.bias, False


def _norm(prefix: str, norm: Any) -> Iterator[tuple[str, Any, bool]]:
    yield f"{prefix}.weight", norm.gamma, False
    yield f"{prefix}.bias", norm.beta, False

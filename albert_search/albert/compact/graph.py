"""Builds the one compact ONNX graph that runs any ALBERT, out of its float weights.

Inputs, int32 (batch, tokens): ``input_word_ids``, ``input_mask``, ``input_type_ids``. Outputs, float32:
``sequence_output`` (batch, tokens, hidden); ``pooled_output``, ``mean_output`` and ``cls_output`` (batch, hidden);
of a model with a rerank head ``token_vectors`` (batch, tokens, token_vector_size), each of length 1.

Inside, the tokens of a batch stand in one (batch * tokens, width) matrix; only the attention needs to know texts apart.
Shared layers share their weights in the graph too. Needs the ``onnx`` package, which running a model does not.

Source: Lan et al., "ALBERT: A Lite BERT for Self-supervised Learning of Language Representations", arXiv:1909.11942.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from onnx import TensorProto

from albert_search.albert.architecture import EMBEDDINGS, ENCODER, RERANK_HEAD, Architecture
from albert_search.albert.checkpoint import Weights
from albert_search.albert.compact.activations import Activations, measure
from albert_search.albert.compact.graph_writer import GraphWriter
from albert_search.albert.compact.products import FloatProducts, Int8Products, Products

INPUTS = ("input_word_ids", "input_mask", "input_type_ids")
MASKED_SCORE = -1e9


def build_graph(architecture: Architecture, weights: Weights, texts: Iterable[Sequence[int]] | None = None) -> bytes:
    """Return the ONNX graph of an ALBERT.

    Args:
        architecture: Its sizes.
        weights: Its float weights.
        texts: Token ids of texts to round its matrices and tables to int8 by, for a quarter of the size; at least one
            text, or None to keep float32.

    Returns:
        The serialised graph.
    """
    graph = GraphWriter()
    if texts is None:
        return _AlbertGraph(architecture, weights, graph, FloatProducts(graph)).build()
    products = Int8Products(graph, _activations(architecture, weights, texts))
    return _AlbertGraph(architecture, weights, graph, products).build()


def _activations(
    architecture: Architecture, weights: Weights, texts: Iterable[Sequence[int]]
) -> dict[str, Activations]:
    """Run the float graph to learn what each matrix is multiplied with."""
    graph = GraphWriter()
    products = FloatProducts(graph)
    content = _AlbertGraph(architecture, weights, graph, products).build(also=products.factors)
    return measure(content, products.factors, texts)


class _AlbertGraph:
    def __init__(self, architecture: Architecture, weights: Weights, graph: GraphWriter, products: Products) -> None:
        self.sizes = architecture
        self.weights = weights
        self.graph = graph
        self.products = products

    def build(self, *, also: Mapping[str, Sequence[str]] = MappingProxyType({})) -> bytes:
        """Write all nodes; the values named in ``also``, (rows, width), become outputs as well."""
        shape = self.graph.node("Shape", "input_word_ids")
        by_text = self.graph.node("Concat", shape, self.graph.integers(-1), axis=0)
        value = self._embeddings(shape)
        for layer in range(self.sizes.num_hidden_layers):
            for inner in range(self.sizes.inner_group_num):
                prefix = self.sizes.layer_prefix(self.sizes.group_of(layer), inner)
                value = self._layer(value, prefix, by_text)
        self.graph.node("Reshape", value, by_text, output="sequence_output")
        self._poolings()
        pooled, size = ("batch", self.sizes.hidden_size), self.sizes.token_vector_size
        if size:
            self._token_vectors()
        return self.graph.model(
            inputs=dict.fromkeys(INPUTS, ("batch", "tokens")),
            outputs={
                "pooled_output": pooled,
                "sequence_output": ("batch", "tokens", self.sizes.hidden_size),
                "mean_output": pooled,
                "cls_output": pooled,
            }
            | ({"token_vectors": ("batch", "tokens", size)} if size else {})
            | {value: ("rows", "width") for values in also.values() for value in values if value != "cls_output"},
        )

    def _embeddings(self, shape: str) -> str:
        """Words, segments and positions together, normalised and projected: (batch * tokens, hidden)."""
        graph = self.graph
        words = f"{EMBEDDINGS}.word_embeddings.weight"
        value = self.products.look_up(words, self.weights[words], "input_word_ids")
        segments = graph.node("Gather", self._weight(f"{EMBEDDINGS}.token_type_embeddings.weight"), "input_type_ids")
        tokens = graph.node("Gather", shape, graph.integer(1))
        places = graph.node("Range", graph.integer(0), tokens, graph.integer(1))
        positions = graph.node("Gather", self._weight(f"{EMBEDDINGS}.position_embeddings.weight"), places)
        value = graph.node("Add", graph.node("Add", value, segments), positions)
        value = graph.node(
            "LayerNormalization",
            value,
            self._weight(f"{EMBEDDINGS}.LayerNorm.weight"),
            self._weight(f"{EMBEDDINGS}.LayerNorm.bias"),
            axis=-1,
            epsilon=self.sizes.layer_norm_eps,
        )
        value = graph.node("Reshape", value, graph.integers(-1, self.sizes.embedding_size))
        return self._dense(value, f"{ENCODER}.embedding_hidden_mapping_in")

    def _layer(self, value: str, prefix: str, by_text: str) -> str:
        attended = self._attention(value, f"{prefix}.attention", by_text)
        value = self._add_and_normalise(attended, value, f"{prefix}.attention.dense", f"{prefix}.attention.LayerNorm")
        wide = self._activation(self._multiply(value, f"{prefix}.ffn"), f"{prefix}.ffn.bias")
        return self._add_and_normalise(
            wide, value, f"{prefix}.ffn_output", f"{prefix}.full_layer_layer_norm", one_sided=True
        )

    def _attention(self, value: str, prefix: str, by_text: str) -> str:
        """Self-attention of each text, its output projection left to the caller: (batch * tokens, hidden)."""
        graph = self.graph
        names = [f"{prefix}.{part}" for part in ("query", "key", "value")]
        bias = np.concatenate([self.weights[f"{name}.bias"] for name in names])
        joined = graph.node("Reshape", self._multiply(value, *names), by_text)
        attended = graph.fused(
            "MultiHeadAttention",
            *graph.split(joined, 3, axis=2),
            graph.constant(f"{prefix}.bias", bias),
            "input_mask",
            num_heads=self.sizes.num_attention_heads,
            mask_filter_value=MASKED_SCORE,
        )
        return graph.node("Reshape", attended, graph.integers(-1, self.sizes.hidden_size))

    def _add_and_normalise(self, value: str, residual: str, dense: str, norm: str, *, one_sided: bool = False) -> str:
        return self.graph.fused(
            "SkipLayerNormalization",
            self._multiply(value, dense, one_sided=one_sided),
            residual,
            self._weight(f"{norm}.weight"),
            self._weight(f"{norm}.bias"),
            self._weight(f"{dense}.bias"),
            epsilon=self.sizes.layer_norm_eps,
        )

    def _activation(self, value: str, bias: str) -> str:
        if self.sizes.hidden_act == "relu":
            return self.graph.node("Relu", self.graph.node("Add", value, self._weight(bias)))
        fused = "FastGelu" if self.sizes.hidden_act == "gelu_new" else "BiasGelu"
        return self.graph.fused(fused, value, self._weight(bias))

    def _poolings(self) -> None:
        graph = self.graph
        graph.node("Gather", "sequence_output", graph.integer(0), axis=1, output="cls_output")
        graph.node("Tanh", self._dense("cls_output", "albert.pooler"), output="pooled_output")
        mask = graph.node("Cast", "input_mask", to=TensorProto.FLOAT)
        weights = graph.node("Unsqueeze", mask, graph.integers(1))
        total = graph.node("Squeeze", graph.node("MatMul", weights, "sequence_output"), graph.integers(1))
        tokens = graph.node("ReduceSum", mask, graph.integers(1), keepdims=1)
        graph.node("Div", total, tokens, output="mean_output")

    def _token_vectors(self) -> None:
        """The rerank head, in float32: it is a hundredth of the work, and what it says is compared token by token."""
        matrix = self.graph.constant(RERANK_HEAD, self.weights[f"{RERANK_HEAD}.weight"].T)
        value = self.graph.node("MatMul", "sequence_output", matrix)
        self.graph.node("LpNormalization", value, axis=-1, p=2, output="token_vectors")

    def _dense(self, value: str, name: str) -> str:
        return self.graph.node("Add", self._multiply(value, name), self._weight(f"{name}.bias"))

    def _multiply(self, value: str, *names: str, one_sided: bool = False) -> str:
        """Multiply with the matrices of these names, side by side."""
        matrix = np.concatenate([self.weights[f"{name}.weight"] for name in names]).T
        return self.products.multiply(value, "+".join(names), matrix, one_sided=one_sided)

    def _weight(self, name: str) -> str:
        return self.graph.constant(name, self.weights[name])

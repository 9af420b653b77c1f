"""The sizes of an ALBERT and the tensors it is made of, under the names that Hugging Face gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from albert_search.errors import ModelError

ACTIVATIONS = ("gelu_new", "gelu", "relu")
EMBEDDINGS = "albert.embeddings"
ENCODER = "albert.encoder"
RERANK_HEAD = "albert.rerank_head"
"""The rerank head: a linear map of ``sequence_output`` that a checkpoint of Hugging Face's does not have."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """The sizes of an ALBERT, named as in the ``config.json`` of a Hugging Face folder.

    Attributes:
        vocab_size: Number of pieces.
        embedding_size: Width of the embedding tables.
        hidden_size: Width of every layer's output, and of a vector.
        num_hidden_layers: How often a group of layers is applied.
        num_hidden_groups: Number of groups, each with weights of its own.
        inner_group_num: Number of layers, with weights of their own, in a group.
        num_attention_heads: Heads of every attention; they divide ``hidden_size``.
        intermediate_size: Width inside the feed-forward part of a layer.
        hidden_act: ``gelu_new`` (the tanh approximation, ALBERT v2's), ``gelu`` (exact) or ``relu``.
        layer_norm_eps: Added to the variance in every layer normalisation.
        max_position_embeddings: Longest input, in tokens with the special ones.
        type_vocab_size: Number of segment ids.
        token_vector_size: Width of the rerank head's ``token_vectors``; None for a model without a rerank head.
    """

    vocab_size: int
    embedding_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    num_hidden_groups: int = 1
    inner_group_num: int = 1
    hidden_act: str = "gelu_new"
    layer_norm_eps: float = 1e-12
    max_position_embeddings: int = 512
    type_vocab_size: int = 2
    token_vector_size: int | None = None

    def __post_init__(self) -> None:
        """Refuse sizes that cannot make an ALBERT."""
        for field in fields(self):
            value = getattr(self, field.name)
            needed = field.type == "int" or (field.type == "int | None" and value is not None)
            if needed and (type(value) is not int or value < 1):
                raise ModelError(f"config.json: {field.name} must be a whole number above 0, not {value!r}")
        if self.hidden_size % self.num_attention_heads:
            raise ModelError(
                f"config.json: {self.num_attention_heads} attention heads do not divide hidden_size {self.hidden_size}"
            )
        if self.num_hidden_groups > self.num_hidden_layers:
            raise ModelError(
                f"config.json: {self.num_hidden_groups} groups are more than {self.num_hidden_layers} layers"
            )
        if self.hidden_act not in ACTIVATIONS:
            raise ModelError(
                f"config.json: hidden_act {self.hidden_act!r} is not supported; one of {', '.join(ACTIVATIONS)} is"
            )
        if not isinstance(self.layer_norm_eps, (int, float)) or self.layer_norm_eps < 0:
            raise ModelError(f"config.json: layer_norm_eps cannot be {self.layer_norm_eps!r}")

    @classmethod
    def from_json(cls, config: Mapping[str, Any]) -> Architecture:
        """Read the sizes out of a ``config.json``; its other settings are left alone.

        Raises:
            ModelError: A size is missing or makes no sense.
        """
        missing = [
            name for name in ("vocab_size", "embedding_size", "hidden_size", "num_hidden_layers",
                              "num_attention_heads", "intermediate_size") if name not in config
        ]  # fmt: skip
        if missing:
            raise ModelError(f"config.json does not describe an ALBERT: it lacks {', '.join(missing)}")
        return cls(**{field.name: config[field.name] for field in fields(cls) if field.name in config})

    def group_of(self, layer: int) -> int:
        """Return the group, from 0, that is applied as ``layer``, from 0."""
        return int(layer / (self.num_hidden_layers / self.num_hidden_groups))

    def layer_prefix(self, group: int, inner: int) -> str:
        """Return what the names of the tensors of one layer begin with."""
        return f"{ENCODER}.albert_layer_groups.{group}.albert_layers.{inner}"

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every tensor by name; matrices are (outputs, inputs)."""
        e, h = self.embedding_size, self.hidden_size
        shapes: dict[str, tuple[int, ...]] = {
            f"{EMBEDDINGS}.word_embeddings.weight": (self.vocab_size, e),
            f"{EMBEDDINGS}.position_embeddings.weight": (self.max_position_embeddings, e),
            f"{EMBEDDINGS}.token_type_embeddings.weight": (self.type_vocab_size, e),
            f"{EMBEDDINGS}.LayerNorm.weight": (e,),
            f"{EMBEDDINGS}.LayerNorm.bias": (e,),
            f"{ENCODER}.embedding_hidden_mapping_in.weight": (h, e),
            f"{ENCODER}.embedding_hidden_mapping_in.bias": (h,),
            "albert.pooler.weight": (h, h),
            "albert.pooler.bias": (h,),
        }
        for group in range(self.num_hidden_groups):
            for inner in range(self.inner_group_num):
                shapes |= self._layer_shapes(self.layer_prefix(group, inner))
        if self.token_vector_size:
            shapes[f"{RERANK_HEAD}.weight"] = (self.token_vector_size, h)
        return shapes

    def _layer_shapes(self, prefix: str) -> dict[str, tuple[int, ...]]:
        h, wide = self.hidden_size, self.intermediate_size
        matrices = {f"attention.{name}": (h, h) for name in ("query", "key", "value", "dense")}
        matrices |= {"ffn": (wide, h), "ffn_output": (h, wide)}
        shapes: dict[str, tuple[int, ...]] = {}
        for name, shape in matrices.items():
            shapes[f"{prefix}.{name}.weight"] = shape
            shapes[f"{prefix}.{name}.bias"] = shape[:1]
        for name in ("attention.LayerNorm", "full_layer_layer_norm"):
            shapes[f"{prefix}.{name}.weight"] = shapes[f"{prefix}.{name}.bias"] = (h,)
        return shapes

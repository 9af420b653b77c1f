"""Builds ALBERT modules in each published form, with TensorFlow itself and random weights.

The forward pass is written here in plain TensorFlow operations, from the paper and from the original code's description
of its tensors; it shares nothing with albert-search.
"""

from __future__ import annotations

import math
import sqlite3  # noqa: F401  # before TensorFlow, which brings an SQLite of its own, without full-text search
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import tensorflow as tf

INPUTS = ("input_word_ids", "input_mask", "input_type_ids")
TINY = SimpleNamespace(
    vocabulary=90, embedding=16, hidden=128, heads=2, inner=96, positions=64, types=2, layers=5, activation="gelu"
)


def random_weights(sizes=TINY, seed: int = 7) -> dict[str, np.ndarray]:
    """Weights by short names, large enough that every part of the network matters."""
    random = np.random.default_rng(seed)
    hidden, inner, embedding = sizes.hidden, sizes.inner, sizes.embedding

    def matrix(rows: int, columns: int) -> np.ndarray:
        return random.normal(0, 1 / math.sqrt(rows), (rows, columns)).astype(np.float32)

    def vector(size: int, middle: float = 0.0) -> np.ndarray:
        return random.normal(middle, 0.2, size).astype(np.float32)

    weights = {
        "words": random.normal(0, 0.5, (sizes.vocabulary, embedding)).astype(np.float32),
        "positions": random.normal(0, 0.3, (sizes.positions, embedding)).astype(np.float32),
        "types": random.normal(0, 0.3, (sizes.types, embedding)).astype(np.float32),
    }
    shapes = {
        "mapping": (embedding, hidden), "query": (hidden, hidden), "key": (hidden, hidden), "value": (hidden, hidden),
        "attended": (hidden, hidden), "wide": (hidden, inner), "narrow": (inner, hidden), "pooler": (hidden, hidden),
    }  # fmt: skip
    for name, (rows, columns) in shapes.items():
        weights[f"{name}/kernel"], weights[f"{name}/bias"] = matrix(rows, columns), vector(columns)
    for name, size in {"embedded": embedding, "after_attention": hidden, "after_inner": hidden}.items():
        weights[f"{name}/gamma"], weights[f"{name}/beta"] = vector(size, 1.0), vector(size)
    return weights


def forward(w, inputs, sizes=TINY):
    """The published network in plain operations: returns the pooled output and every layer's output."""
    ids, mask, types = (inputs[name] for name in INPUTS)
    batch, tokens = tf.shape(ids)[0], tf.shape(ids)[1]
    width = sizes.hidden // sizes.heads

    def dense(value, name, shape):
        return tf.matmul(value, tf.reshape(w[f"{name}/kernel"], shape)) + tf.reshape(w[f"{name}/bias"], [-1])

    def norm(value, name):
        mean, variance = tf.nn.moments(value, [-1], keepdims=True)
        return (value - mean) * tf.math.rsqrt(variance + 1e-12) * w[f"{name}/gamma"] + w[f"{name}/beta"]

    def activation(x):
        if sizes.activation == "relu":
            return tf.nn.relu(x)
        return x * 0.5 * (1.0 + tf.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))

    def heads(value, name):
        value = dense(value, name, (sizes.hidden, sizes.hidden))
        return tf.transpose(tf.reshape(value, [batch, tokens, sizes.heads, width]), [0, 2, 1, 3])

    def layer(value):
        scores = tf.matmul(heads(value, "query"), heads(value, "key"), transpose_b=True) / math.sqrt(width)
        scores += (1.0 - tf.cast(mask, tf.float32))[:, None, None, :] * -10000.0
        mixed = tf.transpose(tf.matmul(tf.nn.softmax(scores), heads(value, "value")), [0, 2, 1, 3])
        mixed = tf.reshape(mixed, [batch, tokens, sizes.hidden])
        value = norm(value + dense(mixed, "attended", (sizes.hidden, sizes.hidden)), "after_attention")
        wide = activation(dense(value, "wide", (sizes.hidden, sizes.inner)))
        return norm(value + dense(wide, "narrow", (sizes.inner, sizes.hidden)), "after_inner")

    value = tf.gather(w["words"], ids) + tf.gather(w["types"], types) + w["positions"][:tokens]
    layers = [dense(norm(value, "embedded"), "mapping", (sizes.embedding, sizes.hidden))]
    for _ in range(sizes.layers):
        layers.append(layer(layers[-1]))
    pooled = tf.tanh(dense(layers[-1][:, 0], "pooler", (sizes.hidden, sizes.hidden)))
    return pooled, layers[1:]


TF2_NAMES = {
    "words": "word_embeddings/embeddings", "positions": "position_embedding/embeddings",
    "types": "type_embeddings/embeddings", "embedded": "embeddings/layer_norm", "mapping": "embedding_projection",
    "query": "transformer/self_attention/query", "key": "transformer/self_attention/key",
    "value": "transformer/self_attention/value", "attended": "transformer/self_attention_output",
    "after_attention": "transformer/self_attention_layer_norm", "wide": "transformer/intermediate",
    "narrow": "transformer/output", "after_inner": "transformer/output_layer_norm", "pooler": "pooler_transform",
}  # fmt: skip

_LAYER = "bert/encoder/transformer/group_0/inner_group_0"
TF1_NAMES = {
    "words": "bert/embeddings/word_embeddings", "positions": "bert/embeddings/position_embeddings",
    "types": "bert/embeddings/token_type_embeddings", "embedded": "bert/embeddings/LayerNorm",
    "mapping": "bert/encoder/embedding_hidden_mapping_in", "query": f"{_LAYER}/attention_1/self/query",
    "key": f"{_LAYER}/attention_1/self/key", "value": f"{_LAYER}/attention_1/self/value",
    "attended": f"{_LAYER}/attention_1/output/dense", "after_attention": f"{_LAYER}/LayerNorm",
    "wide": f"{_LAYER}/ffn_1/intermediate/dense", "narrow": f"{_LAYER}/ffn_1/intermediate/output/dense",
    "after_inner": f"{_LAYER}/LayerNorm_1", "pooler": "bert/pooler/dense",
}  # fmt: skip


def published_name(name: str, names: dict[str, str]) -> str:
    """Return what a weight is called in a published module."""
    first, _, rest = name.partition("/")
    return names[first] + (f"/{rest}" if rest else "")


def write_tf2(folder: Path, vocabulary: Path, form: int, weights=None, sizes=TINY) -> None:
    """Write a module as ``tensorflow/albert_en_*`` has it, in form 1, 2 or 3."""
    heads, width = sizes.heads, sizes.hidden // sizes.heads
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(
        ("query/kernel", "key/kernel", "value/kernel"), (sizes.hidden, heads, width)
    )
    shapes |= dict.fromkeys(("query/bias", "key/bias", "value/bias"), (heads, width))
    shapes["attended/kernel"] = (heads, width, sizes.hidden)
    weights = random_weights(sizes) if weights is None else weights
    variables = {
        name: tf.Variable(array.reshape(shapes.get(name, array.shape)), name=published_name(name, TF2_NAMES))
        for name, array in weights.items()
    }
    module = tf.train.Checkpoint()
    module.variables = module.trainable_variables = list(variables.values())
    module.sp_model_file = tf.saved_model.Asset(str(vocabulary))
    specs = {name: tf.TensorSpec([None, None], tf.int32, name=name) for name in INPUTS}

    if form == 1:
        # Traced for training too, as Keras saves it.
        @tf.function
        def call(inputs, training=False):
            pooled, layers = forward(variables, dict(zip(INPUTS, inputs, strict=True)), sizes)
            return [pooled + tf.cast(training, tf.float32), layers[-1]]

        for training in (False, True):
            call.get_concrete_function(list(specs.values()), training=training)
    else:

        @tf.function
        def call(inputs):
            pooled, layers = forward(variables, inputs, sizes)
            return {"encoder_outputs": layers, "pooled_output": pooled, "sequence_output": layers[-1]}

        call.get_concrete_function(specs)

    @tf.function(input_signature=list(specs.values()))
    def serve(input_word_ids, input_mask, input_type_ids):
        given = {"input_word_ids": input_word_ids, "input_mask": input_mask, "input_type_ids": input_type_ids}
        pooled, layers = forward(variables, given, sizes)
        return {"albert_transformer_encoder": pooled, "albert_transformer_encoder_1": layers[-1]}

    module.__call__ = call
    tf.saved_model.save(module, str(folder), signatures={"serving_default": serve})


def write_serving_only(folder: Path, vocabulary: Path, weights=None, sizes=TINY) -> None:
    """Write a module that can be called by its signature alone, its outputs mangled and in no helpful order."""
    weights = random_weights(sizes) if weights is None else weights
    later_names = {**TF2_NAMES, "attended": "transformer/self_attention/attention_output"}
    module = tf.train.Checkpoint()
    variables = {name: tf.Variable(array, name=published_name(name, later_names)) for name, array in weights.items()}
    heads, width = sizes.heads, sizes.hidden // sizes.heads
    for name in ("query", "key", "value"):
        variables[f"{name}/bias"] = tf.Variable(
            weights[f"{name}/bias"].reshape(heads, width), name=published_name(f"{name}/bias", TF2_NAMES)
        )
    module.variables = list(variables.values())
    module.sp_model_file = tf.saved_model.Asset(str(vocabulary))

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32, name=name) for name in INPUTS])
    def serve(input_word_ids, input_mask, input_type_ids):
        given = {"input_word_ids": input_word_ids, "input_mask": input_mask, "input_type_ids": input_type_ids}
        pooled, layers = forward(variables, given, sizes)
        return {"a": layers[0], "b": layers[-1][:, 0], "c": layers[-1], "d": pooled, "e": layers[-1] + 1}

    tf.saved_model.save(module, str(folder), signatures={"serving_default": serve})


def write_tf1(folder: Path, vocabulary: Path, *, lower_case: bool = True, weights=None, sizes=TINY) -> None:
    """Write a module as ``google/albert_*`` has it: a TF1 ``hub.Module`` with a graph for training beside the other."""
    v1 = tf.compat.v1
    weights = random_weights(sizes) if weights is None else weights
    builder = v1.saved_model.Builder(str(folder))
    for training in (True, False):
        with tf.Graph().as_default(), v1.Session() as session:
            variables = {
                name: v1.get_variable(published_name(name, TF1_NAMES), initializer=array, use_resource=False)
                for name, array in weights.items()
            }
            extra = v1.get_variable("cls/predictions/output_bias", initializer=np.zeros(3, np.float32))
            ids, mask, types = (v1.placeholder(tf.int32, [None, None], name) for name in INPUTS)
            pooled, layers = forward(variables, dict(zip(INPUTS, (ids, mask, types), strict=True)), sizes)
            asset = tf.constant(str(vocabulary), name="vocab_model")
            v1.add_to_collection(v1.GraphKeys.ASSET_FILEPATHS, asset)
            given = {"input_ids": ids, "input_mask": mask, "segment_ids": types}
            signatures = {
                "tokens": _signature(given, {"pooled_output": pooled, "sequence_output": layers[-1]}),
                "mlm": _signature(given, {"mlm_logits": layers[-1] + extra[0]}),
                "tokenization_info": _signature({}, {"vocab_file": asset, "do_lower_case": tf.constant(lower_case)}),
            }
            session.run(v1.global_variables_initializer())
            assets = v1.get_collection(v1.GraphKeys.ASSET_FILEPATHS)
            if training:
                builder.add_meta_graph_and_variables(session, ["train"], signatures, assets)
            else:
                builder.add_meta_graph([], signatures, assets)
    builder.save()
    (folder / "tfhub_module.pb").write_bytes(b"\x08\x03")


def _signature(inputs, outputs):
    infos = [
        {name: tf.compat.v1.saved_model.build_tensor_info(tensor) for name, tensor in tensors.items()}
        for tensors in (inputs, outputs)
    ]
    return tf.compat.v1.saved_model.build_signature_def(*infos, method_name="tensorflow/hub")

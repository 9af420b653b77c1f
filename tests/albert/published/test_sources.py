"""What models are imported from, told without anything heavy."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import pytest
from packaging.requirements import Requirement

from albert_search.albert.published.anisotropy import Anisotropy
from albert_search.albert.published.module_variables import tensor_name
from albert_search.albert.published.samples import sample_pairs, sample_sentences, sample_texts
from albert_search.albert.published.sources import content_digest, default_name, is_handle, is_source
from albert_search.albert.shelf import check_name
from albert_search.errors import UsageError
from tests.support.project import PYPROJECT

LAYER = "albert.encoder.albert_layer_groups.0.albert_layers"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/models/albert_en_base/1", "albert_en_base"),
        ("/models/albert_en_base/1/", "albert_en_base"),
        ("/downloads/albert_en_base_1.tar.gz", "albert_en_base_1"),
        ("https://tfhub.dev/tensorflow/albert_en_base/3", "albert_en_base"),
        (
            "https://www.kaggle.com/models/tensorflow/albert/frameworks/TensorFlow2/variations/en-base/versions/3",
            "en-base",
        ),
        ("/models/paraphrase-albert-small-v2", "paraphrase-albert-small-v2"),
        ("/models/my model (new)", "my-model-new"),
    ],
)
def test_a_model_is_named_after_its_source(source, name):
    assert default_name(source) == name
    assert check_name(name) == name


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "a b", "-x", "a\\b"])
def test_a_name_that_would_leave_the_folder_of_models_is_refused(name):
    with pytest.raises(UsageError):
        check_name(name)


@pytest.mark.parametrize("source", ["albert_en_base/1", "/a/b", "C:\\models\\albert", "tfhub.dev/x"])
def test_a_path_is_no_handle(source):
    assert not is_handle(source)


def test_sources_are_recognised_by_their_files(tmp_path):
    assert not is_source(tmp_path)
    assert not is_source(tmp_path / "nothing")
    (tmp_path / "saved_model.pb").touch()
    assert is_source(tmp_path)


def test_the_digest_depends_on_content_and_names_alone(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "weights").write_bytes(b"1" * 100)
    assert content_digest(tmp_path / "a") == content_digest(tmp_path / "b")

    (tmp_path / "b" / "weights").rename(tmp_path / "b" / "weight")
    assert content_digest(tmp_path / "a") != content_digest(tmp_path / "b")

    (tmp_path / "b" / "weight").rename(tmp_path / "b" / "weights")
    (tmp_path / "b" / "weights").write_bytes(b"1" * 99 + b"2")
    assert content_digest(tmp_path / "a") != content_digest(tmp_path / "b")


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        # Names of albert_en_base/1 and of google/albert_base/3, as published.
        ("word_embeddings/embeddings", "albert.embeddings.word_embeddings.weight"),
        ("position_embedding/embeddings", "albert.embeddings.position_embeddings.weight"),
        ("type_embeddings/embeddings", "albert.embeddings.token_type_embeddings.weight"),
        ("embeddings/layer_norm/gamma", "albert.embeddings.LayerNorm.weight"),
        ("embedding_projection/bias", "albert.encoder.embedding_hidden_mapping_in.bias"),
        ("transformer/self_attention/value/kernel", f"{LAYER}.0.attention.value.weight"),
        ("transformer/self_attention_output/kernel", f"{LAYER}.0.attention.dense.weight"),
        ("transformer/self_attention_layer_norm/beta", f"{LAYER}.0.attention.LayerNorm.bias"),
        ("transformer/output/kernel", f"{LAYER}.0.ffn_output.weight"),
        ("transformer/output_layer_norm/gamma", f"{LAYER}.0.full_layer_layer_norm.weight"),
        ("pooler_transform/kernel", "albert.pooler.weight"),
        ("module/bert/embeddings/LayerNorm/beta", "albert.embeddings.LayerNorm.bias"),
        (
            "bert/encoder/transformer/group_0/inner_group_1/ffn_1/intermediate/output/dense/bias",
            f"{LAYER}.1.ffn_output.bias",
        ),
        ("bert/encoder/transformer/group_0/inner_group_0/LayerNorm_1/beta", f"{LAYER}.0.full_layer_layer_norm.bias"),
        ("cls/predictions/output_bias", None),
        ("cls/predictions/transform/LayerNorm/gamma", None),
        ("global_step", None),
    ],
)
def test_published_variables_are_known_by_name(variable, name):
    assert tensor_name(variable) == name


def test_vectors_of_one_direction_are_narrow_and_random_ones_are_not():
    random = np.random.default_rng(0)
    rays = random.normal(size=(60, 200))
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    cone = rays + 3 * np.eye(200)[0]
    cone /= np.linalg.norm(cone, axis=1, keepdims=True)

    wide, narrow = Anisotropy.of(rays.astype(np.float32)), Anisotropy.of(cone.astype(np.float32))

    others = ~np.eye(60, dtype=bool)
    assert wide.mean_cosine == pytest.approx((rays @ rays.T)[others].mean(), abs=1e-6)
    assert narrow.mean_cosine == pytest.approx((cone @ cone.T)[others].mean(), abs=1e-6)
    assert narrow.narrow
    assert not wide.narrow
    assert "everything is similar to everything" in narrow.in_words()
    assert "tell sentences apart" in wide.in_words()


def test_the_share_of_the_top_directions_is_that_of_the_variance():
    vectors = np.diag([4.0, 3.0, 2.0, 1.0]).astype(np.float32)
    both = np.concatenate([vectors, -vectors])
    assert Anisotropy.of(both).top_share == pytest.approx((16 + 9 + 4) / (16 + 9 + 4 + 1))


def test_samples_are_of_all_lengths():
    lengths = [len(text.split()) for text in sample_texts()]
    assert min(lengths) == 0
    assert max(lengths) > 512
    assert len(set(sample_sentences())) == len(sample_sentences()) > 100
    assert all(first and second for first, second in sample_pairs())


def test_what_tensorflow_hub_needs_is_pinned():
    """tensorflow_hub 0.16.1 imports pkg_resources, which setuptools no longer has; a later one may not need the pin."""
    needed = {found.name: found.specifier for found in map(Requirement, PYPROJECT["project"]["dependencies"])}
    assert not needed["setuptools"].contains("82.0.0")
    assert needed["setuptools"].contains(version("setuptools"))

"""Modules in every published form, built by TensorFlow from random weights, come in and prove themselves."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
import tensorflow as tf
import tensorflow_hub
from typer.testing import CliRunner

import tests.support.published_modules as published
from albert_search.albert import Encoder
from albert_search.albert.architecture import Architecture
from albert_search.albert.checkpoint import read_checkpoint, write_checkpoint
from albert_search.albert.published import hugging_face
from albert_search.albert.published.exporting import export_model
from albert_search.albert.published.importing import import_model, verify_model
from albert_search.albert.published.module_variables import as_checkpoint, named_tensors
from albert_search.albert.published.original import LARGEST_DIFFERENCE, Outputs
from albert_search.albert.published.publication import locate
from albert_search.albert.published.samples import sample_sentences
from albert_search.albert.published.sources import content_digest, name_by_content
from albert_search.albert.published.verifying import verify
from albert_search.albert.shelf import imported_folder, remove_model
from albert_search.cli.main import app
from albert_search.errors import ModelError, UsageError
from albert_search.index.index import Index
from tests.support.published_modules import INPUTS, TINY

PIECES = TINY.vocabulary


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory) -> Path:
    """A SentencePiece model with ALBERT's special pieces."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([sentence.lower() for sentence in sample_sentences()]), model_writer=model,
        vocab_size=PIECES, pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols=["[CLS]", "[SEP]", "[MASK]"],
        minloglevel=2,
    )  # fmt: skip
    path = tmp_path_factory.mktemp("vocabulary") / "30k-clean.model"
    path.write_bytes(model.getvalue())
    return path


@pytest.fixture(scope="module")
def modules(tmp_path_factory, vocabulary) -> Path:
    """A folder with a module in each form."""
    folder = tmp_path_factory.mktemp("modules")
    for form in (1, 2, 3):
        published.write_tf2(folder / "albert_tiny" / str(form), vocabulary, form)
    published.write_serving_only(folder / "reexported", vocabulary)
    published.write_tf1(folder / "google_albert" / "3", vocabulary)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The folder of models, for the whole module: an import takes a second."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALBERT_SEARCH_MODELS", str(folder))
        yield folder


@pytest.fixture(scope="module")
def imported(modules, home):
    """The /1 module, imported."""
    return import_model(str(modules / "albert_tiny" / "1"))


def ids_of(encoder: Encoder, texts: list[str], pairs: list[str] | None = None) -> dict[str, np.ndarray]:
    tokens = encoder.tokenizer.encode(texts, pairs, max_tokens=TINY.positions - 2)
    width = 2 + max(len(text.ids) for text in tokens)
    arrays = {name: np.zeros((len(tokens), width), np.int32) for name in INPUTS}
    for row, text in enumerate(tokens):
        for name, values in zip(INPUTS, (text.ids, [1] * len(text.ids), text.segments), strict=True):
            arrays[name][row, : len(values)] = values
    return arrays


FORMS = {
    "/1": "albert_tiny/1",
    "/2": "albert_tiny/2",
    "/3": "albert_tiny/3",
    "serving signature": "reexported",
    "TF1 hub.Module": "google_albert/3",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_every_published_form_comes_in_with_the_values_it_has_in_tensorflow(form, modules, home):
    made = import_model(str(modules / form), name="form", precision="float32", max_seq_length=TINY.positions - 2)
    try:
        encoder = Encoder.load("form")
        texts = ["stop!", "a cat slept in the sun.", "the train to the coast leaves every two hours. " * 9]
        pairs = ["why not?", "it rained. " * 30, "good morning."]
        weights = {name: tf.constant(array) for name, array in published.random_weights().items()}
        for seconds in (None, pairs):
            pooled, layers = published.forward(weights, ids_of(encoder, texts, seconds))
            for row, found in enumerate(encoder.encode_tokens(texts, pairs=seconds)):
                np.testing.assert_allclose(found.pooled_output, pooled[row], atol=2e-5)
                length = len(found.pieces)
                np.testing.assert_allclose(found.sequence_output, layers[-1][row, :length], atol=2e-5)
    finally:
        remove_model("form")
    assert made.verification.original.startswith("TensorFlow")
    assert made.verification.largest_difference < LARGEST_DIFFERENCE
    assert made.verification.tokens > 500


def test_an_import_keeps_what_it_found_out(imported):
    config = json.loads((imported.folder / "config.json").read_text())

    assert imported.folder.name == "albert_tiny"
    assert (imported.precision, imported.pooling.value) == ("int8", "pooled")
    assert config["architecture"]["num_hidden_layers"] == TINY.layers
    assert config["architecture"]["num_attention_heads"] == TINY.heads
    assert config["architecture"]["hidden_act"] == "gelu_new"
    assert config["verification"]["cosine_min"] > 0.98
    assert config["spread"]["sentences"] == len(sample_sentences())
    assert [path.name for path in imported.folder.parent.iterdir()] == ["albert_tiny"]


def test_an_import_can_be_verified_again_also_without_its_original(imported, tmp_path, monkeypatch):
    assert verify_model("albert_tiny").original.startswith("TensorFlow")

    monkeypatch.setattr(hugging_face, "find_spec", lambda package: None)
    config = imported.folder / "config.json"
    before = config.read_text()
    config.write_text(json.dumps({**json.loads(before), "source": str(tmp_path / "gone")}))
    try:
        again = verify_model("albert_tiny")
    finally:
        config.write_text(before)
    assert "Keras" in again.original
    assert again.largest_difference < LARGEST_DIFFERENCE


def test_verifying_notices_another_network(imported):
    class Other:
        runner = "another network"

        def run(self, inputs):
            pooled, layers = published.forward(published.random_weights(seed=8), inputs)
            return Outputs(pooled.numpy(), layers[-1].numpy())

    encoder = Encoder.load("albert_tiny")

    verification = verify(Other(), encoder, encoder)

    with pytest.raises(ModelError, match="another network"):
        verification.check()
    with pytest.raises(ModelError, match="float32"):
        replace(verification, largest_difference=0.0).check()
    with pytest.raises(ModelError):
        replace(verification, largest_difference=float("nan"), cosine_min=1.0).check()


def test_a_module_whose_graph_does_not_compute_what_its_variables_say_is_refused(
    vocabulary, home, tmp_path, monkeypatch
):
    as_published = published.forward

    def forward(weights, inputs, sizes=TINY):
        _, layers = as_published(weights, inputs, sizes)
        layers = [layer + 0.01 * tf.cast(inputs["input_word_ids"], tf.float32)[:, :, None] for layer in layers]
        return tf.tanh(tf.matmul(layers[-1][:, 0], weights["pooler/kernel"]) + weights["pooler/bias"]), layers

    monkeypatch.setattr(published, "forward", forward)
    published.write_tf2(tmp_path / "odd", vocabulary, 2)

    before = sorted(home.iterdir())
    with pytest.raises(ModelError, match="no number of layers"):
        import_model(str(tmp_path / "odd"))
    assert sorted(home.iterdir()) == before


def test_relu_is_recognised(vocabulary, home, tmp_path, monkeypatch):
    sizes = replace_sizes(activation="relu", layers=2, heads=4)
    published.write_tf1(tmp_path / "relu", vocabulary, sizes=sizes, lower_case=False)
    import_model(str(tmp_path / "relu"))
    config = json.loads((imported_folder("relu") / "config.json").read_text())
    remove_model("relu")

    assert config["architecture"]["hidden_act"] == "relu"
    assert config["architecture"]["num_hidden_layers"] == 2
    assert config["architecture"]["num_attention_heads"] == 4
    assert config["lower_case"] is False


def replace_sizes(**changes):
    return type(TINY)(**{**vars(TINY), **changes})


@pytest.fixture
def broken(modules, tmp_path) -> Path:
    folder = tmp_path / "broken"
    shutil.copytree(modules / "albert_tiny" / "3", folder)
    return folder


def test_a_module_without_its_vocabulary_is_refused(broken, home):
    next((broken / "assets").glob("*.model")).unlink()
    with pytest.raises(ModelError, match=r"lacks its vocabulary|cannot load"):
        import_model(str(broken))


@pytest.mark.parametrize(
    "file", ["saved_model.pb", "variables/variables.data-00000-of-00001", "variables/variables.index"]
)
def test_a_truncated_module_is_refused(broken, home, file):
    content = (broken / file).read_bytes()
    (broken / file).write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelError):
        import_model(str(broken))


def test_a_module_that_is_no_albert_is_refused(home, vocabulary, tmp_path):
    module = tf.train.Checkpoint()
    module.weight = tf.Variable(1.0, name="weight")
    module.sp_model_file = tf.saved_model.Asset(str(vocabulary))
    module.variables = [module.weight]
    module.__call__ = tf.function(lambda x: x * module.weight, input_signature=[tf.TensorSpec([None], tf.float32)])
    tf.saved_model.save(module, str(tmp_path / "other"))
    with pytest.raises(ModelError, match="not an ALBERT"):
        import_model(str(tmp_path / "other"))


def test_a_variable_of_another_shape_is_refused():
    sizes = Architecture(PIECES, 16, 128, 1, 2, 96, max_position_embeddings=64)
    named = named_tensors({"pooler_transform/kernel": np.zeros((32, 31), np.float32)})
    with pytest.raises(ModelError, match=r"albert.pooler.weight has the shape \(32, 31\)"):
        as_checkpoint(named, sizes)


def test_nothing_in_the_place_of_a_name_that_is_taken(modules, imported):
    with pytest.raises(UsageError, match="albert_tiny"):
        import_model(str(modules / "albert_tiny" / "2"))


def test_an_archive_comes_in_like_its_folder(modules, home, tmp_path):
    archive = tmp_path / "albert_tiny_9.tar.gz"
    with tarfile.open(archive, "w:gz") as content:
        content.add(modules / "albert_tiny" / "2", arcname=".")
    (tmp_path / "unpacked").mkdir()
    folder = locate(str(archive), tmp_path / "unpacked")
    assert content_digest(folder) == content_digest(modules / "albert_tiny" / "2")

    archive.write_bytes(archive.read_bytes()[:2000])
    with pytest.raises(ModelError, match="cut off"):
        import_model(str(archive))


def test_a_saved_model_that_is_exported_answers_as_the_published_ones_and_comes_back(imported, home, tmp_path):
    # In a process of its own: here Keras may run on PyTorch already, for the tests of the training.
    target = str(tmp_path / "out" / "1")
    code = (
        "from pathlib import Path; from albert_search.albert.published.exporting import export_model;"
        f"export_model('albert_tiny', 'saved_model', Path({target!r}))"
    )
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow"}
    done = subprocess.run([sys.executable, "-c", code], check=True, env=environment, capture_output=True, text=True)
    assert done.stderr == ""
    module = tensorflow_hub.load(str(tmp_path / "out" / "1"))
    encoder = Encoder.load("albert_tiny")
    inputs = ids_of(encoder, ["a cat slept in the sun.", "stop!"])

    outputs = module({name: tf.constant(array) for name, array in inputs.items()})

    weights = {name: tf.constant(array) for name, array in published.random_weights().items()}
    pooled, layers = published.forward(weights, inputs)
    np.testing.assert_allclose(outputs["pooled_output"], pooled, atol=2e-5)
    np.testing.assert_allclose(outputs["sequence_output"], layers[-1], atol=2e-5)
    np.testing.assert_allclose(outputs["encoder_outputs"], layers, atol=2e-5)
    served = module.signatures["serving_default"](**{name: tf.constant(array) for name, array in inputs.items()})
    assert {name: tensor.shape for name, tensor in served.items()} == {
        "default": pooled.shape, "pooled_output": pooled.shape, "sequence_output": layers[-1].shape,
    }  # fmt: skip
    assert (
        Path(module.sp_model_file.asset_path.numpy().decode()).read_bytes()
        == (imported.folder / "spiece.model").read_bytes()
    )
    assert set(module.signatures["serving_default"].structured_input_signature[1]) == set(INPUTS)

    import_model(str(tmp_path / "out" / "1"), name="back", pooling="pooled")
    back, first = (json.loads((home / name / "config.json").read_text()) for name in ("back", "albert_tiny"))
    remove_model("back")
    assert back["files"] == first["files"]


CASED = """
from pathlib import Path
from albert_search.albert.published.exporting import export_model
from albert_search.albert.published.importing import import_model
made = import_model({source!r}, name="cased")
for form in ("saved_model", "safetensors"):
    export_model("cased", form, Path({target!r}) / form)
    import_model(str(Path({target!r}) / form), name=form)
"""


def test_what_is_exported_comes_back_with_the_settings_it_had(imported, home, tmp_path):
    architecture, weights = read_checkpoint(imported.folder / "checkpoint")
    settings = {"pooling": "cls", "max_seq_length": 31, "do_lower_case": False}
    vocabulary = (imported.folder / "spiece.model").read_bytes()
    write_checkpoint(tmp_path / "cased", architecture, weights, vocabulary=vocabulary, extra=settings)
    code = CASED.format(source=str(tmp_path / "cased"), target=str(tmp_path))
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow"}
    done = subprocess.run([sys.executable, "-c", code], check=True, env=environment, capture_output=True, text=True)

    assert done.stderr == ""  # nothing of what TensorFlow and transformers tell their developers
    for name in ("cased", "saved_model", "safetensors"):
        config = json.loads((home / name / "config.json").read_text())
        remove_model(name)
        assert (config["pooling"], config["max_seq_length"], config["lower_case"]) == ("cls", 31, False), name


def test_a_checkpoint_and_a_graph_are_exported(imported, tmp_path):
    export_model("albert_tiny", "safetensors", tmp_path / "checkpoint")
    export_model("albert_tiny", "onnx", tmp_path / "graph")

    architecture, _ = read_checkpoint(tmp_path / "checkpoint")
    assert architecture.num_hidden_layers == TINY.layers
    assert Encoder.load(tmp_path / "graph").fingerprint == Encoder.load("albert_tiny").fingerprint
    with pytest.raises(UsageError, match="there already"):
        export_model("albert_tiny", "onnx", tmp_path / "graph")


def test_a_handle_that_cannot_be_reached_fails_soon_and_says_where_the_files_could_be_put(home, tmp_path, monkeypatch):
    monkeypatch.setenv("TFHUB_CACHE_DIR", str(tmp_path / "cache"))
    listening = socket.create_server(("127.0.0.1", 0))  # takes the connection, and never answers
    handle = f"http://127.0.0.1:{listening.getsockname()[1]}/tensorflow/albert_en_base/3"
    started = time.monotonic()
    with listening, pytest.raises(ModelError, match="cache"):
        import_model(handle)
    assert time.monotonic() - started < 20


def test_a_handle_that_is_in_the_cache_needs_no_network(modules, tmp_path, monkeypatch):
    handle = "https://tfhub.dev/tensorflow/albert_cached/3"
    monkeypatch.setenv("TFHUB_CACHE_DIR", str(tmp_path))
    shutil.copytree(modules / "albert_tiny" / "3", tmp_path / hashlib.sha1(handle.encode()).hexdigest())
    monkeypatch.setattr(socket, "socket", None)

    folder = locate(handle, tmp_path / "unused")
    assert content_digest(folder) == content_digest(modules / "albert_tiny" / "3")


FULL_TEXT = """
import albert_search.albert.published.hub
import sqlite3
sqlite3.connect(":memory:").execute("create virtual table words using fts5(text)")
"""


def test_full_text_search_survives_tensorflow():
    subprocess.run([sys.executable, "-c", FULL_TEXT], check=True)


SEARCH = """
import sys
from albert_search.index.index import Index
with Index.open({index!r}) as index:
    print(index.search("where did it sleep?", k=1)[0].text)
print([name for name in ("tensorflow", "tensorflow_hub", "keras", "torch", "onnx") if name in sys.modules])
"""


def test_a_module_is_used_by_its_path_and_searching_needs_no_tensorflow(modules, home, tmp_path):
    path = modules / "albert_tiny" / "2"
    (tmp_path / "cats.txt").write_text("A cat slept in the sun.")
    with Index.create(tmp_path / "index", model=path) as index:
        index.add([tmp_path / "cats.txt"])
    assert (home / name_by_content(path) / "model.onnx").is_file()

    code = SEARCH.format(index=str(tmp_path / "index"))
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.splitlines() == ["A cat slept in the sun.", "[]"]
    remove_model(name_by_content(path))


def test_a_hugging_face_folder_comes_in(vocabulary, home, tmp_path):
    folder = tmp_path / "hf"
    sizes = Architecture(
        PIECES, 16, 32, 4, 4, 48, num_hidden_groups=2, inner_group_num=2, hidden_act="gelu", max_position_embeddings=64
    )
    random = np.random.default_rng(3)
    tensors = {name: random.normal(0, 0.2, shape).astype(np.float32) for name, shape in sizes.shapes().items()}
    write_checkpoint(folder, sizes, tensors, vocabulary=vocabulary.read_bytes())
    (folder / "modules.json").write_text(json.dumps([
        {"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]))  # fmt: skip
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(
        '{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}'
    )
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 40}')

    made = import_model(str(folder), precision="float32")
    encoder = Encoder.load("hf")
    remove_model("hf")

    assert made.verification.largest_difference < LARGEST_DIFFERENCE
    assert (encoder.pooling.value, encoder.max_seq_length) == ("cls", 40)


@pytest.mark.parametrize("content", ["[", '{"0": "Transformer"}', '["Transformer"]', '[{"path": ""}]', "7"])
def test_a_folder_whose_modules_are_damaged_is_refused_in_one_sentence(imported, home, tmp_path, content):
    shutil.copytree(imported.folder / "checkpoint", tmp_path / "hf")
    (tmp_path / "hf" / "modules.json").write_text(content)
    with pytest.raises(ModelError, match=r"modules.json is damaged: it"):
        import_model(str(tmp_path / "hf"))


@pytest.mark.parametrize("tokens", [0, 2, TINY.positions + 1])
def test_a_length_that_no_text_can_have_is_refused(imported, home, tokens):
    with pytest.raises(UsageError, match=f"must be from 3 to {TINY.positions} for this model, not {tokens}"):
        import_model(str(imported.folder / "checkpoint"), name="length", max_seq_length=tokens)


def run(*words: str):
    return CliRunner().invoke(app, ["model", *words])


def test_the_command_line_imports_shows_and_removes(modules, imported, home, tmp_path):
    made = run(
        "import", str(modules / "albert_tiny" / "3"), "--name", "third", "--pooling", "mean", "--precision", "float32"
    )
    assert made.exit_code == 0, made.output
    assert "albert-search index docs/ --model third --whiten" in made.stderr
    assert "third" in run("list").stdout
    shown = json.loads(run("show", "third", "--json").stdout)
    assert (shown["pooling"], shown["precision"], shown["max_seq_length"]) == ("mean", "float32", TINY.positions)
    assert shown["verification"]["largest_difference"] < LARGEST_DIFFERENCE
    assert "TensorFlow" in run("show", "third").stdout
    assert run("export", "third", "--format", "onnx", "--output", str(tmp_path / "out")).exit_code == 0
    assert (tmp_path / "out" / "model.onnx").is_file()
    assert run("remove", "third").exit_code == 0
    assert "third" not in run("list").stdout


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["import", "nowhere"], 4, "nowhere does not exist"),
        (["import", "nowhere", "--name", "../out"], 2, "cannot be the name"),
        (["show", "nobody"], 4, "nobody"),
        (["verify", "nobody"], 4, "was imported"),
        (["remove", "albert-search-small"], 4, "was imported"),
        (["remove", ".."], 2, "cannot be the name"),
    ],
)
def test_the_command_line_says_in_one_sentence_what_is_wrong(home, words, code, reason):
    found = run(*words)
    assert found.exit_code == code
    assert reason in found.stderr

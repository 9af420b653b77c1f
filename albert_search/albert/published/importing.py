"""Makes a model out of a published ALBERT, and proves that it is the same network."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from albert_search.albert.checkpoint import read_checkpoint, read_config, write_checkpoint
from albert_search.albert.compact.building import MAX_SEQ_LENGTH, build_model
from albert_search.albert.compact.products import Precision
from albert_search.albert.encoder import Encoder
from albert_search.albert.pooling import Pooling
from albert_search.albert.published.anisotropy import Anisotropy, measure_anisotropy
from albert_search.albert.published.hugging_face import HuggingFaceFolder
from albert_search.albert.published.original import Original
from albert_search.albert.published.publication import Published, locate, read_published
from albert_search.albert.published.sources import default_name, is_handle
from albert_search.albert.published.verifying import Verification, verify
from albert_search.albert.shelf import CHECKPOINT, check_name, imported_folder, known_models, note
from albert_search.config import models_folder
from albert_search.errors import UsageError


@dataclass(frozen=True, slots=True)
class Imported:
    """A model that was imported, and what was measured of it.

    Attributes:
        folder: The model.
        precision: That of its graph, ``int8`` or ``float32``.
        pooling: How its outputs become a vector.
        verification: How near it is to its original.
        anisotropy: How unevenly its vectors fill their space.
    """

    folder: Path
    precision: str
    pooling: Pooling
    verification: Verification
    anisotropy: Anisotropy


def import_model(
    source: str,
    *,
    name: str | None = None,
    precision: Precision | None = None,
    pooling: str | None = None,
    max_seq_length: int | None = None,
) -> Imported:
    """Import a published ALBERT into the folder of models, verified against its original.

    Args:
        source: A TensorFlow Hub module or Hugging Face folder, an archive of one, or a handle such as
            ``https://tfhub.dev/tensorflow/albert_en_base/3``.
        name: What to call the model; None for a name after the source.
        precision: ``int8`` or ``float32``; None for int8 unless that loses too much.
        pooling: ``pooled``, ``mean`` or ``cls``; None for what its publisher means.
        max_seq_length: Longest text in tokens; None for what its publisher means, or else 256.

    Returns:
        The model, in its place.

    Raises:
        UsageError: There is a model of that name, or the name cannot be one.
        ModelError: The source is not an ALBERT, is damaged, or the compact graph differs from it; nothing is kept.
    """
    name = check_name(name or default_name(source))
    if name in known_models():
        raise UsageError(f"there is a model {name!r} already: remove it first, or choose another name")
    home = models_folder()
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=".importing-") as temporary:
        workplace = Path(temporary)
        (workplace / "unpacked").mkdir()
        published = _with_choices(read_published(locate(source, workplace / "unpacked")), pooling, max_seq_length)
        made = _make(
            published, workplace / name, precision, source if is_handle(source) else str(Path(source).absolute())
        )
        made.folder.rename(home / name)
    return replace(made, folder=home / name)


def verify_model(name: str) -> Verification:
    """Compare an imported model with its original once more, and store the result.

    The original is read from where it was imported from; where it is no longer there, the float weights that the model
    keeps stand in for it.

    Args:
        name: The model.

    Raises:
        ModelError: There is no such model, it keeps no float weights, or it differs from its original.
    """
    folder = imported_folder(name)
    with tempfile.TemporaryDirectory() as temporary:
        workplace = Path(temporary)
        in_float = _float_twin(folder / CHECKPOINT, workplace)
        verification = verify(_original(folder, workplace), Encoder.load(folder), in_float)
    verification.check()
    note(folder, verification=verification.to_json())
    return verification


def _with_choices(published: Published, pooling: str | None, max_seq_length: int | None) -> Published:
    longest = published.architecture.max_position_embeddings
    length = max_seq_length or published.max_seq_length or MAX_SEQ_LENGTH
    if max_seq_length is not None and not 3 <= max_seq_length <= longest:
        raise UsageError(f"max_seq_length must be from 3 to {longest} for this model, not {max_seq_length}")
    chosen = Pooling.parse(pooling) if pooling else published.pooling
    return replace(published, pooling=chosen, max_seq_length=min(length, longest))


def _make(published: Published, folder: Path, precision: Precision | None, source: str) -> Imported:
    """Build the model, verify and measure it, and note what came out."""
    checkpoint = folder / CHECKPOINT
    extra = {
        "pooling": published.pooling.value,
        "max_seq_length": published.max_seq_length,
        "do_lower_case": published.lower_case,
    }
    write_checkpoint(
        checkpoint, published.architecture, published.weights, vocabulary=published.vocabulary, extra=extra
    )
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        in_float = _float_twin(checkpoint, Path(temporary))
        chosen: Precision = precision or "int8"
        verification = _build_and_verify(folder, chosen, source, published.original, in_float)
        if precision is None and not verification.precise:
            chosen = "float32"
            verification = _build_and_verify(folder, chosen, source, published.original, in_float)
    verification.check()
    anisotropy = measure_anisotropy(Encoder.load(folder))
    note(folder, verification=verification.to_json(), spread=anisotropy.to_json())
    return Imported(folder, chosen, published.pooling, verification, anisotropy)


def _build_and_verify(
    folder: Path, precision: Precision, source: str, original: Original, in_float: Encoder
) -> Verification:
    build_model(folder / CHECKPOINT, folder, precision=precision, source=source)
    return verify(original, Encoder.load(folder), in_float)


def _float_twin(checkpoint: Path, workplace: Path) -> Encoder:
    folder = workplace / "float32"
    build_model(checkpoint, folder, precision="float32")
    return Encoder.load(folder)


def _original(folder: Path, workplace: Path) -> Original:
    source = str(read_config(folder).get("source", ""))
    if not is_handle(source) and Path(source).exists():
        return read_published(locate(source, workplace)).original
    architecture, weights = read_checkpoint(folder / CHECKPOINT)
    return HuggingFaceFolder(folder / CHECKPOINT).original(architecture, weights)

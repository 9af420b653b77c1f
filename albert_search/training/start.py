"""Where the student starts: the teacher's own layers, over an embedding that keeps what those layers look at.

The teacher's embedding, after its layer norm, is projected onto fewer dimensions. Which ones are kept is decided in the
metric of the teacher's sensitivity: directions along which a small change moves the sentence vector weigh more than
those that the layers ignore, and frequent pieces more than rare ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from albert_search.albert.architecture import EMBEDDINGS, ENCODER, Architecture
from albert_search.albert.network import AlbertNetwork
from albert_search.training.batches import TokenIds, by_length, pad
from albert_search.training.objective import entering, mean_vectors
from albert_search.training.recipe import Recipe
from albert_search.training.vocabulary import PieceCounts

WORDS = f"{EMBEDDINGS}.word_embeddings.weight"
POSITIONS = f"{EMBEDDINGS}.position_embeddings.weight"
TYPES = f"{EMBEDDINGS}.token_type_embeddings.weight"
MAPPING = f"{ENCODER}.embedding_hidden_mapping_in"
TYPICAL_POSITION = 8
FIT_TOKENS = 4096
FIT_LENGTHS = (32, 64, 256)
LAYER_NORM_EPSILON = 1e-12
COMMON_POSITIONS = 64
REGRESSION_SAMPLES = 30_000
SMALLEST_EIGENVALUE = 1e-4
"""Of the sensitivity, relative to the largest: no direction is ignored altogether."""

Tensors = dict[str, npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Pieces:
    """What the pieces of the vocabulary mean to the teacher.

    Attributes:
        tokens: For each piece the teacher's ids that it stood for, with the share of each.
        weights: float32 (pieces,); how much each piece's embedding matters, summing to 1.
    """

    tokens: Sequence[dict[int, float]]
    weights: torch.Tensor

    @classmethod
    def of(cls, names: Sequence[str], counts: PieceCounts) -> Pieces:
        """Describe the pieces with these names; a special piece is counted like any other."""
        totals = [sum(counts[name].values()) for name in names]
        tokens = [
            {token: count / total for token, count in counts[name].items()}
            for name, total in zip(names, totals, strict=True)
        ]
        weights = torch.tensor(totals, dtype=torch.float32).sqrt()
        return cls(tokens, weights / weights.sum())


def with_vocabulary(architecture: Architecture, tensors: Tensors, pieces: Pieces) -> AlbertNetwork:
    """Return the teacher with our vocabulary: each piece is the weighted mean of the teacher's pieces behind it."""
    words = np.stack(
        [sum(share * tensors[WORDS][token] for token, share in tokens.items()) for tokens in pieces.tokens]
    )
    network = AlbertNetwork(replace(architecture, vocab_size=len(words)), trainable=False)
    network.assign_tensors({**tensors, WORDS: words})
    return network


def sensitivity(teacher: AlbertNetwork, rows: TokenIds, layer: int, seed: int) -> torch.Tensor:
    """Measure along which directions of its states the teacher's vectors move.

    Args:
        teacher: The teacher with our vocabulary.
        rows: Token ids of typical texts.
        layer: The layer, from 0, whose input is looked at.
        seed: Seed of the directions tried in the space of vectors.

    Returns:
        float32 (hidden, hidden): the mean over tokens of g gᵀ, where g is the gradient, with respect to the state that
        enters the layer, of the vector's component in a random direction; scaled to trace ``hidden``.
    """
    generator = torch.Generator().manual_seed(seed)
    hidden = teacher.architecture.hidden_size
    total = torch.zeros(hidden, hidden)
    for batch in by_length(rows, texts=32, tokens=2048):
        inputs = pad([rows[number] for number in batch])
        mask = inputs["input_mask"]
        with torch.no_grad():
            states = entering(teacher, inputs, layer)
        states.requires_grad_(True)
        vectors = mean_vectors({"sequence_output": teacher.transform(states, mask, first=layer)}, mask)
        (torch.randn(vectors.shape, generator=generator) * vectors).sum().backward()
        gradients = states.grad[mask.bool()]
        total += gradients.T @ gradients
    return total * (hidden / total.trace())


def root(metric: torch.Tensor) -> torch.Tensor:
    """Return the symmetric square root of a metric, with its smallest eigenvalues raised."""
    values, vectors = torch.linalg.eigh(metric.double())
    raised = values.clamp(min=float(values.max()) * SMALLEST_EIGENVALUE)
    return ((vectors * raised.sqrt()) @ vectors.T).float()


def start_student(teacher: AlbertNetwork, pieces: Pieces, metric_root: torch.Tensor, recipe: Recipe) -> AlbertNetwork:
    """Make the student: the teacher's layers, one a group, and its embedding projected onto fewer dimensions.

    Args:
        teacher: The teacher with our vocabulary.
        pieces: How much each piece matters.
        metric_root: Square root of the teacher's sensitivity to what enters its first layer.
        recipe: The sizes.

    Returns:
        The student before any training. Its pooler hands on the first token's state.
    """
    architecture = replace(
        teacher.architecture,
        embedding_size=recipe.embedding_size,
        num_hidden_groups=len(recipe.teacher_layers),
        hidden_act="gelu_new",
    )
    source = teacher.tensors()
    tensors = {name: tensor for name, tensor in source.items() if "albert_layer_groups" not in name}
    for group, layer in enumerate(recipe.teacher_layers):
        theirs, ours = (prefix.layer_prefix(number, 0) for prefix, number in
                        ((teacher.architecture, layer), (architecture, group)))  # fmt: skip
        layer_tensors = {name: tensor for name, tensor in source.items() if name.startswith(f"{theirs}.")}
        tensors |= {name.replace(theirs, ours, 1): tensor for name, tensor in layer_tensors.items()}
    tensors |= _projected_embedding(TeacherEmbedding.of(source), pieces, metric_root, recipe)
    tensors["albert.pooler.weight"] = np.eye(architecture.hidden_size, dtype=np.float32)
    tensors["albert.pooler.bias"] = np.zeros(architecture.hidden_size, np.float32)
    student = AlbertNetwork(architecture)
    student.assign_tensors(tensors)
    return student


@dataclass(frozen=True, slots=True)
class TeacherEmbedding:
    """The teacher's embedding as a function of a piece and its position.

    Attributes:
        words: float32 (pieces, hidden).
        places: float32 (positions, hidden); what position and segment 0 add.
        gain: float32 (hidden,); of the layer norm.
        shift: float32 (hidden,); likewise.
    """

    words: torch.Tensor
    places: torch.Tensor
    gain: torch.Tensor
    shift: torch.Tensor

    @classmethod
    def of(cls, tensors: Tensors) -> TeacherEmbedding:
        """Take the embedding out of the teacher's tensors."""
        words, positions, types = (torch.from_numpy(tensors[name]) for name in (WORDS, POSITIONS, TYPES))
        gain, shift = (torch.from_numpy(tensors[f"{EMBEDDINGS}.LayerNorm.{end}"]) for end in ("weight", "bias"))
        return cls(words, positions + types[0], gain, shift)

    def at(self, ids: torch.Tensor, place: torch.Tensor | int) -> torch.Tensor:
        """Return what enters the first layer, float32 (ids, hidden), for pieces at a place each, or all at one."""
        return functional.layer_norm(
            self.words[ids] + self.places[place], self.gain.shape, self.gain, self.shift, LAYER_NORM_EPSILON
        )


def _projected_embedding(
    teacher: TeacherEmbedding, pieces: Pieces, metric_root: torch.Tensor, recipe: Recipe
) -> Tensors:
    """Return the student's embedding: principal components in the metric, and the best linear way back."""
    torch.manual_seed(recipe.seed)
    typical = teacher.at(torch.arange(len(teacher.words)), TYPICAL_POSITION)
    centred = typical - pieces.weights @ typical
    to_width = _principal_directions(centred, pieces.weights, metric_root, recipe.embedding_size)
    scale = ((centred @ to_width).square().mean(1) @ pieces.weights).sqrt()
    words = centred @ to_width / scale
    sample = torch.multinomial(pieces.weights, min(2000, len(words)))
    moves = [(teacher.at(sample, place) - typical[sample]).mean(0) for place in range(len(teacher.places))]
    places = torch.stack(moves) @ to_width / scale
    way_back, offset = _regress(teacher, words, places, pieces.weights)
    return {
        WORDS: words.numpy(),
        POSITIONS: places.numpy(),
        TYPES: np.zeros((2, recipe.embedding_size), np.float32),
        f"{EMBEDDINGS}.LayerNorm.weight": np.ones(recipe.embedding_size, np.float32),
        f"{EMBEDDINGS}.LayerNorm.bias": np.zeros(recipe.embedding_size, np.float32),
        f"{MAPPING}.weight": np.ascontiguousarray(way_back.T.numpy()),
        f"{MAPPING}.bias": offset.numpy(),
    }


def _principal_directions(
    centred: torch.Tensor, weights: torch.Tensor, metric_root: torch.Tensor, width: int
) -> torch.Tensor:
    """Return float32 (hidden, width): the principal directions in the metric, turned at random.

    The turn makes all dimensions alike, so that the layer norm between embedding and mapping does least harm.
    """
    scaled = centred @ metric_root
    _, directions = torch.linalg.eigh((scaled * weights[:, None]).T @ scaled)
    turn, _ = torch.linalg.qr(torch.randn(width, width))
    return metric_root @ directions[:, -width:] @ turn


def _regress(
    teacher: TeacherEmbedding, words: torch.Tensor, places: torch.Tensor, weights: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the linear map, (width, hidden), and the offset that lead best from the student's layer norm to the teacher."""
    ids = torch.multinomial(weights, REGRESSION_SAMPLES, replacement=True)
    where = torch.randint(0, min(COMMON_POSITIONS, len(places)), ids.shape)
    normed = functional.layer_norm(words[ids] + places[where], words.shape[1:], eps=LAYER_NORM_EPSILON)
    design = torch.cat([normed, torch.ones(len(ids), 1)], 1)
    solution = torch.linalg.lstsq(design, teacher.at(ids, where)).solution
    return solution[:-1], solution[-1]


def fit_embedding(
    student: AlbertNetwork, teacher: AlbertNetwork, pieces: Pieces, metric_root: torch.Tensor, recipe: Recipe
) -> float:
    """Fit the student's embedding to the teacher's on random tokens; the layers above stay out of it.

    Returns:
        The share of the teacher's embedding that stays unexplained, in its metric, in [0, 1], at the last step.
    """
    torch.manual_seed(recipe.seed)
    tables = [layer.embeddings.value for layer in (student.words, student.positions)]
    others = [
        variable.value
        for layer in (student.types, student.embedding_norm, student.mapping)
        for variable in layer.trainable_variables
    ]
    rates = [recipe.fit_rate, recipe.fit_rate / 10]
    optimizer = torch.optim.Adam([{"params": tables}, {"params": others}], betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=recipe.fit_steps, pct_start=0.1)
    unexplained = torch.tensor(1.0)
    for step in range(recipe.fit_steps):
        length = FIT_LENGTHS[step % len(FIT_LENGTHS)]
        ids = torch.multinomial(pieces.weights, FIT_TOKENS, replacement=True).reshape(-1, length).int()
        types = torch.zeros_like(ids)
        with torch.no_grad():
            wanted = teacher.embed(ids, types) @ metric_root
        error = (student.embed(ids, types) @ metric_root - wanted).square().sum()
        unexplained = error / (wanted - wanted.mean((0, 1))).square().sum()
        optimizer.zero_grad()
        unexplained.backward()
        optimizer.step()
        schedule.step()
    return float(unexplained.detach())

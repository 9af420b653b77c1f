"""The student's embedding, computed in closed form from the teacher's.

The teacher's embedding, after its layer norm, is projected onto fewer dimensions: its principal components in a metric
that says along which directions the teacher's vectors move, with frequent pieces weighing more than rare ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from albert_search.albert.architecture import EMBEDDINGS, ENCODER
from albert_search.training.distilling.vocabulary import Word

WORDS = f"{EMBEDDINGS}.word_embeddings.weight"
POSITIONS = f"{EMBEDDINGS}.position_embeddings.weight"
TYPES = f"{EMBEDDINGS}.token_type_embeddings.weight"
NORM = f"{EMBEDDINGS}.LayerNorm"
MAPPING = f"{ENCODER}.embedding_hidden_mapping_in"
LAYER_NORM_EPSILON = 1e-12
TYPICAL_POSITION = 8
COMMON_POSITIONS = 64
REGRESSION_SAMPLES = 30_000
UNSEEN_COUNT = 0.1

Tensors = dict[str, npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The vocabulary's pieces as the teacher's tokens, with their weights.

    Attributes:
        tokens: The teacher's id of each piece.
        weights: float32 (pieces,); how much each piece's embedding matters, summing to 1.
    """

    tokens: Sequence[int]
    weights: torch.Tensor

    @classmethod
    def of(cls, tokens: Mapping[str, int], words: Mapping[Word, int], texts: int) -> Pieces:
        """Weigh the pieces by how often they stood in texts.

        Args:
            tokens: The pieces, with the teacher's id of each.
            words: The words of the texts, cut into pieces, with how often each was seen.
            texts: How many texts these were; every text begins and ends with a special piece.
        """
        counts: Counter[str] = Counter({"[CLS]": texts, "[SEP]": texts})
        for word, count in words.items():
            counts.update(dict.fromkeys(word, count))
        weights = torch.tensor([max(counts[piece], UNSEEN_COUNT) for piece in tokens]).sqrt()
        return cls(list(tokens.values()), weights / weights.sum())


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
        gain, shift = (torch.from_numpy(tensors[f"{NORM}.{end}"]) for end in ("weight", "bias"))
        return cls(words, positions + types[0], gain, shift)

    def at(self, ids: torch.Tensor, place: torch.Tensor | int) -> torch.Tensor:
        """Return what enters the first layer, float32 (ids, hidden), for pieces at a place each, or all at one."""
        return functional.layer_norm(
            self.words[ids] + self.places[place], self.gain.shape, self.gain, self.shift, LAYER_NORM_EPSILON
        )


def projected_embedding(
    teacher: TeacherEmbedding, pieces: Pieces, metric_root: torch.Tensor, width: int, seed: int
) -> Tensors:
    """Return the student's embedding: principal components in the metric, and the best linear way back.

    Args:
        teacher: The teacher's embedding, of the student's pieces.
        pieces: How much each piece matters.
        metric_root: float32 (hidden, hidden): square root of the metric.
        width: Width of the student's embedding.
        seed: Seed of everything random.

    Returns:
        The student's tensors from the embedding tables to the mapping into its layers.
    """
    torch.manual_seed(seed)
    typical = teacher.at(torch.arange(len(teacher.words)), TYPICAL_POSITION)
    centred = typical - pieces.weights @ typical
    to_width = _principal_directions(centred, pieces.weights, metric_root, width)
    scale = ((centred @ to_width).square().mean(1) @ pieces.weights).sqrt()
    words = centred @ to_width / scale
    sample = torch.multinomial(pieces.weights, min(2000, len(words)))
    moves = [(teacher.at(sample, place) - typical[sample]).mean(0) for place in range(len(teacher.places))]
    places = torch.stack(moves) @ to_width / scale
    way_back, offset = _regress(teacher, words, places, pieces.weights)
    return {
        WORDS: words.numpy(),
        POSITIONS: places.numpy(),
        TYPES: np.zeros((2, width), np.float32),
        f"{NORM}.weight": np.ones(width, np.float32),
        f"{NORM}.bias": np.zeros(width, np.float32),
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
    turned: torch.Tensor = metric_root @ directions[:, -width:] @ turn
    return turned


def _regress(
    teacher: TeacherEmbedding, words: torch.Tensor, places: torch.Tensor, weights: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the linear map, (width, hidden), and the offset that lead best from the student to the teacher."""
    ids = torch.multinomial(weights, REGRESSION_SAMPLES, replacement=True)
    where = torch.randint(0, min(COMMON_POSITIONS, len(places)), ids.shape)
    normed = functional.layer_norm(words[ids] + places[where], words.shape[1:], eps=LAYER_NORM_EPSILON)
    design = torch.cat([normed, torch.ones(len(ids), 1)], 1)
    solution = torch.linalg.lstsq(design, teacher.at(ids, where)).solution
    return solution[:-1], solution[-1]

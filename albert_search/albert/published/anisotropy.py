"""Anisotropy of a model's vectors: raw ALBERT puts all sentences into one narrow cone.

Source: Mu & Viswanath, "All-but-the-Top", arXiv:1702.01417; Su et al., "Whitening Sentence Representations",
arXiv:2103.15316.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from albert_search.albert.encoder import Encoder
from albert_search.albert.published.samples import sample_sentences

NARROW = 0.5
"""Mean cosine of unrelated sentences above which scores say little."""

TOP_DIRECTIONS = 3


@dataclass(frozen=True, slots=True)
class Anisotropy:
    """Mean cosine of unrelated sentences, and the share of the top directions in their variance.

    >>> import numpy as np
    >>> Anisotropy.of(np.eye(4, dtype=np.float32)).mean_cosine
    0.0

    Attributes:
        sentences: How many sentences were looked at.
        mean_cosine: Mean cosine of two different ones, in [-1, 1]; a model that tells sentences apart has it near 0.
        top_share: Share of the vectors' variance around their mean that lies in the top three directions, in [0, 1].
    """

    sentences: int
    mean_cosine: float
    top_share: float

    @classmethod
    def of(cls, vectors: npt.NDArray[np.float32]) -> Anisotropy:
        """Measure vectors, float32 (n, dim), each of length 1."""
        count = len(vectors)
        exact = vectors.astype(np.float64)
        cosines = exact @ exact.T
        variances = np.linalg.svd(exact - exact.mean(0), compute_uv=False) ** 2
        total = variances.sum()
        return cls(
            sentences=count,
            mean_cosine=float((cosines.sum() - np.trace(cosines)) / (count * (count - 1))),
            top_share=float(variances[:TOP_DIRECTIONS].sum() / total) if total > 0 else 1.0,
        )

    @property
    def narrow(self) -> bool:
        """True where everything is similar to everything."""
        return self.mean_cosine > NARROW

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    def in_words(self) -> str:
        """Return what this means for searching."""
        measured = (
            f"two sentences that have nothing to do with each other have a cosine of {self.mean_cosine:.2f} "
            f"on average, and {TOP_DIRECTIONS} directions hold {self.top_share:.0%} of what differs between sentences"
        )
        if self.narrow:
            return f"{measured}: to this model everything is similar to everything, and its scores say little"
        return f"{measured}: the vectors tell sentences apart"


def measure_anisotropy(encoder: Encoder) -> Anisotropy:
    """Measure a model on real sentences that have nothing to do with each other."""
    return Anisotropy.of(encoder.encode(sample_sentences()))

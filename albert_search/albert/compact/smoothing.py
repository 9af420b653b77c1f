"""SmoothQuant: evens out the channels of activations before they are rounded to eight bits.

A few channels of a transformer's activations are ten times as large as the rest, and rounding would be as coarse as
they need. Each channel is therefore divided by a number that its row of the matrix is multiplied by: the product
stays, and the difficulty is shared between activations and weights.

Which channels are large hardly depends on the text: random pieces show them as well as real sentences do (cosine of the
int8 to the float32 vectors, starting weights: 0.9953 without smoothing, 0.9981 with either).

Source: Xiao et al., "SmoothQuant: Accurate and Efficient Post-Training Quantization for Large Language Models",
arXiv:2211.10438, equation 4.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

ALPHA = 0.6
"""Share of the difficulty that moves to the weights; 0.5 in the paper."""


def smoothing_scales(activations: npt.NDArray[np.float32], matrix: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the SmoothQuant scale of each channel: activations are divided by it, rows of the matrix multiplied.

    >>> smoothing_scales(np.array([1, 32], np.float32), np.ones((2, 3), np.float32))
    array([0.3535534, 2.8284268], dtype=float32)

    Args:
        activations: float32, (inputs,): the largest activation of each channel.
        matrix: float32, (inputs, outputs).

    Returns:
        float32, (inputs,), above 0, their geometric mean 1.
    """
    rows = np.abs(matrix).max(axis=1)
    logarithms = ALPHA * _log(activations) - (1 - ALPHA) * _log(rows)
    scales: npt.NDArray[np.float32] = np.exp(logarithms - logarithms.mean())
    return scales.astype(np.float32)


def _log(sizes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Logarithm, with a floor for channels that are never used."""
    floor = max(float(sizes.max()) * 1e-3, 1e-9)
    logarithms: npt.NDArray[np.float32] = np.log(np.maximum(sizes, floor))
    return logarithms

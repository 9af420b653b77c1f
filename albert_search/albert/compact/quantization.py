"""Eight-bit integers for matrices and tables, chosen so that products are exact on every processor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LARGEST = 127
LARGEST_PAIR = 128
BLOCK_ROWS = 128


@dataclass(frozen=True, slots=True)
class Quantized:
    """Integers and the scales that turn them back: ``values * scales`` is close to the original.

    Attributes:
        values: int8, of the original's shape.
        scales: float32, broadcast against ``values``.
    """

    values: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float32]


def quantize_table(table: npt.NDArray[np.float32]) -> Quantized:
    """Round a (rows, width) table, with a scale (rows, 1) for each row."""
    scales = _scales(np.abs(table).max(axis=1, keepdims=True) / LARGEST)
    return Quantized(np.rint(table / scales).astype(np.int8), scales)


def quantize_matrix(matrix: npt.NDArray[np.float32], moments: npt.NDArray[np.float64], damping: float) -> Quantized:
    """Round an (inputs, outputs) matrix by GPTQ, with a scale (outputs,) for each column.

    Processors without VNNI (AVX2, and AVX-512 before it) multiply unsigned activations with signed weights and add two
    neighbouring products in sixteen bits, which silently saturates above 32767: full eight-bit weights lost a third of
    a per cent of cosine that way (mean 0.9961, with this rule 0.9983, both on AVX2). A column is therefore scaled so
    that the weights of each two neighbouring inputs add up to 128 at most, and 255 * 128 fits. That costs half a bit of
    precision in most columns, where the usual remedy of seven-bit weights costs a whole one in all.

    By what the matrix is multiplied with, the error of each row is made up for by the rows that are still to be
    rounded, those of the largest inputs first. On abstracts of `cranfield` that takes the mean cosine to
    float32 from .9990 to .9993, and with only the matrices rounded from .9993 to .9996.

    Source: Frantar et al., "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers",
    arXiv:2210.17323, algorithm 1.

    Args:
        matrix: float32 (inputs, outputs).
        moments: float64 (inputs, inputs): sum of the outer products of what it is multiplied with.
        damping: What is added to each input's size, as a share of their mean; the more, the less moments count.
    """
    count, scales = len(matrix), _column_scales(matrix)
    order, factor = _order_and_factor(moments, damping)
    rest, values = matrix.astype(np.float64)[order], np.zeros((count + 1, matrix.shape[1]))
    for start in range(0, count, BLOCK_ROWS):
        block = slice(start, min(start + BLOCK_ROWS, count))
        errors = np.zeros((block.stop - start, matrix.shape[1]))
        for place in range(start, block.stop):
            row = order[place]
            neighbour = values[row ^ 1]
            low = np.maximum(-LARGEST, -LARGEST_PAIR - neighbour)
            high = np.minimum(LARGEST, LARGEST_PAIR - neighbour)
            values[row] = np.clip(np.rint(rest[place] / scales), low, high)
            error = (rest[place] - values[row] * scales) / factor[place, place]
            rest[place : block.stop] -= np.outer(factor[place, place : block.stop], error)
            errors[place - start] = error
        rest[block.stop :] -= factor[block, block.stop :].T @ errors
    return Quantized(values[:count].astype(np.int8), scales)


def _column_scales(matrix: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    alone = np.abs(matrix).max(axis=0) / LARGEST
    even = matrix[: matrix.shape[0] // 2 * 2]
    # Rounding may push a sum up by one.
    pairs = np.abs(even[0::2] + even[1::2]).max(axis=0, initial=0) / (LARGEST_PAIR - 1)
    return _scales(np.maximum(alone, pairs))


def _order_and_factor(
    moments: npt.NDArray[np.float64], damping: float
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Return the order in which rows are rounded, and the upper Cholesky factor of the inverse moments, so ordered."""
    sizes = np.diag(moments)
    order = np.argsort(-sizes, kind="stable")
    damped = moments[np.ix_(order, order)]
    damped[np.diag_indices_from(damped)] += damping * sizes.mean() or 1.0
    return order, np.linalg.cholesky(np.linalg.inv(damped)).T


def _scales(steps: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    return np.where(steps > 0, steps, 1).astype(np.float32)

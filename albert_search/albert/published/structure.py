"""Recovers a module's number of layers and heads, and its activation, from its outputs.

All layers of an ALBERT share one set of weights, so the variables of a module do not tell how often they are applied.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from albert_search.albert.architecture import ACTIVATIONS, Architecture
from albert_search.albert.checkpoint import Weights
from albert_search.albert.network import AlbertNetwork
from albert_search.albert.published.original import LARGEST_DIFFERENCE, Inputs
from albert_search.errors import ModelError

MOST_LAYERS = 48
"""Twice as many as the deepest published ALBERT has."""


def find_structure(
    architectures: Iterable[Architecture], weights: Weights, inputs: Inputs, sequence: npt.NDArray[np.float32]
) -> Architecture:
    """Return the architecture that gives the sequence output which the original gave.

    Args:
        architectures: What the shapes of the variables allow, the most likely first; one group of layers each.
        weights: The tensors.
        inputs: What the original was run on.
        sequence: What it returned, float32 (batch, tokens, hidden).

    Raises:
        ModelError: None does: the original is no ALBERT, or one of another kind.
    """
    nearest = math.inf
    for candidate in architectures:
        for activation in ACTIVATIONS:
            best, difference = None, math.inf
            for architecture, states in _by_depth(replace(candidate, hidden_act=activation), weights, inputs):
                further = float(np.abs(states - sequence)[inputs["input_mask"].astype(bool)].max())
                if best and further >= difference:
                    return best
                if further < LARGEST_DIFFERENCE:
                    best = architecture
                difference = min(difference, further)
            if best:
                return best
            nearest = min(nearest, difference)
    raise ModelError(
        f"this is not an ALBERT: with its weights, no number of layers up to {MOST_LAYERS} gives its outputs "
        f"(the nearest differs by {nearest:.2g})"
    )


def _by_depth(
    architecture: Architecture, weights: Weights, inputs: Inputs
) -> Iterator[tuple[Architecture, npt.NDArray[np.float32]]]:
    """Yield the architecture with 1, 2, 3 … layers, and the sequence output that each gives."""
    from keras import ops

    network = AlbertNetwork(architecture, trainable=False)
    network.assign_tensors(weights)
    visible: Any = ops.cast(inputs["input_mask"], "bool")[:, None, None, :]
    states = network.embed(inputs["input_word_ids"], inputs["input_type_ids"])
    for layers in range(1, MOST_LAYERS + 1):
        for layer in network.groups[0]:
            states = layer(states, visible)
        yield replace(architecture, num_hidden_layers=layers), ops.convert_to_numpy(states)

"""Weights of networks: as they are at a moment, the mean of several, and a network with the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from albert_search.albert.architecture import RERANK_HEAD
from albert_search.albert.checkpoint import Weights
from albert_search.albert.network import AlbertNetwork


def current_weights(network: AlbertNetwork) -> Weights:
    """Return the weights as they are now, which further training does not change."""
    return {name: tensor.copy() for name, tensor in network.tensors().items()}


def mean_weights(networks: Sequence[Weights]) -> Weights:
    """Return the mean of the weights of networks that were trained from the same ones."""
    return {name: np.mean([weights[name] for weights in networks], axis=0) for name in networks[0]}


def copy_network(network: AlbertNetwork, *, head: npt.NDArray[np.float32] | None = None) -> AlbertNetwork:
    """Return a network with the same weights.

    Args:
        network: The network.
        head: A rerank head for the copy, float32 (width, hidden); None for the one that there is, or none.
    """
    architecture, weights = network.architecture, dict(network.tensors())
    if head is not None:
        architecture = replace(architecture, token_vector_size=len(head))
        weights[f"{RERANK_HEAD}.weight"] = head
    copy = AlbertNetwork(architecture)
    copy.assign_tensors(weights)
    return copy

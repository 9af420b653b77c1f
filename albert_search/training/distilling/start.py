"""The student before training: the teacher's own layers, over an embedding that keeps what those layers look at.

What they look at is measured: the directions along which a small change of their input moves the sentence vector. The
embedding keeps those, first in closed form, then by a short fit of the embedding alone.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from albert_search.albert.architecture import Architecture
from albert_search.albert.network import AlbertNetwork
from albert_search.training.batches import TokenIds, by_length, pad
from albert_search.training.distilling.embedding_table import (
    WORDS,
    Pieces,
    TeacherEmbedding,
    Tensors,
    projected_embedding,
)
from albert_search.training.distilling.recipe import Recipe
from albert_search.training.objective import entering, mean_vectors

FIT_TOKENS = 4096
FIT_LENGTHS = (32, 64, 256)
SMALLEST_EIGENVALUE = 1e-4
"""Of the sensitivity, relative to the largest: no direction is ignored altogether."""


def with_vocabulary(architecture: Architecture, tensors: Tensors, pieces: Pieces) -> AlbertNetwork:
    """Return the teacher with our vocabulary."""
    words = tensors[WORDS][list(pieces.tokens)]
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
        component = (torch.randn(vectors.shape, generator=generator) * vectors).sum()
        (gradients,) = torch.autograd.grad(component, states)
        gradients = gradients[mask.bool()]
        total += gradients.T @ gradients
    return total * (hidden / total.trace())


def root(metric: torch.Tensor) -> torch.Tensor:
    """Return the symmetric square root of a metric, with its smallest eigenvalues raised."""
    values, vectors = torch.linalg.eigh(metric.double())
    raised = values.clamp(min=float(values.max()) * SMALLEST_EIGENVALUE)
    squared_root: torch.Tensor = (vectors * raised.sqrt()) @ vectors.T
    return squared_root.float()


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
    embedding = TeacherEmbedding.of(source)
    tensors |= projected_embedding(embedding, pieces, metric_root, recipe.embedding_size, recipe.seed)
    tensors["albert.pooler.weight"] = np.eye(architecture.hidden_size, dtype=np.float32)
    tensors["albert.pooler.bias"] = np.zeros(architecture.hidden_size, np.float32)
    student = AlbertNetwork(architecture)
    student.assign_tensors(tensors)
    return student


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
        length = min(FIT_LENGTHS[step % len(FIT_LENGTHS)], recipe.max_tokens)
        ids = torch.multinomial(pieces.weights, FIT_TOKENS, replacement=True).reshape(-1, length).int()
        types = torch.zeros_like(ids)
        with torch.no_grad():
            target = teacher.embed(ids, types).float() @ metric_root
        error = (student.embed(ids, types).float() @ metric_root - target).square().sum()
        unexplained = error / (target - target.mean((0, 1))).square().sum()
        optimizer.zero_grad()
        unexplained.backward()
        optimizer.step()
        schedule.step()
    return float(unexplained.detach())

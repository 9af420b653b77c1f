"""The whole training, from corpora and teacher to a float checkpoint; every finished part is kept and reused."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from albert_search.albert.network import AlbertNetwork
from albert_search.albert.tokenizer import Tokenizer, normalize
from albert_search.training.batches import by_length, shuffled
from albert_search.training.distilling import start
from albert_search.training.distilling.corpus import sample_texts
from albert_search.training.distilling.embedding_table import Pieces
from albert_search.training.distilling.fusion import fit_fusion, fuse
from albert_search.training.distilling.kept import Kept
from albert_search.training.distilling.question_stage import Questions, draw_texts
from albert_search.training.distilling.recipe import Recipe
from albert_search.training.distilling.second_teacher import SecondTeacher
from albert_search.training.distilling.teacher import Teacher
from albert_search.training.distilling.vocabulary import build_vocabulary, count_words, teacher_pieces
from albert_search.training.distilling.weights import copy_network, current_weights, mean_weights
from albert_search.training.objective import BottomObjective, Objective, VectorObjective, compare, encode
from albert_search.training.stage import Stage
from albert_search.training.trainer import Trainer

REPORT_STEPS = 20


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the texts and the teachers are.

    Attributes:
        corpora: The texts.
        questions: Questions that people ask, passages, and pairs of both.
        teacher: MiniLM.
        second_teacher: mpnet.
        third_teacher: multilingual-e5.
    """

    corpora: Path
    questions: Path
    teacher: Path
    second_teacher: Path
    third_teacher: Path


@dataclass(frozen=True)
class Training:
    """One training, in one folder.

    Attributes:
        recipe: What is done.
        folders: What it is done with.
        output: The folder for everything that is written.
        trained: The folder of float weights that only the stage ``questions`` begins with; without one all stages are
            run.
        save_interval_s: How often the state is saved inside a chunk; a kill loses at most as much.
        publish_interval_s: How often the checkpoint is written and measured.
    """

    recipe: Recipe
    folders: Folders
    output: Path
    trained: Path | None = None
    save_interval_s: float = 240
    publish_interval_s: float = 480

    @property
    def checkpoint(self) -> Path:
        """The float checkpoint, the newest there is."""
        return self.output / "checkpoint"

    def run(self) -> None:
        """Train the student, going on where an earlier run stopped."""
        # The optimiser makes whole steps out of rounding: without this, two runs from one seed end far apart.
        torch.use_deterministic_algorithms(True)
        self.output.mkdir(parents=True, exist_ok=True)
        self.kept.log(event="begin", texts=len(self.texts))
        recipe = self.recipe
        texts = iter(self.texts[recipe.held_out_texts :])
        bottom = list(islice(texts, recipe.bottom.texts))
        known = list(islice(texts, recipe.vectors.texts))
        again = [*known, *self._drawn(texts, recipe.again, recipe.again.texts - len(known))]
        further = self._drawn(texts, recipe.further, recipe.further.texts)
        last = [*further, *self._drawn(texts, recipe.last, recipe.last.texts - len(further))]
        if self.trained:
            student = self._already_trained(self.trained)
        else:
            student = self._started()
            self._run_stage("bottom", recipe.bottom, student, self._bottom_objective, bottom)
            self._run_stage("vectors", recipe.vectors, student, self._vector_objective, known)
            self._run_stage("again", recipe.again, student, self._vector_objective, again)
            self._run_stage("further", recipe.further, student, self._vector_objective, further)
            self._run_stage("last", recipe.last, student, self._vector_objective, last)
        self._learn_questions(student, list(texts))
        self.kept.log(event="end")

    def _learn_questions(self, student: AlbertNetwork, rest: Sequence[str]) -> None:
        """Run the stage ``questions``, and train the rerank head of what comes of it."""
        recipe = self.recipe
        texts = draw_texts(rest, recipe, self.folders.corpora, self.folders.questions)
        questions = Questions(
            recipe,
            self.folders.questions,
            self.folders.third_teacher,
            texts,
            copy_network(student),
            self._rows,
            self.kept,
        )
        begun, ends = current_weights(student), []
        for run in range(recipe.question_runs):
            student.assign_tensors(begun)
            part = texts[run * recipe.questions.texts :][: recipe.questions.texts]
            name = f"questions-{run + 1}"
            self._run_stage(name, recipe.questions, student, lambda: questions.objective, part, questions.targets)
            ends.append(current_weights(student))
        student.assign_tensors(mean_weights(ends))
        self._write(copy_network(student, head=questions.train_head(student)))

    @cached_property
    def kept(self) -> Kept:
        """What lies in the output folder."""
        return Kept(self.output)

    @cached_property
    def texts(self) -> list[str]:
        """All texts: those held out, then those to learn from."""
        return sample_texts(self.folders.corpora, self.recipe.sources, self.recipe.seed)

    @cached_property
    def teacher(self) -> Teacher:
        """The teacher."""
        return Teacher(self.folders.teacher, max_tokens=self.recipe.max_tokens)

    @cached_property
    def second_teacher(self) -> SecondTeacher:
        """The second teacher."""
        return SecondTeacher(self.folders.second_teacher, max_tokens=self.recipe.max_tokens)

    @cached_property
    def fusion(self) -> npt.NDArray[np.float32]:
        """The map from both teachers' vectors to one; see ``fit_fusion``."""
        first = self.recipe.held_out_texts
        texts = self.texts[first : first + self.recipe.fusion_texts]
        return self.kept.array(
            "fusion.npy",
            lambda: fit_fusion([self._vectors(teacher, texts) for teacher in (self.teacher, self.second_teacher)]),
        )

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The student's tokenizer; its vocabulary is built with the start."""
        return Tokenizer(self.output / "spiece.model")

    @cached_property
    def pieces(self) -> Pieces:
        """The student's pieces as the teacher's tokens."""
        tokenizer = self.teacher.tokenizer
        counted = [normalize(text) for text in self.texts[-self.recipe.vocabulary_texts :]]
        pieces, words = teacher_pieces(tokenizer), count_words(tokenizer, counted)
        path = self.output / "spiece.model"
        if not path.exists():
            path.write_bytes(build_vocabulary(list(pieces), words))
        return Pieces.of(pieces, words, len(counted))

    @cached_property
    def aligned_teacher(self) -> AlbertNetwork:
        """The teacher with the student's vocabulary."""
        return start.with_vocabulary(self.teacher.network.architecture, self.teacher.network.tensors(), self.pieces)

    def _rows(self, texts: Sequence[str], limit: int | None = None) -> list[list[int]]:
        tokens = self.tokenizer.encode(texts, max_tokens=limit or self.recipe.max_tokens)
        return [text.ids for text in tokens]

    def _drawn(self, texts: Iterator[str], stage: Stage, count: int) -> list[str]:
        """Return the next texts of the sample and a stage's passages, so many of them, drawn together."""
        passages = sample_texts(self.folders.corpora, stage.passages, self.recipe.seed)
        return shuffled([*islice(texts, count), *passages], self.recipe.seed)[:count]

    def _metric_root(self, layer: int) -> torch.Tensor:
        def measured() -> npt.NDArray[np.float32]:
            rows = self._rows(self.texts[-self.recipe.sensitivity_texts :], 64)
            metric = start.sensitivity(self.aligned_teacher, rows, layer, self.recipe.seed)
            return np.asarray(start.root(metric).numpy())

        return torch.from_numpy(self.kept.array(f"metric{layer}.npy", measured))

    def _started(self) -> AlbertNetwork:
        """Return the student before training, made once."""
        folder = self.output / "start"
        if (folder / "model.safetensors").exists():
            return AlbertNetwork.load(folder)
        teacher = self.aligned_teacher
        metric_root = self._metric_root(0)
        student = start.start_student(teacher, self.pieces, metric_root, self.recipe)
        unexplained = start.fit_embedding(student, teacher, self.pieces, metric_root, self.recipe)
        self.kept.log(event="start", unexplained=round(unexplained, 4))
        self._write(student, "start")
        return student

    def _already_trained(self, folder: Path) -> AlbertNetwork:
        (self.output / "spiece.model").write_bytes((folder / "spiece.model").read_bytes())
        return AlbertNetwork.load(folder)

    def _bottom_objective(self) -> Objective:
        layers = self.recipe.bottom_layers
        return BottomObjective(self.aligned_teacher, layers, self._metric_root(layers))

    def _vector_objective(self) -> Objective:
        return VectorObjective(self._targets)

    def _run_stage(
        self,
        name: str,
        stage: Stage,
        student: AlbertNetwork,
        make_objective: Callable[[], Objective],
        texts: Sequence[str],
        wanted: Callable[[Sequence[str]], torch.Tensor] | None = None,
    ) -> None:
        """Train the student in one stage; a stage that is finished only hands over its weights."""
        trainer = Trainer(student, stage, average=self.recipe.average)
        state = self.output / f"{name}.pt"
        if state.exists():
            trainer.resume(state)
        size = self.recipe.chunk_texts
        chunks = [texts[first : first + size] for first in range(0, len(texts), size)]
        chunks = [chunk for epoch in range(stage.epochs) for chunk in shuffled(chunks, self.recipe.seed + epoch)]
        remaining = range(trainer.progress.chunk, len(chunks))
        if not remaining:
            trainer.take_average()
            return
        objective = make_objective()
        self._publish(trainer, wanted or self._targets)
        published = time.monotonic()
        for number in remaining:
            self._learn_chunk(name, trainer, objective, chunks[number])
            trainer.progress.chunk, trainer.progress.batch = number + 1, 0
            trainer.save(state)
            if time.monotonic() - published > self.publish_interval_s:
                self._publish(trainer, wanted or self._targets)
                published = time.monotonic()
        trainer.take_average()
        trainer.save(state)
        self._publish(trainer, wanted or self._targets)

    def _learn_chunk(self, name: str, trainer: Trainer, objective: Objective, texts: Sequence[str]) -> None:
        progress = trainer.progress
        rows = self._rows(texts)
        targets = objective.targets(texts)
        batches = by_length(rows, texts=self.recipe.batch_texts, tokens=self.recipe.batch_tokens)
        recent: list[dict[str, float]] = []
        saved = time.monotonic()
        for batch in shuffled(batches, self.recipe.seed + progress.chunk)[progress.batch :]:
            recent.append(trainer.step(objective, [rows[number] for number in batch], targets[batch]))
            progress.batch += 1
            if progress.steps % REPORT_STEPS == 0:
                means = {part: round(float(np.mean([one[part] for one in recent])), 4) for part in recent[0]}
                self.kept.log(stage=name, steps=progress.steps, texts=progress.texts, **means)
                recent = []
            if time.monotonic() - saved > self.save_interval_s:
                trainer.save(self.output / f"{name}.pt")
                saved = time.monotonic()

    def _targets(self, texts: Sequence[str]) -> torch.Tensor:
        """Return what both teachers' vectors are fused into, float32 (texts, hidden)."""
        both = [self._vectors(teacher, texts) for teacher in (self.teacher, self.second_teacher)]
        return torch.from_numpy(fuse(self.fusion, both))

    def _vectors(self, teacher: Teacher | SecondTeacher, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return self.kept.vectors(type(teacher).__name__, texts, teacher.vectors)

    def _publish(self, trainer: Trainer, wanted: Callable[[Sequence[str]], torch.Tensor]) -> None:
        """Write the float checkpoint and how near it comes to its teachers on texts that are never trained on."""
        texts = self.texts[: self.recipe.held_out_texts]
        network = trainer.averaged()
        loss = compare(torch.from_numpy(encode(network, self._rows(texts))), wanted(texts))
        self.kept.log(
            event="checkpoint", texts=trainer.progress.texts,
            distance=round(loss.distance.item(), 4), similarity=round(loss.similarity.item(), 4),
        )  # fmt: skip
        self._write(network)

    def _write(self, network: AlbertNetwork, name: str = "checkpoint") -> None:
        self.kept.checkpoint(name, network, max_tokens=self.recipe.max_tokens)

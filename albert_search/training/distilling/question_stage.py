"""The stage ``questions``: what the student has come to and a third teacher, fused, on texts that are half questions.

The student as it enters the stage stands for the first two teachers, whose vectors it has learned: it costs a tenth of
them, and fused with the third teacher it ranks nearly as well as they would.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from albert_search.albert.network import AlbertNetwork
from albert_search.training.batches import TokenIds, shuffled
from albert_search.training.distilling.corpus import sample_pairs, sample_texts
from albert_search.training.distilling.fusion import centred, fit_fusion, fuse, shares_of_cosines
from albert_search.training.distilling.kept import Kept
from albert_search.training.distilling.recipe import Recipe
from albert_search.training.distilling.rerank_head import Candidates, choose_candidates, fit_head, token_states
from albert_search.training.distilling.third_teacher import ThirdTeacher, is_question
from albert_search.training.objective import VectorObjective, encode

KEPT_TEXTS = 1024
"""How many texts' vectors are kept in one file: what a kill can lose."""
PAIRS = "question_passage"


def draw_texts(rest: Sequence[str], recipe: Recipe, corpora: Path, questions: Path) -> list[str]:
    """Return the texts of the stage, drawn together.

    Args:
        rest: Texts of the sample that no stage before has seen.
        recipe: How many of what.
        corpora: The folder of the long passages.
        questions: The folder of the questions and what answers them.
    """
    passages = sample_texts(corpora, recipe.questions.passages, recipe.seed)
    asked = sample_texts(questions, recipe.question_sources, recipe.seed)
    drawn = dict.fromkeys([*islice(rest, recipe.question_fresh_texts), *passages, *asked])
    return shuffled(list(drawn), recipe.seed)[: recipe.questions.texts * recipe.question_runs]


@dataclass(frozen=True)
class Questions:
    """What the stage learns from.

    Attributes:
        recipe: The numbers.
        folder: The folder of the questions.
        teacher_folder: The third teacher's.
        texts: All texts of the stage.
        student: The student as it enters the stage; it stays as it is.
        rows: Returns the student's token ids of texts.
        kept: Where vectors are kept.
    """

    recipe: Recipe
    folder: Path
    teacher_folder: Path
    texts: Sequence[str]
    student: AlbertNetwork
    rows: Callable[[Sequence[str]], TokenIds]
    kept: Kept

    @cached_property
    def teacher(self) -> ThirdTeacher:
        """The third teacher."""
        return ThirdTeacher(self.teacher_folder, max_tokens=self.recipe.max_tokens)

    @cached_property
    def objective(self) -> VectorObjective:
        """What the student is to learn: vectors, and the order of each text's nearest in the whole stage."""
        return VectorObjective(self.targets, others=self.targets(self.texts), nearest=self.recipe.nearest_texts)

    def targets(self, texts: Sequence[str]) -> torch.Tensor:
        """Return what the student's own vectors and the third teacher's are fused into, float32 (texts, hidden)."""
        return torch.from_numpy(fuse(self._fusion, self._both(texts, self._centre)))

    def train_head(self, trained: AlbertNetwork) -> npt.NDArray[np.float32]:
        """Return the rerank head, float32 (width, hidden), for a student that stays as it is."""
        recipe = self.recipe.head
        pairs = sample_pairs(self.folder, PAIRS, recipe.pairs, self.recipe.seed)
        others = self.texts[: recipe.texts]
        asked = [question for question, _ in pairs] + [text for text in others if is_question(text)]
        texts = list(dict.fromkeys([passage for _, passage in pairs] + [t for t in others if not is_question(t)]))
        number = {text: place for place, text in enumerate(texts)}
        answers = [number[passage] for _, passage in pairs] + [None] * (len(asked) - len(pairs))
        candidates = self._candidates(trained, asked, texts, answers)
        of_questions, of_texts = (token_states(trained, self.rows(some)) for some in (asked, texts))
        head, divergences = fit_head(of_questions, of_texts, candidates, recipe, self.recipe.seed)
        self.kept.log(stage="head", questions=len(asked), divergence=[round(one, 4) for one in divergences])
        return head

    def _candidates(
        self, trained: AlbertNetwork, asked: Sequence[str], texts: Sequence[str], answers: Sequence[int | None]
    ) -> Candidates:
        ours = [torch.from_numpy(encode(trained, self.rows(some))) for some in (asked, texts)]
        theirs = [self.targets(some) for some in (asked, texts)]
        return choose_candidates(
            ours[0] @ ours[1].T, theirs[0] @ theirs[1].T, answers, self.recipe.head, self.recipe.seed
        )

    @cached_property
    def _centre(self) -> npt.NDArray[np.float32]:
        """The mean of the third teacher's vectors of passages, float32 (hidden,): they all point one way."""
        texts = self._fitted
        passages = [place for place, text in enumerate(texts) if not is_question(text)]
        return np.asarray(self._third(texts)[passages].mean(axis=0))

    @cached_property
    def _fusion(self) -> npt.NDArray[np.float32]:
        both = self._both(self._fitted, self._centre)
        return fit_fusion(both, shares_of_cosines(both, self.recipe.question_weights))

    @property
    def _fitted(self) -> Sequence[str]:
        return self.texts[: self.recipe.fusion_texts]

    def _both(
        self, texts: Sequence[str], centre: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        own = self._in_parts("Student", texts, lambda part: encode(self.student, self.rows(part)))
        return own, centred(self._third(texts), centre)

    def _third(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return self._in_parts("ThirdTeacher", texts, lambda part: self.teacher.vectors(part))

    def _in_parts(
        self, name: str, texts: Sequence[str], make: Callable[[Sequence[str]], npt.NDArray[np.float32]]
    ) -> npt.NDArray[np.float32]:
        parts = [texts[first : first + KEPT_TEXTS] for first in range(0, len(texts), KEPT_TEXTS)]
        return np.concatenate([self.kept.vectors(name, part, make) for part in parts])

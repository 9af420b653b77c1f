"""Every number that the training depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from albert_search.training.distilling.rerank_head import HeadRecipe
from albert_search.training.stage import Source, Stage

SOURCES = MappingProxyType(
    {
        "wikipedia": (Source(260_000),),
        "wikipedia_title_lead": (Source(20_000, column=0), Source(60_000, column=None)),
        "science_abstracts": (Source(42_000), Source(7_000, sentences=10), Source(12_000, sentences=5)),
        "technical_docs": (Source(80_000), Source(40_000, sentences=8), Source(30_000, sentences=4)),
        "debian_descriptions": (Source(12_000),),
        "trivia_questions": (Source(67_000),),
        "opentriviaqa_question_answer": (
            Source(20_000, column=0),
            Source(3_000, column=1),
            Source(10_000, column=None),
        ),
        "wordnet_lemma_gloss": (Source(8_000, column=0), Source(20_000, column=None)),
        "wordnet_glosses": (Source(40_000),),
        "dictionaries_gcide_foldoc_jargon": (Source(40_000), Source(20_000, sentences=5)),
        "tatoeba_short": (Source(30_000),),
        "fiction": (Source(5_000), Source(1_500, sentences=8)),
    }
)
"""Files of the corpora, by name without ending, and what is taken from each."""

QUESTION_SOURCES = MappingProxyType(
    {
        "questions": (Source(33_000),),
        "question_passage": (Source(5_000, column=1),),
        "passages": (Source(3_000),),
    }
)
"""Likewise of the folder of questions."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The sizes of the student and how it is trained.

    Attributes:
        sources: The texts; see ``SOURCES``.
        vocabulary_texts: Texts whose words are counted for the vocabulary.
        embedding_size: Width of the student's embedding.
        teacher_layers: For each group of the student, the teacher's layer that it starts as.
        max_tokens: Longest text, in tokens.
        sensitivity_texts: Texts on which it is measured which directions of the teacher's states matter.
        fit_steps: Steps for which the embedding alone is fitted.
        fit_rate: Their highest learning rate.
        batch_texts: Texts in a batch, at most.
        batch_tokens: Tokens in a batch, padding included, at most.
        chunk_texts: Texts for which the teacher's vectors are computed and kept together.
        bottom_layers: Number of the student's layers that are trained in the stage ``bottom``.
        bottom: The stage in which the student's lowest layers learn the teacher's states.
        vectors: The stage in which the whole student learns what both teachers' vectors are fused into.
        again: The same objective on the texts of ``vectors`` and, for the rest of its number, on others of the sample
            and passages, drawn together.
        further: The same on texts that no stage before it has seen.
        last: The same on the texts of ``further`` and, for the rest of its number, on others, drawn together.
        question_sources: What the stage ``questions`` takes from the folder of questions; see ``QUESTION_SOURCES``.
        question_fresh_texts: Texts of the sample, new to the student, that its texts are drawn from beside these.
        questions: The stage in which the student learns from a third teacher, on texts of which many are questions.
        question_runs: How often it is run, each time from the same weights on texts of its own; the student becomes the
            mean of the weights that the runs end with. They may be run side by side.
        question_weights: How much the student itself, as it enters the stage, and the third teacher decide.
        nearest_texts: How many texts each text is compared with there, those of the whole stage that are nearest to it.
        head: How the rerank head is trained, after all stages.
        fusion_texts: Texts on which it is fitted how they are fused.
        average: Weight of the past in the running average of the weights, per step.
        held_out_texts: Texts that are never trained on and show how training goes.
        seed: Seed of everything random.
    """

    sources: Mapping[str, tuple[Source, ...]] = field(default_factory=lambda: SOURCES)
    vocabulary_texts: int = 120_000
    embedding_size: int = 256
    teacher_layers: tuple[int, ...] = (0, 2, 3, 4, 5)
    max_tokens: int = 256
    sensitivity_texts: int = 600
    fit_steps: int = 300
    fit_rate: float = 0.02
    batch_texts: int = 64
    batch_tokens: int = 3072
    chunk_texts: int = 4096
    bottom_layers: int = 2
    bottom: Stage = Stage(texts=65_536, rate=5e-4, embedding_rate=1e-3, warmup_steps=100, decay_share=0.7)
    vectors: Stage = Stage(texts=81_920, rate=4e-5, embedding_rate=2e-4, warmup_steps=50, decay_share=0.9, epochs=3)
    again: Stage = Stage(
        texts=172_032, rate=4e-5, embedding_rate=2e-4, warmup_steps=50, decay_share=0.9, epochs=3,
        passages=MappingProxyType({"science_abstracts": (Source(6_000, sentences=10), Source(6_000, sentences=10))}),
    )  # fmt: skip
    further: Stage = Stage(
        texts=147_456, rate=4e-5, embedding_rate=2e-4, warmup_steps=50, decay_share=0.9, epochs=2,
        passages=MappingProxyType(
            {"science_abstracts": tuple(Source(6_000, sentences=sentences) for sentences in (8, 10, 5, 3))}
        ),
    )  # fmt: skip
    last: Stage = Stage(
        texts=180_224, rate=3e-5, embedding_rate=1.5e-4, warmup_steps=50, decay_share=0.9, epochs=2,
        passages=MappingProxyType(
            {"science_abstracts": tuple(Source(6_000, sentences=sentences) for sentences in (7, 4))}
        ),
    )  # fmt: skip
    question_sources: Mapping[str, tuple[Source, ...]] = field(default_factory=lambda: QUESTION_SOURCES)
    question_fresh_texts: int = 48_000
    questions: Stage = Stage(
        texts=12_288, rate=5e-5, embedding_rate=2.5e-4, warmup_steps=50, decay_share=0.9, epochs=2,
        passages=MappingProxyType({"science_abstracts": (Source(1_000, sentences=9),)}),
    )  # fmt: skip
    question_runs: int = 2
    question_weights: tuple[float, float] = (0.4, 0.6)
    nearest_texts: int = 256
    head: HeadRecipe = field(default_factory=HeadRecipe)
    fusion_texts: int = 4096
    average: float = 0.99
    held_out_texts: int = 256
    seed: int = 1


TINY = Recipe(
    sources=MappingProxyType({"wikipedia": (Source(160),), "science_abstracts": (Source(8, sentences=3),)}),
    vocabulary_texts=100,
    embedding_size=8,
    teacher_layers=(0, 2),
    max_tokens=32,
    sensitivity_texts=16,
    fit_steps=5,
    batch_texts=8,
    chunk_texts=32,
    bottom=Stage(texts=64, rate=5e-4, embedding_rate=1e-3, warmup_steps=2),
    vectors=Stage(texts=64, rate=5e-4, embedding_rate=1e-3, warmup_steps=2, epochs=2),
    again=Stage(
        texts=80,
        rate=5e-4,
        embedding_rate=1e-3,
        warmup_steps=2,
        passages=MappingProxyType({"science_abstracts": (Source(4, sentences=3),)}),
    ),
    further=Stage(texts=16, rate=5e-4, embedding_rate=1e-3, warmup_steps=2),
    last=Stage(texts=24, rate=5e-4, embedding_rate=1e-3, warmup_steps=2),
    question_sources=MappingProxyType({"questions": (Source(30),), "question_passage": (Source(20, column=1),)}),
    question_fresh_texts=30,
    questions=Stage(texts=16, rate=5e-4, embedding_rate=1e-3, warmup_steps=2, epochs=2),
    nearest_texts=16,
    head=HeadRecipe(width=4, pairs=20, texts=32, nearest=2, further=2, epochs=2),
    fusion_texts=32,
    held_out_texts=8,
)
"""Everything once, in seconds, for a teacher of three small layers."""

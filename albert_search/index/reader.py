"""An index as something to ask: questions in, hits out."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import overload

import numpy as np
import numpy.typing as npt
from typing_extensions import Self

from albert_search.albert import Encoder
from albert_search.albert.model import Model
from albert_search.albert.opening import load_encoder
from albert_search.config import load_settings
from albert_search.errors import ModelError, ModelMismatch, UsageError
from albert_search.index.browser import IndexBrowser
from albert_search.searching.options import SearchOptions
from albert_search.searching.places import sentence_at
from albert_search.searching.query_language import parse_question
from albert_search.searching.questions import Question, encode_questions
from albert_search.searching.relevance import unrelated_questions
from albert_search.searching.reranking import RerankedText, Reranker
from albert_search.searching.searcher import Searcher
from albert_search.searching.understanding import foreign_language, languages_of
from albert_search.storage.catalog import Where, as_filter
from albert_search.storage.folder import resolve_index
from albert_search.storage.store import Store
from albert_search.types import DEFAULT_MODE, Hit, Mode, Place, SentenceEncoder


class IndexReader(IndexBrowser):
    """Questions to an index; `Index` adds writing to it.

    A class of its own because a search imports nothing that only indexing needs.

    Args:
        store: The index.
        encoder: Its model, if it is loaded already.
        threads: Threads that the encoder may use; None for all cores.
    """

    def __init__(self, store: Store, encoder: SentenceEncoder | None = None, threads: int | None = None) -> None:
        super().__init__(store)
        self._encoder = encoder
        self._threads = threads
        self._loading = threading.Lock()
        self._reranker: Reranker | None = None
        self._searcher = Searcher(store, lambda: self._unrelated_questions)

    @classmethod
    def open(
        cls,
        folder: str | Path | None = None,
        *,
        model: str | Path | SentenceEncoder | None = None,
        threads: int | None = None,
    ) -> Self:
        """Open an index.

        Args:
            folder: Name or path, as `resolve_index` takes it; None for the default.
            model: The model, or its name or folder, where it is no longer found under the name it had.
            threads: Threads that the encoder may use; None for all cores.

        Returns:
            The index, open. Its model is loaded when it is first needed.

        Raises:
            IndexNotFound: There is no index.
            IndexDamaged: Its catalog is no longer sound.
            ModelMismatch: ``model`` is not the one that made the index.
        """
        opened = cls(Store(resolve_index(folder)), threads=load_settings(threads=threads).threads)
        if model is not None:
            with ExitStack() as unless_it_fits:
                unless_it_fits.callback(opened.close)
                opened.use(load_encoder(model, threads=opened._threads))
                unless_it_fits.pop_all()
        return opened

    @property
    def encoder(self) -> SentenceEncoder:
        """The model that made the index, loaded on first use.

        Raises:
            ModelError: It is no longer where it was.
            ModelMismatch: Another model is there now.
        """
        with self._loading:
            if self._encoder is None:
                self._encoder = self._stored_model()
            return self._encoder

    def use(self, encoder: SentenceEncoder) -> None:
        """Encode questions with this from now on.

        Args:
            encoder: The index's own model, loaded; perhaps behind something that gathers calls.

        Raises:
            ModelMismatch: It is another model.
        """
        self._check_model(encoder.name, encoder.fingerprint)
        with self._loading:
            self._encoder, self._reranker = encoder, None
            self.__dict__.pop("_unrelated_questions", None)  # encoded by the model before

    # --- searching -------------------------------------------------------------------------------

    @overload  # a str is a sequence of str too, but the first signature that fits wins
    def search(  # type: ignore[overload-overlap]
        self, question: str, k: int = ..., *, min_score: float = ...,
               min_relevance: float = ..., where: Where = ..., context: int = ...,
               merge: bool = ..., every_copy: bool = ..., mode: Mode = ...,
               rerank: bool | None = ...) -> list[Hit]: ...  # fmt: skip

    @overload
    def search(self, question: Sequence[str], k: int = ..., *, min_score: float = ...,
               min_relevance: float = ..., where: Where = ...,
               context: int = ..., merge: bool = ..., every_copy: bool = ...,
               mode: Mode = ..., rerank: bool | None = ...) -> list[list[Hit]]: ...  # fmt: skip

    def search(
        self,
        question: str | Sequence[str],
        k: int = 10,
        *,
        min_score: float = -1.0,
        min_relevance: float = 0.0,
        where: Where = None,
        context: int = 0,
        merge: bool = False,
        every_copy: bool = False,
        mode: Mode = DEFAULT_MODE,
        rerank: bool | None = None,
    ) -> list[Hit] | list[list[Hit]]:
        """Find the sentences that answer a question best.

        Args:
            question: One question, or several. ``"exact phrase"``, ``-word``, ``-"phrase"`` and ``field:value`` say
                what must be there, must not, and in which documents; all else is plain text.
            k: How many hits for each.
            min_score: Leave out what scores lower; cosine in [-1, 1].
            min_relevance: Leave out what is less relevant; the share of unrelated questions that it must outdo.
            where: Only in documents that match; these are chosen before the nearest are.
            context: How many neighbouring sentences to give before and after each hit.
            merge: Whether neighbouring hits of one document become one.
            every_copy: Whether each place of the same text is a hit of its own.
            mode: Whether to rank by meaning (``semantic``), by words (``keyword``), or by both (``hybrid``).
            rerank: Whether tokens put the first candidates in order anew; by default in the hybrid mode, if they can.

        Returns:
            The hits, best first; for several questions, a list for each. They are plain dataclasses:
            ``pandas.DataFrame(hits)`` is a table of them, `dataclasses.asdict` makes rows for Arrow or JSON, and
            ``pandas.json_normalize`` of these has a column for each field of the metadata, as Parquet wants it.

        Raises:
            UsageError: A question is empty, or an option makes no sense.
            FilterError: ``where`` cannot be understood.
        """
        options = SearchOptions(k, min_score, min_relevance, as_filter(where), context, merge, every_copy, mode, rerank)
        questions = [question] if isinstance(question, str) else list(question)
        if not all(text.strip() for text in questions):
            raise UsageError("the question is empty: ask with at least one word")
        parsed = [parse_question(text, self._field_names) for text in questions]
        hits = self._searcher.search(encode_questions(self.encoder, parsed), options, self._reranker_for(options))
        return hits[0] if isinstance(question, str) else hits

    def foreign_language(self, question: str) -> str | None:
        """Return the language of a question, after ISO 639, if it is one that the model does not know.

        Such questions are ranked by words alone, and their hits have no relevance.
        """
        return foreign_language(question, languages_of(self.encoder))

    def rerank(self, question: str, texts: Sequence[str]) -> list[RerankedText]:
        """Rank texts from anywhere by how well they answer a question, with the index's model alone.

        Args:
            question: The question.
            texts: The texts; what goes beyond the model's ``max_seq_length`` tokens counts for the cosine alone.

        Returns:
            All of them, best first.

        Raises:
            UsageError: The question is empty, or the model has no vectors of tokens.
        """
        if not question.strip():
            raise UsageError("the question is empty: ask with at least one word")
        return self._loaded_reranker().rerank(question, texts)

    def search_vector(
        self, vector: npt.ArrayLike, k: int = 10, *, where: Where = None, every_copy: bool = False
    ) -> list[Hit]:
        """Find the sentences nearest to a vector of the index's model.

        Args:
            vector: float (dim,); normalised here.
            k: How many hits.
            where: Only in documents that match.
            every_copy: Whether each place of the same text is a hit of its own.

        Returns:
            The hits, best first.

        Raises:
            UsageError: The vector has another width, or no direction.
        """
        question = np.asarray(vector, dtype=np.float32)
        if question.shape != (self._store.model.dim,):
            raise UsageError(f"a vector of this index has {self._store.model.dim} numbers, not shape {question.shape}")
        length = float(np.linalg.norm(question))
        if not np.isfinite(length) or length == 0:
            raise UsageError("the vector is zero or not finite: it has no direction to search in")
        options = SearchOptions(k, where=as_filter(where), every_copy=every_copy, mode="semantic")
        return self._searcher.search([Question(question.reshape(1, -1) / length)], options)[0]

    def similar(
        self, target: str | Path | Place, line: int = 1, k: int = 10, *, where: Where = None, context: int = 0
    ) -> list[Hit]:
        """Find the sentences nearest to one that is indexed; needs no model.

        Args:
            target: A document's address or file, or a hit or sentence of an earlier answer.
            line: Line of that document on which the sentence stands.
            k: How many hits.
            where: Only in documents that match.
            context: How many neighbouring sentences to give before and after each hit.

        Returns:
            The hits, best first, without the sentence itself.

        Raises:
            NotIndexed: There is no such document, or nothing at that line.
        """
        if not isinstance(target, Place):
            with self._store.reading() as view:
                target = sentence_at(view, target, line)
        options = SearchOptions(k, where=as_filter(where), context=context, mode="semantic")
        return self._searcher.similar(target.text_id, options)

    def _field_names(self) -> list[str]:
        with self._store.reading() as view:
            return view.fields()

    def reranks(self, mode: Mode, rerank: bool | None = None) -> bool:
        """Tell whether a search in some mode reranks, as it is told to or by default."""
        if rerank is None:
            return mode == "hybrid" and Reranker.is_possible(self.encoder)
        return rerank

    def _reranker_for(self, options: SearchOptions) -> Reranker | None:
        return self._loaded_reranker() if self.reranks(options.mode, options.rerank) else None

    def _loaded_reranker(self) -> Reranker:
        encoder = self.encoder
        with self._loading:
            if self._reranker is None:
                self._reranker = Reranker(encoder)
            return self._reranker

    def _stored_model(self) -> SentenceEncoder:
        """Load the model from where it was; never import one: that runs it, and the index may be from a stranger."""
        known = self._store.model
        try:
            model = Model.open(known.location)
        except ModelError as error:
            made_by = f"{known.name} ({known.fingerprint[:8]})"
            raise ModelError(
                f"{error}; the index in {self.folder} was made by {made_by}: give it as the model"
            ) from error
        self._check_model(model.settings.name, model.settings.fingerprint)
        return Encoder(model, threads=self._threads)

    def _check_model(self, name: str, fingerprint: str) -> None:
        known = self._store.model
        if fingerprint != known.fingerprint:
            raise ModelMismatch(
                f"the index in {self.folder} was made by the model {known.name}"
                f" ({known.fingerprint[:8]}), not by {name} ({fingerprint[:8]})"
            )

    @cached_property
    def _unrelated_questions(self) -> list[Question]:
        return encode_questions(self.encoder, unrelated_questions())

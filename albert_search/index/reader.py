"""An index that is open: everything that can be asked of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import numpy.typing as npt
from typing_extensions import Self

from albert_search.albert import Encoder
from albert_search.albert.model import Model
from albert_search.albert.opening import load_encoder
from albert_search.config import load_settings
from albert_search.errors import IndexNotFound, ModelError, ModelMismatch, NotIndexed, UsageError
from albert_search.searching.options import SearchOptions
from albert_search.searching.places import LINES_BELOW_HEADING, _reaches
from albert_search.searching.questions import Question, encode_questions
from albert_search.searching.searcher import Searcher
from albert_search.storage.addresses import addresses_of
from albert_search.storage.catalog import Catalog, Where, as_filter
from albert_search.storage.folder import CATALOG_FILE, VECTORS_FILE, folder_size, is_index, resolve_index
from albert_search.storage.vectors.space import Space
from albert_search.storage.vectors.store import VectorStore
from albert_search.storage.verification import verify
from albert_search.types import DEFAULT_MODE, DocumentSummary, Hit, IndexInfo, Mode, SentenceEncoder

if TYPE_CHECKING:
    from albert_search.sentences import Unit


class IndexReader:
    """What can be asked of an index; `Index` adds what can be done to it.

    Args:
        folder: Where it is.
        catalog: Its catalog, open.
        encoder: Its model, if it is loaded already.
        threads: Threads that the encoder may use; None for all cores.
    """

    def __init__(self, folder: Path, catalog: Catalog, encoder: SentenceEncoder | None, threads: int | None) -> None:
        settings = catalog.settings()
        self.folder = folder
        self.unit: Unit = settings["unit"]
        self._catalog = catalog
        self._model: Mapping[str, Any] = settings["model"]
        self._encoder = encoder
        self._threads = threads
        self._loading = threading.Lock()
        self._store = VectorStore(folder / VECTORS_FILE, self._model["dim"])
        self._searcher = Searcher(catalog, self._store)

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
        path = resolve_index(folder)
        if not is_index(path):
            raise IndexNotFound(f"there is no index in {path}")
        catalog = Catalog(path / CATALOG_FILE)
        found = cls(path, catalog, None, load_settings(threads=threads).threads)
        if model is not None:
            with ExitStack() as unless_it_fits:
                unless_it_fits.callback(found.close)
                found._encoder = found._load(model)
                unless_it_fits.pop_all()
        return found

    @property
    def encoder(self) -> SentenceEncoder:
        """The model that made the index, loaded on first use.

        Raises:
            ModelError: It is no longer where it was.
            ModelMismatch: Another model is there now.
        """
        with self._loading:
            if self._encoder is None:
                self._encoder = self._load_remembered()
            return self._encoder

    # --- searching -------------------------------------------------------------------------------

    @overload  # a str is a sequence of str too, but the first signature that fits wins
    def search(  # type: ignore[overload-overlap]
        self, question: str, k: int = ..., *, min_score: float = ...,
               min_relevance: float = ..., where: Where = ..., context: int = ...,
               merge: bool = ..., every_copy: bool = ..., mode: Mode = ...) -> list[Hit]: ...  # fmt: skip

    @overload
    def search(self, question: Sequence[str], k: int = ..., *, min_score: float = ...,
               min_relevance: float = ..., where: Where = ...,
               context: int = ..., merge: bool = ..., every_copy: bool = ...,
               mode: Mode = ...) -> list[list[Hit]]: ...  # fmt: skip

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
    ) -> list[Hit] | list[list[Hit]]:
        """Find the sentences that answer a question best.

        Args:
            question: One question, or several.
            k: How many hits for each.
            min_score: Leave out what scores lower; cosine in [-1, 1].
            min_relevance: Leave out what is less relevant; the share of unrelated questions that it must outdo.
            where: Only in documents that match; these are chosen before the nearest are.
            context: How many neighbouring sentences to give before and after each hit.
            merge: Whether neighbouring hits of one document become one.
            every_copy: Whether each place of the same text is a hit of its own.
            mode: Whether to rank by meaning (``semantic``), by words (``keyword``), or by both (``hybrid``).

        Returns:
            The hits, best first; for several questions, a list for each. They are plain dataclasses:
            ``pandas.DataFrame(hits)`` is a table of them, `dataclasses.asdict` makes rows for Arrow or JSON, and
            ``pandas.json_normalize`` of these has a column for each field of the metadata, as Parquet wants it.

        Raises:
            UsageError: A question is empty, or an option makes no sense.
            FilterError: ``where`` cannot be understood.
        """
        options = SearchOptions(k, min_score, min_relevance, as_filter(where), context, merge, every_copy, mode)
        questions = [question] if isinstance(question, str) else list(question)
        if not questions:
            return []
        if not all(text.strip() for text in questions):
            raise UsageError("the question is empty: ask with at least one word")
        hits = self._searcher.search(encode_questions(self.encoder, questions), options)
        return hits[0] if isinstance(question, str) else hits

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
        if question.shape != (self._model["dim"],):
            raise UsageError(f"a vector of this index has {self._model['dim']} numbers, not shape {question.shape}")
        length = float(np.linalg.norm(question))
        if not np.isfinite(length) or length == 0:
            raise UsageError("the vector is zero or not finite: it has no direction to search in")
        options = SearchOptions(k, where=as_filter(where), every_copy=every_copy, mode="semantic")
        return self._searcher.search([Question(question.reshape(1, -1) / length)], options)[0]

    def similar(
        self, target: str | Path | Hit, line: int = 1, k: int = 10, *, where: Where = None, context: int = 0
    ) -> list[Hit]:
        """Find the sentences nearest to one that is indexed; needs no model.

        Args:
            target: A document's address or file, or a hit of an earlier search.
            line: Line of that document on which the sentence stands.
            k: How many hits.
            where: Only in documents that match.
            context: How many neighbouring sentences to give before and after each hit.

        Returns:
            The hits, best first, without the sentence itself.

        Raises:
            NotIndexed: There is no such document, or nothing at that line.
        """
        text_id = target.text_id if isinstance(target, Hit) else self._sentence_at(target, line).text_id
        return self._searcher.similar(
            text_id, SearchOptions(k, where=as_filter(where), context=context, mode="semantic")
        )

    # --- looking ---------------------------------------------------------------------------------

    def documents(self, where: Where = None) -> list[DocumentSummary]:
        """Return the documents that match a filter, by address."""
        with self._catalog.reading() as view:
            return list(view.documents(as_filter(where)))

    def fields(self) -> list[str]:
        """Return the names of the metadata fields that documents have, which ``where`` can name beside ``path``."""
        with self._catalog.reading() as view:
            return view.fields()

    def get(self, uri: str | Path) -> list[Hit]:
        """Return the sentences of a document in reading order, with score 0.

        Raises:
            NotIndexed: There is no such document.
        """
        with self._catalog.reading() as view:
            for number in view.document_ids_at(addresses_of(uri)):
                return view.sentences(number)
        raise NotIndexed(f"{uri} is not in the index")

    def sentences(self, where: Where = None) -> Iterator[Hit]:
        """Yield every sentence of the documents that match a filter, in reading order, with score 0.

        Args:
            where: Only in documents that match.

        Yields:
            The sentences, document after document; what is removed meanwhile is left out.
        """
        for document in self.documents(where):
            with self._catalog.reading() as view:
                sentences = view.sentences(document.id)
            yield from sentences

    def __iter__(self) -> Iterator[Hit]:
        """Yield every sentence, as `sentences` does."""
        return self.sentences()

    def vectors(self, hits: Sequence[Hit]) -> npt.NDArray[np.float32]:
        """Return the vectors of some hits, in their order: float32 (n, dim), rows of length 1 to three digits.

        Raises:
            NotIndexed: A hit has been removed since it was found.
        """
        with self._catalog.reading() as view:
            found = view.vectors_of([hit.text_id for hit in hits])
        if len(found) != len(hits):
            raise NotIndexed("some of these hits are no longer in the index: search again")
        return found

    def info(self) -> IndexInfo:
        """Return what the index is and holds."""
        with self._catalog.reading() as view:
            settings, counts, vectors = view.settings(), view.counts(), self._store.describe(view)
            whitened = Space(view).whitening is not None
        return IndexInfo(
            folder=str(self.folder),
            model=self._model["name"],
            fingerprint=self._model["fingerprint"],
            dim=self._model["dim"],
            unit=self.unit,
            created_at=settings["created_at"],
            size_bytes=folder_size(self.folder),
            search=vectors.kind,
            recall_at_10=vectors.recall,
            pending_vectors=vectors.pending,
            whitened=whitened,
            **counts,
        )

    def verify(self) -> list[str]:
        """Check every promise that the catalog and the vector file make.

        Returns:
            What is wrong, a sentence each; empty where all is well.
        """
        return verify(self._catalog, self.folder / VECTORS_FILE, self._model["dim"])

    def close(self) -> None:
        """Close the index; calling it twice does no harm."""
        self._catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _load(self, model: str | Path | SentenceEncoder | None) -> SentenceEncoder:
        encoder = load_encoder(model, threads=self._threads)
        self._check_model(encoder.name, encoder.fingerprint)
        return encoder

    def _load_remembered(self) -> SentenceEncoder:
        """Load the model from where it was; never import one: that runs it, and the index may be from a stranger."""
        try:
            model = Model.open(self._model["location"])
        except ModelError as error:
            made_by = f"{self._model['name']} ({self._model['fingerprint'][:8]})"
            raise ModelError(
                f"{error}; the index in {self.folder} was made by {made_by}: give it as the model"
            ) from error
        self._check_model(model.settings.name, model.settings.fingerprint)
        return Encoder(model, threads=self._threads)

    def _check_model(self, name: str, fingerprint: str) -> None:
        if fingerprint != self._model["fingerprint"]:
            raise ModelMismatch(
                f"the index in {self.folder} was made by the model {self._model['name']}"
                f" ({self._model['fingerprint'][:8]}), not by {name} ({fingerprint[:8]})"
            )

    def _sentence_at(self, target: str | Path, line: int) -> Hit:
        with self._catalog.reading() as view:
            for address, below in product(addresses_of(target), range(LINES_BELOW_HEADING + 1)):
                found = view.sentence_at(address, line + below)
                if found is not None and _reaches(found, line + below):
                    return found
        raise NotIndexed(f"nothing at line {line} of {target} is in the index")

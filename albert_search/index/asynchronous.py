"""`Index` for programs that run on an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import wraps
from itertools import islice
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

from typing_extensions import Self

from albert_search.index.index import Index
from albert_search.storage.catalog import Where
from albert_search.types import Place

BATCH_SENTENCES = 256

P = ParamSpec("P")
T = TypeVar("T")


def _twin(
    method: Callable[Concatenate[Index, P], T],
) -> Callable[Concatenate[AsyncIndex, P], Coroutine[Any, Any, T]]:
    @wraps(method)
    async def in_thread(self: AsyncIndex, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(method, self.index, *args, **kwargs)

    return in_thread


class AsyncIndex:
    """An index whose methods are awaited; each runs its twin of `Index` in a thread, and takes and gives the same.

    Args:
        index: The index.

    Example:
        >>> async def ask(question: str) -> list[Hit]:
        ...     async with AsyncIndex(Index.open("notes")) as index:
        ...         return await index.search(question, k=3)
    """

    def __init__(self, index: Index) -> None:
        self.index = index

    add = _twin(Index.add)
    update = _twin(Index.update)
    refresh = _twin(Index.refresh)
    compare_sources = _twin(Index.compare_sources)
    in_step_at = _twin(Index.in_step_at)
    sources = _twin(Index.sources)
    add_sources = _twin(Index.add_sources)
    remove_sources = _twin(Index.remove_sources)
    add_documents = _twin(Index.add_documents)
    add_texts = _twin(Index.add_texts)
    remove = _twin(Index.remove)
    delete = _twin(Index.delete)
    search = _twin(Index.search)
    foreign_language = _twin(Index.foreign_language)
    rerank = _twin(Index.rerank)
    reranks = _twin(Index.reranks)
    search_vector = _twin(Index.search_vector)
    similar = _twin(Index.similar)
    documents = _twin(Index.documents)
    page_of_documents = _twin(Index.page_of_documents)
    fields = _twin(Index.fields)
    get = _twin(Index.get)
    extract = _twin(Index.extract)
    sample = _twin(Index.sample)
    vectors = _twin(Index.vectors)
    generation = _twin(Index.generation)
    info = _twin(Index.info)
    verify = _twin(Index.verify)
    relocate = _twin(Index.relocate)
    rebuild = _twin(Index.rebuild)
    embed_again = _twin(Index.embed_again)
    whiten = _twin(Index.whiten)
    close = _twin(Index.close)

    async def sentences(self, where: Where = None) -> AsyncIterator[Place]:
        """Yield every sentence of the documents that match a filter, as `Index.sentences` does.

        Args:
            where: Only in documents that match.
        """
        remaining = self.index.sentences(where)
        while batch := await asyncio.to_thread(list, islice(remaining, BATCH_SENTENCES)):
            for sentence in batch:
                yield sentence

    def __aiter__(self) -> AsyncIterator[Place]:
        return self.sentences()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

"""An interactive session: the question, the hits that were shown, and the judgements of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from albert_search.errors import UsageError
from albert_search.searching.feedback import rocchio
from albert_search.searching.long_texts import encode_long
from albert_search.storage.catalog import as_filter
from albert_search.types import Hit, Mode

if TYPE_CHECKING:
    from albert_search.index.reader import IndexReader


class Session:
    """One person's questions to an index, one after the other.

    Attributes:
        k: How many hits each answer holds.
        mode: Whether to rank by meaning, by words, or by both; a question with feedback is ranked by meaning.
        rerank: Whether to rerank, as `IndexReader.search` takes it; a ranking by words alone never is.
        shown: The hits of the last question, in the order in which they were shown; hit 1 is the first.

    Args:
        index: What is asked; its model stays loaded.
        k: How many hits each answer holds.
        mode: What to rank by.
        where: Only in documents that match.
        rerank: Whether to rerank.
    """

    def __init__(
        self, index: IndexReader, k: int, mode: Mode, where: Sequence[str], rerank: bool | None = None
    ) -> None:
        self.index = index
        self.k = k
        self.mode: Mode = mode
        self.rerank = rerank
        self.shown: list[Hit] = []
        self._where = list(where)
        self._question = ""
        self._liked: list[Hit] = []
        self._unliked: list[Hit] = []

    @property
    def where(self) -> tuple[str, ...]:
        """The filters that every document must match."""
        return tuple(self._where)

    @property
    def asked(self) -> bool:
        """True once a question was asked."""
        return bool(self._question)

    def ask(self, question: str) -> list[Hit]:
        """Return the hits of a new question, best first."""
        self._question, self._liked, self._unliked = question, [], []
        return self.again()

    def again(self) -> list[Hit]:
        """Return the hits of the last question, as it stands now; none where nothing was asked yet."""
        self.shown = []
        return self._next() if self.asked else []

    def more(self) -> list[Hit]:
        """Return the hits that come after those that were shown.

        Raises:
            UsageError: Nothing was asked yet.
        """
        if not self.asked:
            raise UsageError("nothing was asked yet: type a question first")
        return self._next()

    def like(self, numbers: Sequence[int]) -> list[Hit]:
        """Move the question towards some hits, and return its hits without those that were judged.

        Raises:
            UsageError: There is no such hit.
        """
        self._liked += [self.hit(number) for number in numbers]
        return self.again()

    def unlike(self, numbers: Sequence[int]) -> list[Hit]:
        """Move the question away from some hits, and return its hits without those that were judged.

        Raises:
            UsageError: There is no such hit.
        """
        self._unliked += [self.hit(number) for number in numbers]
        return self.again()

    def narrow(self, where: str) -> None:
        """Look only in documents that match one filter more; an empty one forgets them all.

        Raises:
            FilterError: It cannot be understood.
        """
        filters = [*self._where, where] if where else []
        as_filter(filters)
        self._where = filters

    def hit(self, number: int) -> Hit:
        """Return a hit by the number it was shown with.

        Raises:
            UsageError: There is no such hit.
        """
        if not 1 <= number <= len(self.shown):
            raise UsageError(f"there is no hit {number}: {len(self.shown)} are shown")
        return self.shown[number - 1]

    def in_context(self, number: int, width: int) -> Hit:
        """Return a hit with the sentences that stand before and after it, at most so many on each side.

        Raises:
            UsageError: There is no such hit.
            NotIndexed: Its document has been removed.
        """
        hit = self.hit(number)
        texts = [sentence.text for sentence in self.index.get(hit.uri)]
        before = texts[max(0, hit.ordinal - width) : hit.ordinal]
        return replace(hit, before=tuple(before), after=tuple(texts[hit.ordinal + 1 : hit.ordinal + 1 + width]))

    def _next(self) -> list[Hit]:
        judged = self._liked + self._unliked
        known = {hit.text_id for hit in judged + self.shown}
        found = self._search(self.k + len(known))
        fresh = [hit for hit in found if hit.text_id not in known][: self.k]
        self.shown += fresh
        return fresh

    def _search(self, k: int) -> list[Hit]:
        if not (self._liked or self._unliked):
            rerank = None if self.mode == "keyword" else self.rerank
            return self.index.search(self._question, k, mode=self.mode, where=self.where, rerank=rerank)
        (question,) = encode_long(self.index.encoder, [self._question])
        vectors = self.index.vectors
        moved = rocchio(question, vectors(self._liked), vectors(self._unliked))
        return self.index.search_vector(moved, k, where=self.where)

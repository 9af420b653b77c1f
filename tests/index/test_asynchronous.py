"""`AsyncIndex` gives what `Index` gives, and leaves the event loop free."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path

import pytest

from albert_search import AsyncIndex, Index, NotIndexed
from albert_search.storage.locking import writer_lock

LEFT_OUT = {"create", "open", "encoder", "reading", "use"}
"""What is done before there is an index, costs nothing, or is a ``with`` block of its own."""


def test_every_method_has_its_twin() -> None:
    methods = {name for name in dir(Index) if not name.startswith("_")} - LEFT_OUT
    twins = {name for name in dir(AsyncIndex) if not name.startswith("_")}
    assert twins == methods
    awaited = {name for name in twins if inspect.iscoroutinefunction(getattr(AsyncIndex, name))}
    assert twins - awaited == {"sentences"}
    assert inspect.isasyncgenfunction(AsyncIndex.sentences)
    assert all(getattr(AsyncIndex, name).__doc__ == getattr(Index, name).__doc__ for name in awaited)


async def test_it_gives_the_same(tmp_path: Path, tiny_model: Path) -> None:
    async with AsyncIndex(Index.create(tmp_path / "index", model=tiny_model, threads=1)) as index:
        await index.add_texts([f"Text {number}." for number in range(20)], ids=[f"t/{n}" for n in range(20)])
        answers = await asyncio.gather(*(index.search(f"Text {number}.", k=3) for number in range(20)))
        assert answers == index.index.search([f"Text {number}." for number in range(20)], k=3)
        assert await index.get("t/7") == index.index.get("t/7")
        with pytest.raises(NotIndexed, match="t/99"):
            await index.get("t/99")
        assert [hit async for hit in index] == list(index.index)
        assert [hit.uri async for hit in index.sentences("path=t/1*")] == [f"t/{n}" for n in (1, *range(10, 20))]
        assert await index.remove("t/7") == 1
        assert await index.delete(["t/8", "t/88"]) == 1
        assert len(await index.documents()) == 18


async def test_the_loop_runs_on_while_a_writer_waits(tmp_path: Path, tiny_model: Path) -> None:
    async with AsyncIndex(Index.create(tmp_path / "index", model=tiny_model, threads=1)) as index:
        with writer_lock(tmp_path / "index", wait_s=1):
            adding = asyncio.create_task(index.add_texts(["Late."], wait_s=60))
            assert await index.documents() == []
            assert not adding.done()
        assert len(await adding) == 1

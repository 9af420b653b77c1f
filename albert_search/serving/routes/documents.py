"""``/documents``: what is indexed; adding to it, and forgetting."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from albert_search.errors import UsageError
from albert_search.index.pages import Extract
from albert_search.serving import limits
from albert_search.serving.bodies import Documents, NewDocuments, Uri, Where
from albert_search.serving.failures import Refused
from albert_search.serving.services import Served
from albert_search.storage.addresses import address_of_text
from albert_search.storage.catalog import AnyOf, Comparison, Filter, as_filter

router = APIRouter(tags=["documents"])


class Added(BaseModel):
    """The address of each document, in the order in which they were sent; all of them are on disk."""

    uris: list[str]


class Removed(BaseModel):
    """How many documents were forgotten."""

    removed: int = Field(ge=0)


async def _writable(served: Served) -> None:
    if served.read_only:
        raise Refused(403, "read_only", "this server only answers: it was started read-only")


@router.get("/documents", operation_id="list_documents")
def list_documents(
    served: Served,
    where: Annotated[Where, Query()] = [],  # noqa: B006  # FastAPI copies it
    first: Annotated[int, Query(ge=0, lt=1 << 31, description="How many to pass over.")] = 0,
    count: Annotated[int, Query(ge=1, le=limits.MAX_DOCUMENTS_LISTED)] = 100,
) -> Documents:
    """List documents by address."""
    documents, total = served.index.page_of_documents(where, first, count)
    return Documents(documents=documents, total=total)


@router.get("/documents/sentences", operation_id="read_document")
def read_document(
    served: Served,
    uri: Annotated[Uri, Query()],
    first: Annotated[int, Query(ge=0, lt=1 << 31, description="Place of the first sentence, from 0.")] = 0,
    count: Annotated[int, Query(ge=1, le=limits.MAX_SENTENCES_SHOWN)] = 200,
) -> Extract:
    """Return the sentences of a document in reading order."""
    return served.index.extract(uri, first, count)


@router.post("/documents", operation_id="add_documents", dependencies=[Depends(_writable)])
async def add_documents(request: NewDocuments, served: Served) -> Added:
    """Index documents; the answer comes once they are on disk."""
    documents = request.documents
    uris = [document.uri or address_of_text(document.text, document.metadata) for document in documents]
    texts = [document.text for document in documents]
    metadatas = [document.metadata for document in documents]
    return Added(uris=await served.writes.run(partial(served.index.add_texts, texts, metadatas, uris)))


@router.delete("/documents", operation_id="remove_documents", dependencies=[Depends(_writable)])
async def remove_documents(
    served: Served,
    uri: Annotated[list[Uri], Query(max_length=limits.MAX_DOCUMENTS_TO_ADD)] = [],  # noqa: B006
    where: Annotated[Where, Query()] = [],  # noqa: B006
) -> Removed:
    """Forget the documents with these addresses, and those that match all of these filters."""
    if not uri and not where:
        raise UsageError("say which documents to forget: give uri or where")
    condition = as_filter(where)
    parts: list[Filter] = [Comparison("path", "=", address) for address in uri]
    parts += [condition] if condition is not None else []
    return Removed(removed=await served.writes.run(partial(served.index.remove, where=AnyOf(tuple(parts)))))

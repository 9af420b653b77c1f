"""Every failure as JSON with a code that stays: ``{"error": {"code": "not_indexed", "message": "…"}}``."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from albert_search import errors

KINDS: Mapping[type[errors.AlbertSearchError], tuple[int, str]] = {
    errors.AlbertSearchError: (500, "failure"),
    errors.UsageError: (400, "usage_error"),
    errors.FilterError: (400, "filter_error"),
    errors.ReadError: (422, "read_error"),
    errors.ModelError: (500, "model_error"),
    errors.ModelMismatch: (500, "model_mismatch"),
    errors.IndexFailure: (500, "index_failure"),
    errors.IndexNotFound: (500, "index_not_found"),
    errors.IndexDamaged: (500, "index_damaged"),
    errors.IndexLocked: (503, "index_locked"),
    errors.StorageError: (507, "storage_error"),
    errors.NotIndexed: (404, "not_indexed"),
    errors.MissingExtra: (501, "missing_extra"),
}
"""Status and code of each of our errors; one that is not named here has those of its nearest base."""

_CODES_OF_STATUS = {400: "malformed_request", 404: "not_found", 405: "method_not_allowed"}


class Failure(BaseModel):
    """A failure.

    Attributes:
        code: Which kind of failure; stays the same from release to release.
        message: One sentence that says what was wrong and what to do about it.
    """

    code: str = Field(examples=["not_indexed"])
    message: str


class FailureAnswer(BaseModel):
    """The body of every answer with a status of 400 and up."""

    error: Failure


class Refused(HTTPException):
    """A request that is turned away before the index is asked.

    Args:
        status: HTTP status.
        code: Which kind of refusal.
        message: What was wrong and what to do about it.
        headers: Headers of the answer.
    """

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, message, headers)
        self.code = code

    def answer(self) -> JSONResponse:
        """Return the answer that says so."""
        return _answer(self.status_code, self.code, self.detail, self.headers)


def answer_failures(app: FastAPI) -> None:
    """Make an application answer every failure in this form, whatever raised it."""
    app.add_exception_handler(errors.AlbertSearchError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _of_anything)


def _answer(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    failure = FailureAnswer(error=Failure(code=code, message=message))
    return JSONResponse(failure.model_dump(), status, headers)


async def _of_ours(_request: Request, error: Exception) -> JSONResponse:
    status, code = next(KINDS[kind] for kind in type(error).__mro__ if kind in KINDS)
    return _answer(status, code, str(error), {"Retry-After": "1"} if status == 503 else None)


async def _of_validation(_request: Request, error: Exception) -> JSONResponse:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    message = "; ".join(f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}" for problem in problems)
    return _answer(422, "invalid_request", message)


async def _of_http(_request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, Refused):
        return error.answer()
    status, message, headers = 500, "", None
    if isinstance(error, HTTPException):
        status, message, headers = error.status_code, error.detail, error.headers
    return _answer(status, _CODES_OF_STATUS.get(status, "http_error"), message, headers)


async def _of_anything(_request: Request, _error: Exception) -> JSONResponse:
    # The server's log has the traceback; whoever asked has no use for it.
    return _answer(500, "internal_error", "something went wrong inside the server: its log says what")

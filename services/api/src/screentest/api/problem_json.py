"""Turns problems, and what the framework raises, into application/problem+json answers."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from obstore.exceptions import BaseError as StorageError
from starlette.exceptions import HTTPException

from screentest.api.problems import Problem
from screentest.api.problems.general import (
    BadRequest,
    InternalError,
    InvalidRequest,
    MethodNotAllowed,
    PathNotFound,
    Unavailable,
    UnstorableValue,
)
from screentest.common.db import is_transient
from screentest.common.logs import get_logger

log = get_logger()

MEDIA_TYPE = "application/problem+json"


def answer(problem: Problem) -> JSONResponse:
    """The response for a problem."""
    return JSONResponse(
        problem.body(), status_code=problem.status, headers=problem.headers, media_type=MEDIA_TYPE
    )


def problem_of(error: Exception) -> Problem:
    """The problem an unforeseen error becomes: the database was away, or it is a fault of ours."""
    if isinstance(error, Problem):
        return error
    # Class 22 of the SQL standard: a value that its type cannot hold.
    if str(getattr(error, "sqlstate", "")).startswith("22"):
        return UnstorableValue(f"A value of the request cannot be stored: {error}.")
    if is_transient(error) or isinstance(error, StorageError):
        log.warning("request_not_served", error=f"{type(error).__name__}: {error}")
        return Unavailable()
    log.error("request_failed", exc_info=error)
    return InternalError()


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem."""
    app.add_exception_handler(Problem, _on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_error)


async def _on_error(_: Request, error: Exception) -> JSONResponse:
    return answer(problem_of(error))


async def _on_invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return answer(InvalidRequest(faults(error.errors(), error.body)))


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    """What Starlette raises itself: unknown paths, wrong methods, bodies that are no forms."""
    assert isinstance(error, HTTPException)
    problem: Problem
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            problem = PathNotFound(
                f'There is nothing at "{request.url.path}": /api/openapi.json lists what there is.'
            )
        case HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = (error.headers or {}).get("Allow", "")
            problem = MethodNotAllowed(
                f'"{request.url.path}" does not take {request.method}: use {allowed or "another"}.'
            )
        case _:
            problem = BadRequest(f"The request could not be read: {error.detail}.")
    problem.headers |= dict(error.headers or {})
    return answer(problem)


def faults(errors: Iterable[Mapping[str, Any]], body: Any) -> list[dict[str, Any]]:
    """The faults of a pydantic report, one a place.

    The rejected input is not repeated: it may be a secret.
    """
    found: dict[str, dict[str, Any]] = {}
    for error in errors:
        where = _place(error, body)
        message = _message(error)
        if where not in found:
            found[where] = {"where": where, "message": message, "kind": error["type"]}
        elif message not in found[where]["message"]:
            # What may be one thing or another is reported once for each.
            found[where]["message"] += f"; or: {message}"
    return list(found.values())


def _message(error: Mapping[str, Any]) -> str:
    """What is wrong; of a body that is no JSON the report tells why beside its message."""
    why = error.get("ctx", {}).get("error") if error["type"] == "json_invalid" else None
    message: str = error["msg"].removeprefix("Value error, ")
    return f"{message}: {why}" if why else message


def _place(error: Mapping[str, Any], body: Any) -> str:
    """Where a fault is, as people find it in what they sent: ``body.axes[1].values[0]``.

    A report also names what the value might have been ("list[int]", "function-after[...]").
    """
    source, *parts = error["loc"]
    if source != "body":
        return ".".join(str(part) for part in error["loc"])
    where, value = "body", body
    for number, part in enumerate(parts, start=1):
        is_missing = error["type"] == "missing" and number == len(parts)
        if isinstance(value, list) and isinstance(part, int):
            where += f"[{part}]"
            value = value[part] if part < len(value) else None
        elif is_missing or isinstance(part, int) or (isinstance(value, Mapping) and part in value):
            where += f".{part}"
            value = value.get(part) if isinstance(value, Mapping) else None
    return where

"""The OpenAPI document: what FastAPI finds, and the problems every route may answer with."""

from collections import defaultdict
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from screentest.api.domain.sessions import SAFE_METHODS
from screentest.api.idempotency import HEADER, MAX_KEY_LENGTH
from screentest.api.problem_json import MEDIA_TYPE
from screentest.api.problems import Problem
from screentest.api.problems.general import (
    BodyTooLarge,
    CrossSiteRequest,
    Forbidden,
    IdempotencyKeyReused,
    InternalError,
    InvalidRequest,
    RequestInProgress,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)

_SUMMARY = "Try the shot before you pay for the scene."
_DESCRIPTION = """\
Test shots, scenes and their catalogue. Every error is `application/problem+json` (RFC 9457) with a
stable `type`; `GET /problems` explains all of them. Every POST but signing in
takes an `Idempotency-Key`.
"""
_TAGS = {
    "health": "Whether the api can do its work.",
    "users": "People, their roles and API keys.",
    "characters": "Subjects of scenes, and the images they start from.",
    "workflows": "ComfyUI graphs and their slots.",
    "scene types": "Recipes: workflow, prompts, LoRAs, slot values, durations.",
    "scenes": "Scene type x character: a chain of segments.",
    "test shots": "One segment by the same pipeline, to be compared and promoted.",
    "quality": "What QA sees, what people think of it, and the limits that follow.",
    "budgets": "What renders cost, what they are expected to, and how much may be spent.",
    "workers": "Who renders, what they can, and the lanes they take work from.",
    "stats": "Figures over everything.",
    "audit": "Who did what, when.",
    "media": "Clips, frames and images.",
    "events": "What happens, as it happens.",
    "problems": "What the errors mean.",
}
_PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "An error (RFC 9457). Some types have further members.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, where, and how to mend it."},
        "errors": {
            "type": "array",
            "description": "Every fault of a request that is not valid.",
            "items": {
                "type": "object",
                "required": ["where", "message", "kind"],
                "properties": {
                    "where": {"type": "string", "examples": ["body.name"]},
                    "message": {"type": "string"},
                    "kind": {"type": "string"},
                },
            },
        },
    },
}


def may_answer(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """``responses=`` of a route for the problems of its own."""
    by_status: dict[int, list[type[Problem]]] = defaultdict(list)
    for problem in problems:
        by_status[int(problem.status)].append(problem)
    return {status: _response(together) for status, together in by_status.items()}


def operation_id(route: APIRoute) -> str:
    """The function's name: list_characters."""
    return route.name


def install(app: FastAPI) -> None:
    """Let ``app.openapi()`` make the complete document."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title="Screentest",
        version=app.version,
        summary=_SUMMARY,
        description=_DESCRIPTION,
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )
    schemas = document["components"]["schemas"]
    schemas["Problem"] = _PROBLEM_SCHEMA
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    shared: dict[str, Any] = {}
    for methods in document["paths"].values():
        for method, operation in methods.items():
            _complete(method, operation, shared)
    document["components"]["responses"] = dict(sorted(shared.items()))
    return document


def _complete(method: str, operation: dict[str, Any], shared: dict[str, Any]) -> None:
    """Add what `ApiRoute` may answer to any request of this shape.

    A response that only has such problems is kept once, in ``shared``.
    """
    general: list[type[Problem]] = [InternalError, Unavailable]
    is_guarded = bool(operation.get("security"))
    if is_guarded:
        general += [Unauthenticated, Forbidden]
        if method.upper() not in SAFE_METHODS:
            general += [CrossSiteRequest]
    if operation.get("parameters") or "requestBody" in operation:
        general += [InvalidRequest]
    if "requestBody" in operation:
        general += [BodyTooLarge, UnsupportedMediaType]
    if method == "post" and is_guarded:
        general += [InvalidRequest, IdempotencyKeyReused, RequestInProgress]
        operation.setdefault("parameters", []).append(_idempotency_parameter())
    responses = operation["responses"]
    validation = str(int(HTTPStatus.UNPROCESSABLE_ENTITY))
    if MEDIA_TYPE not in responses.get(validation, {}).get("content", {MEDIA_TYPE: {}}):
        del responses[validation]
    for status, response in may_answer(*dict.fromkeys(general)).items():
        own = responses.get(str(status))
        if own is None:
            name = "_or_".join(response["content"][MEDIA_TYPE]["examples"]).replace("-", "_")
            shared[name] = response
            responses[str(status)] = {"$ref": f"#/components/responses/{name}"}
        else:
            own["description"] += f" {response['description']}"
            own["content"][MEDIA_TYPE]["examples"] |= response["content"][MEDIA_TYPE]["examples"]
    operation["responses"] = dict(sorted(responses.items()))


def _response(problems: list[type[Problem]]) -> dict[str, Any]:
    return {
        "description": " ".join(f"{problem.title()}." for problem in problems),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {problem.name: {"value": _example(problem)} for problem in problems},
            }
        },
    }


def _example(problem: type[Problem]) -> dict[str, Any]:
    return {
        "type": problem.type_uri(),
        "title": problem.title(),
        "status": int(problem.status),
        "detail": "A sentence that says what is wrong, where, and how to mend it.",
    }


def _idempotency_parameter() -> dict[str, Any]:
    return {
        "name": HEADER,
        "in": "header",
        "required": False,
        "description": "Makes repeating the request safe: it happens once, and its answer is "
        "repeated with `Idempotency-Replayed: true`. Kept for 24 hours.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH},
        "example": "0197f0c2-7d1e-7c3a-9d51-3f7f2f0c9a11",
    }

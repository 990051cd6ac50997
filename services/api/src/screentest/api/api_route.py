"""What every route does before and after its function, in this order.

Who is asking (401, 403) before anything of the body is read; the kind and size of the body (415,
413); one transaction, committed before the answer leaves; an answer repeated for a repeated POST;
and any error as a problem. Routes stay free of all that.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from screentest.api.auth import Require
from screentest.api.deps import deps_of
from screentest.api.idempotency import answer_once
from screentest.api.problem_json import problem_of
from screentest.api.problems.general import BodyTooLarge, UnsupportedMediaType
from screentest.api.settings import ApiSettings
from screentest.api.strict_json import loads
from screentest.api.unit_of_work import UnitOfWork

FORM = "multipart/form-data"
JSON = "application/json"
#: What a multipart request has beside the file.
_FORM_FIELDS_BYTES = 64 * 1024


class ApiRoute(APIRoute):
    """A route of the api; see the module."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's own handler."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await self._answer(request, handle)
            except (RequestValidationError, HTTPException):
                raise
            except Exception as error:
                raise problem_of(error) from error

        return answer

    @property
    def guards(self) -> list[Require]:
        """The roles the route asks for."""
        calls = [dependency.call for dependency in self.dependant.dependencies]
        return [call for call in calls if isinstance(call, Require)]

    async def _answer(
        self, request: Request, handle: Callable[[Request], Coroutine[Any, Any, Response]]
    ) -> Response:
        for guard in self.guards:
            await guard.check(request)
        if self.body_field is not None or request.method == "POST":
            request = await self._read(request)
        only_reads = request.method in {"GET", "HEAD"}
        async with UnitOfWork(deps_of(request).pool, only_reads=only_reads) as unit:
            request.state.unit_of_work = unit
            # Keys belong to users: a POST of nobody (signing in) is not remembered.
            if request.method == "POST" and self.guards:
                return await answer_once(request, unit, handle)
            return await handle(request)

    async def _read(self, request: Request) -> Request:
        """The request with its body in memory.

        Raises:
            UnsupportedMediaType: of no kind that the route reads.
            BodyTooLarge: it has more bytes than the route takes.
        """
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        kinds = self._kinds()
        if kind not in kinds and (kind or self._has_required_body()):
            raise UnsupportedMediaType(
                f'The body is "{kind or "of no stated kind"}" and this path reads '
                f"{' or '.join(kinds)}: set Content-Type to that."
            )
        limit = _limit_bytes(deps_of(request).settings, kind)
        declared = request.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            raise BodyTooLarge(limit)
        limited = _StrictRequest(request.scope, _limited(request.receive, limit))
        await limited.body()
        return limited

    def _kinds(self) -> tuple[str, ...]:
        if declared := (self.openapi_extra or {}).get("requestBody"):
            return tuple(declared["content"])
        info = self.body_field and self.body_field.field_info
        return (getattr(info, "media_type", None) or JSON,)

    def _has_required_body(self) -> bool:
        return self.body_field is not None and self.body_field.field_info.is_required()


class _StrictRequest(Request):
    """A request whose JSON is JSON."""

    async def json(self) -> Any:
        """The body as a value."""
        return loads(await self.body())


def _limit_bytes(settings: ApiSettings, kind: str) -> int:
    if kind == FORM:
        return settings.max_image_bytes + _FORM_FIELDS_BYTES
    return settings.max_body_bytes


def _limited(receive: Receive, limit_bytes: int) -> Receive:
    """``receive``, until more than ``limit_bytes`` have come."""
    total = 0

    async def limited() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > limit_bytes:
            raise BodyTooLarge(limit_bytes)
        return message

    return limited


def router(tag: str) -> APIRouter:
    """A router for the routes of one noun."""
    return APIRouter(prefix="/api", tags=[tag], route_class=ApiRoute)

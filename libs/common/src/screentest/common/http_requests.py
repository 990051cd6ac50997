"""What is observed of requests to a web application: how long each took, and its trace.

ASGI middleware; knows no framework but for where it leaves the route that was found.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any

from structlog.contextvars import bound_contextvars

from screentest.common.metrics import HTTP_REQUEST_SECONDS
from screentest.common.tracing import Span, span

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Where nothing was found: addresses that anybody makes up must not become metrics.
_NO_ROUTE = "other"
_SERVER_ERROR = 500


class ObservedRequests:
    """Wraps an application; every request below ``traced`` is a span of the server kind."""

    def __init__(self, app: App, *, traced: str) -> None:
        """``traced`` is the beginning of a path: files and pages start no traces."""
        self._app = app
        self._traced = traced

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not scope["path"].startswith(self._traced):
            await self._observe(scope, receive, send, None)
            return
        traceparent = dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1") or None
        with span(
            scope["method"],
            kind="server",
            parent=traceparent,
            root=True,
            attributes={"http.request.method": scope["method"], "url.path": scope["path"]},
        ) as made:
            await self._observe(scope, receive, send, made)

    async def _observe(self, scope: Scope, receive: Receive, send: Send, made: Span | None) -> None:
        began = perf_counter()
        status = 0

        def begun(code: int) -> None:
            nonlocal status
            status = code
            route = _route(scope)
            taken_s = perf_counter() - began
            HTTP_REQUEST_SECONDS.labels(scope["method"], route, str(code)).observe(taken_s)
            if made is not None:
                made.update_name(f"{scope['method']} {route}")
                made.set_attribute("http.route", route)
                made.set_attribute("http.response.status_code", code)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun(message["status"])
            await send(message)

        with bound_contextvars(method=scope["method"], path=scope["path"]):
            try:
                await self._app(scope, receive, sending)
            except Exception:
                if not status:
                    begun(_SERVER_ERROR)
                raise


def _route(scope: Scope) -> str:
    """The template of the route that was found, where Starlette left it."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else _NO_ROUTE

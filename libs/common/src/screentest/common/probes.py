"""The probe server: /healthz, /readyz and /metrics, first to start and last to stop.

Liveness never depends on the broker, the database or a GPU: a restart would not mend those.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

_REQUEST_LIMIT_S = 5


class ProbeServer:
    """A minimal HTTP server of its own, so that probes answer during the whole drain."""

    def __init__(self, ready: Callable[[], str | None]) -> None:
        """``ready`` returns None when work can be taken, else one sentence why not."""
        self._ready = ready
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; returns the port.

        Raises:
            OSError: the port is taken.
        """
        self._server = await asyncio.start_server(self._serve, host, port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Close the listening socket."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_REQUEST_LIMIT_S):
                request = await reader.readline()
                while (await reader.readline()).strip():
                    pass
                status, kind, body = self._answer(request.split(b" ")[1:2])
                head = (
                    f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {kind}\r\n"
                    f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                )
                writer.write(head.encode() + body)
                await writer.drain()
        except (TimeoutError, ConnectionError, ValueError):
            pass
        finally:
            writer.close()

    def _answer(self, path: list[bytes]) -> tuple[HTTPStatus, str, bytes]:
        match path:
            case [b"/healthz"]:
                return HTTPStatus.OK, "text/plain", b"alive\n"
            case [b"/readyz"]:
                reason = self._ready()
                status = HTTPStatus.OK if reason is None else HTTPStatus.SERVICE_UNAVAILABLE
                return status, "text/plain", f"{reason or 'ready'}\n".encode()
            case [b"/metrics"]:
                return HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest()
        return HTTPStatus.NOT_FOUND, "text/plain", b"try /healthz, /readyz or /metrics\n"

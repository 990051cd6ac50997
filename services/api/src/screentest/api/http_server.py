"""uvicorn as a background task: the service owns signals and the order of stopping."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI

from screentest.api.settings import ApiSettings
from screentest.common.logs import get_logger

log = get_logger()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `screentest.common.service`."""
        yield


async def serve(app: FastAPI, settings: ApiSettings) -> None:
    """Answer requests until cancelled, then finish those that are being answered.

    Raises:
        OSError: the address cannot be listened on.
    """
    with _listen(settings.host, settings.port) as listening:
        log.info("api_listening", host=settings.host, port=listening.getsockname()[1])
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies,
            # Live streams would otherwise hold the stop until their browsers leave.
            timeout_graceful_shutdown=settings.stop_s,
        )
        async with _running(_Server(config), listening) as serving:
            await asyncio.shield(serving)


@asynccontextmanager
async def _running(
    server: uvicorn.Server, listening: socket.socket
) -> AsyncIterator["asyncio.Task[None]"]:
    serving = asyncio.create_task(server.serve(sockets=[listening]), name="uvicorn")
    try:
        yield serving
    finally:
        server.should_exit = True
        await serving


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise OSError(
            error.errno,
            f"the api cannot listen on {host}:{port} ({error.strerror}): free the port, or choose "
            "another with SCREENTEST_API_PORT",
        ) from error

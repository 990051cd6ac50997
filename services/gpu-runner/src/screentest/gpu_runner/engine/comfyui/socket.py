"""The event socket: a hint of what the server does, kept open as long as a render lasts.

Must never be needed: nothing is replayed after a reconnect, and the server may forget a socket
without closing it. Whoever follows a prompt polls the queue and the history too.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from screentest.common.logs import get_logger
from screentest.gpu_runner.engine.comfyui.messages import HELLO, Message, parse_frame
from screentest.gpu_runner.engine.comfyui.options import ComfyUIOptions

_LOG = get_logger()
_CLOSE_TIMEOUT_S = 2.0
_FIRST_RETRY_S = 0.25
_LONGEST_RETRY_S = 10.0


class EventSocket:
    """Hands every message for ``client_id`` to ``on_message``; reconnects until left.

    One socket per client id: when the older of two closes, the server forgets the newer one. So the
    old connection is closed to its end before the next is opened.
    """

    def __init__(
        self,
        options: ComfyUIOptions,
        client_id: str,
        on_message: Callable[[Message], Awaitable[None]],
    ) -> None:
        self._options = options
        self._client_id = client_id
        self._on_message = on_message
        self._opened = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        #: How often the socket was opened.
        self.connections = 0

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._stay_connected(), name="comfyui-socket")
        try:
            # Events sent before the socket is registered are lost, so wait; but not for long.
            async with asyncio.timeout(self._options.socket_open_timeout_s):
                await self._opened.wait()
        except TimeoutError:
            _LOG.warning("comfyui_socket_not_open", url=self._options.base_url)
        except asyncio.CancelledError:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            (outcome,) = await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
            if isinstance(outcome, Exception):
                _LOG.warning("comfyui_socket_failed", error=repr(outcome))

    async def _stay_connected(self) -> None:
        retry_s = _FIRST_RETRY_S
        while True:
            try:
                async with self._connection() as connection:
                    await connection.send(HELLO)
                    self.connections += 1
                    self._opened.set()
                    retry_s = _FIRST_RETRY_S
                    await self._read(connection)
            except TimeoutError:
                _LOG.debug("comfyui_socket_silent", silence_s=self._options.socket_silence_s)
            except (OSError, WebSocketException) as error:
                _LOG.debug("comfyui_socket_lost", error=str(error))
            await asyncio.sleep(retry_s)
            retry_s = min(retry_s * 2, _LONGEST_RETRY_S)

    def _connection(self) -> connect:
        return connect(
            self._options.socket_url(self._client_id),
            additional_headers=dict(self._options.headers),
            max_size=self._options.socket_max_bytes,
            # Previews are compressed pictures; deflating them again keeps the server from working.
            compression=None,
            # With a limit, the answer to our close is not read behind frames nobody takes any more.
            max_queue=None,
            close_timeout=_CLOSE_TIMEOUT_S,
            # The server sends no pings; only ours can find a half-open link.
            ping_interval=20,
            ping_timeout=self._options.request_timeout_s,
            proxy=None,
        )

    async def _read(self, connection: ClientConnection) -> None:
        while True:
            async with asyncio.timeout(self._options.socket_silence_s):
                frame = await connection.recv()
            message = parse_frame(frame)
            if message is not None:
                await self._on_message(message)

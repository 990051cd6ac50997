"""The server's HTTP interface: one method per request we use, replies checked before they are used.

Must never decide what a failure means for the render; it says what happened. An error's body is
never trusted to be JSON: the server answers some of them in plain text.
"""

import json
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

from screentest.common.recipes import Graph
from screentest.common.tracing import current_traceparent, span
from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.gpu_runner.engine.comfyui.history import HistoryEntry
from screentest.gpu_runner.engine.comfyui.options import ComfyUIOptions
from screentest.gpu_runner.engine.comfyui.outputs import OutputFile
from screentest.gpu_runner.engine.comfyui.queue import QueueSnapshot

_CONNECT_TIMEOUT_S = 10.0
_MOST_WORDS = 300
_DOES_NOT_TELL = frozenset(
    {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.INTERNAL_SERVER_ERROR}
)


class Unreachable(RenderFailed):
    """The server does not answer, or not as a ComfyUI server: ask again later."""

    def __init__(self, message: str) -> None:
        super().__init__("backend_unreachable", message, retryable=True)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer with its whole body."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON, or None when it is something else."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def words(self) -> str:
        """The beginning of the body as text, for an error message."""
        return self.body[:_MOST_WORDS].decode(errors="replace").strip()


class ComfyUIClient:
    """Requests to one server."""

    def __init__(self, options: ComfyUIOptions) -> None:
        self._options = options
        self._http = httpx.AsyncClient(
            base_url=options.base_url,
            headers=dict(options.headers),
            timeout=httpx.Timeout(options.request_timeout_s, connect=_CONNECT_TIMEOUT_S),
            # A worker speaks to its own server directly; an outgoing proxy is not for that.
            trust_env=False,
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def system_stats(self) -> dict[str, Any]:
        """`GET /system_stats`: version and devices."""
        return await self._object("GET", "system_stats")

    async def object_info(self) -> dict[str, Any]:
        """`GET /object_info`: all node classes with their inputs, a reply of megabytes."""
        return await self._object("GET", "object_info")

    async def model_files(self, folder: str) -> tuple[str, ...]:
        """Files in a model folder, e.g. loras; empty when there is no such folder."""
        reply = await self._request("GET", f"models/{folder}", accept={HTTPStatus.NOT_FOUND})
        names = reply.json()
        return tuple(map(str, names)) if isinstance(names, list) else ()

    async def model_hashes(self, folder: str) -> dict[str, str]:
        """By file name a text that changes when the model file does: its size, and when written.

        Empty where the server does not tell: the request is an experiment of ComfyUI's, which older
        servers do not have.
        """
        reply = await self._request("GET", f"experiment/models/{folder}", accept=_DOES_NOT_TELL)
        listed = reply.json() if reply.status == HTTPStatus.OK else None
        hashes: dict[str, str] = {}
        for file in listed if isinstance(listed, list) else ():
            if isinstance(file, dict) and {"name", "size", "modified"} <= file.keys():
                # Of two folders with a file of that name the server loads the first one's.
                hashes.setdefault(str(file["name"]), f"{file['size']}@{file['modified']}")
        return hashes

    async def upload_image(self, data: bytes, *, name: str, subfolder: str, mime: str) -> str:
        """Store an input image; what LoadImage must be given to load it.

        Raises:
            RenderFailed: the server does not take it (``bad_seed_image``).
        """
        reply = await self._request(
            "POST",
            "upload/image",
            accept={HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE},
            files={"image": (name, data, mime)},
            data={"subfolder": subfolder, "type": "input", "overwrite": "true"},
        )
        stored = reply.json()
        if reply.status != HTTPStatus.OK or not isinstance(stored, dict):
            raise RenderFailed(
                "bad_seed_image",
                f"ComfyUI does not take the seed image of {len(data)} bytes: "
                f"{reply.words() or f'HTTP status {reply.status}'}",
                retryable=False,
            )
        # The server may have chosen another name than ours.
        folder, stored_name = str(stored.get("subfolder") or ""), str(stored.get("name") or name)
        return f"{folder}/{stored_name}" if folder else stored_name

    async def submit(
        self, graph: Graph, *, prompt_id: str, client_id: str, extra_data: Mapping[str, Any]
    ) -> Reply:
        """`POST /prompt`: queue a graph. The reply is 200 or 400, with node errors in either.

        Not idempotent: look into queue and history before a second try.
        """
        body = {
            "prompt": graph,
            "prompt_id": prompt_id,
            "client_id": client_id,
            "extra_data": extra_data,
        }
        return await self._request("POST", "prompt", accept={HTTPStatus.BAD_REQUEST}, json=body)

    async def queue(self) -> QueueSnapshot:
        """What runs and what waits."""
        return QueueSnapshot.parse(await self._object("GET", "queue"))

    async def history(self, prompt_id: str) -> HistoryEntry | None:
        """How a prompt ended; None while it has not, or when the server does not know it."""
        return HistoryEntry.parse(prompt_id, await self._object("GET", f"history/{prompt_id}"))

    async def recent_history(self, count: int) -> tuple[HistoryEntry, ...]:
        """How the latest ``count`` prompts ended, in their order."""
        body = await self._object("GET", "history", params={"max_items": count})
        entries = (HistoryEntry.parse(prompt_id, body) for prompt_id in body)
        return tuple(entry for entry in entries if entry is not None)

    async def delete_pending(self, prompt_id: str) -> None:
        """Take a waiting prompt out of the queue; a running one is not touched."""
        await self._request("POST", "queue", json={"delete": [prompt_id]})

    async def interrupt(self, prompt_id: str) -> None:
        """Stop a prompt if it runs now. Servers before 0.3.57 stop whatever runs: ask first."""
        await self._request("POST", "interrupt", json={"prompt_id": prompt_id})

    async def free(self) -> None:
        """Make the server forget cached results and unload its models before its next prompt."""
        await self._request("POST", "free", json={"unload_models": True, "free_memory": True})

    async def has(self, file: OutputFile) -> bool:
        """Whether the server has an output, be it whole or not; it is not read."""
        async with self._open("GET", "view", params=_query(file)) as response:
            if response.status_code == HTTPStatus.NOT_FOUND:
                # To its end: else the connection would have to be opened anew.
                await response.aread()
                return False
            _require_ok(response)
            return True

    async def download(self, file: OutputFile, target: Path, *, max_bytes: int) -> int | None:
        """Stream an output into ``target``; its size in bytes, or None when the file is gone.

        Raises:
            RenderFailed: it is larger than ``max_bytes`` (``output_too_large``).
            Unreachable: the connection broke before the file was whole.
        """
        async with self._open("GET", "view", params=_query(file)) as response:
            if response.status_code == HTTPStatus.NOT_FOUND:
                return None
            _require_ok(response)
            size_bytes = 0
            with target.open("wb") as sink:
                async for chunk in response.aiter_bytes(1024 * 1024):
                    size_bytes += len(chunk)
                    if size_bytes > max_bytes:
                        raise RenderFailed(
                            "output_too_large",
                            f"{file.name} is larger than the {max_bytes} bytes this worker takes",
                            retryable=False,
                        )
                    sink.write(chunk)
            return size_bytes

    async def _object(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        body = (await self._request(method, path, **content)).json()
        if not isinstance(body, dict):
            raise Unreachable(
                f"{self._options.base_url}{path} does not answer as a ComfyUI server does"
            )
        return body

    async def _request(
        self, method: str, path: str, *, accept: Collection[HTTPStatus] = (), **content: Any
    ) -> Reply:
        async with self._open(method, path, **content) as response:
            chunks, size_bytes = [], 0
            async for chunk in response.aiter_bytes():
                size_bytes += len(chunk)
                if size_bytes > self._options.reply_max_bytes:
                    raise Unreachable(f"the answer to {path} is larger than any ComfyUI gives")
                chunks.append(chunk)
            if response.status_code not in accept:
                _require_ok(response)
            return Reply(status=response.status_code, body=b"".join(chunks))

    @asynccontextmanager
    async def _open(self, method: str, path: str, **content: Any) -> AsyncIterator[httpx.Response]:
        try:
            with span(
                # The rest of a path names a prompt or a folder.
                f"{method} {path.partition('/')[0]}",
                kind="client",
                attributes={
                    "http.request.method": method,
                    "server.address": self._options.base_url,
                },
            ) as asking:
                traceparent = current_traceparent.get()
                headers = {"traceparent": traceparent} if traceparent else {}
                async with self._http.stream(method, path, headers=headers, **content) as response:
                    asking.set_attribute("http.response.status_code", response.status_code)
                    yield response
        except (httpx.TransportError, httpx.DecodingError) as error:
            reason = str(error) or type(error).__name__
            raise Unreachable(
                f"ComfyUI at {self._options.base_url} does not answer: {reason}"
            ) from error


def _query(file: OutputFile) -> dict[str, str]:
    return {"filename": file.name, "subfolder": file.subfolder, "type": file.folder}


def _require_ok(response: httpx.Response) -> None:
    if response.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise RenderFailed(
            "backend_refused",
            f"ComfyUI at {response.url.copy_with(query=None)} refuses this worker with status "
            f"{response.status_code}; check the headers it is configured with",
            retryable=True,
        )
    if not response.is_success:
        raise Unreachable(
            f"ComfyUI answered {response.request.method} {response.url.path} with status "
            f"{response.status_code}"
        )

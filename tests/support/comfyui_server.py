"""A ComfyUI server for tests: real HTTP and WebSocket, recorded behaviour.

What a prompt does is replayed from recordings of a real server (`tests/fixtures/comfyui`); what the
server does around it (queue, history, cancelling, sockets, its known bugs) follows the measured
protocol. One prompt runs at a time, as on the real one. A test holds the running prompt before a
message, changes the world, and lets it go on, so no test waits for time.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from support.comfyui_recording import Recording, binary_frame

BROKEN = "500 Internal Server Error\n\nServer got itself in trouble"


@dataclass
class Prompt:
    """One submitted prompt and what it will do."""

    id: str
    number: int
    graph: dict[str, Any]
    extra_data: dict[str, Any]
    client_id: str | None
    recording: Recording

    def queue_entry(self) -> list[Any]:
        return [self.number, self.id, self.graph, self.extra_data, []]


@dataclass
class Hold:
    """The running prompt stops before a message until it is released."""

    before: str
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        self.released.set()


class ComfyUIServer:
    """One server; `running` starts it."""

    def __init__(self) -> None:
        self.version = "0.3.64"
        #: Servers before 0.3.44 choose a prompt id of their own.
        self.honours_prompt_id = True
        #: Servers before 0.3.57 stop whatever runs.
        self.interrupts_by_id = True
        #: What the next prompts do, in turn; the last one is repeated.
        self.recordings: list[Recording] = []
        self.files: dict[tuple[str, str, str], bytes] = {}
        self.holds: list[Hold] = []
        #: Paths that are not answered until the event is set.
        self.stalls: dict[str, asyncio.Event] = {}
        self.stalled = 0
        self.required_headers: dict[str, str] = {}
        self.accepts_sockets = True
        #: As for a name that is taken by other bytes.
        self.renames_uploads = False
        #: So many interrupts have no effect, as when they come before the prompt runs.
        self.interrupts_to_lose = 0
        self.uploads: dict[str, bytes] = {}
        self.submitted: list[Prompt] = []
        self.executed: list[str] = []
        self.interrupted: list[str | None] = []
        self.deleted: list[str] = []
        self.freed = 0
        self.hellos = 0
        self.connections = 0
        self._sockets: dict[str, WebSocket] = {}
        self._listener = _listener()
        self.port: int = self._listener.getsockname()[1]
        self._forget()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def will(self, *recordings: Recording) -> None:
        """What the next prompts do."""
        self.recordings = list(recordings)
        for recording in recordings:
            self.files |= recording.files

    def hold_before(self, kind: str) -> Hold:
        """Stop the next prompt before its first message of ``kind``."""
        hold = Hold(kind)
        self.holds.append(hold)
        return hold

    @asynccontextmanager
    async def running(self) -> AsyncIterator["ComfyUIServer"]:
        await self.start()
        try:
            yield self
        finally:
            await self.stop()
            self._listener.close()

    async def start(self) -> None:
        """Listen on `port`, with an empty queue and history."""
        if self._listener.fileno() < 0:
            self._listener = _listener(self.port)
        self._forget()
        self._http = _Server(self._app())
        self._serving = asyncio.create_task(self._http.serve(sockets=[self._listener]))
        self._working = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Go away at once, as after a kill: nobody is told, all prompts are forgotten."""
        self._working.cancel()
        for stall in self.stalls.values():
            stall.set()
        self._http.should_exit = self._http.force_exit = True
        await asyncio.gather(self._working, self._serving, return_exceptions=True)
        self._listener.close()
        self._forget()

    async def drop_sockets(self) -> None:
        """Close every event socket; prompts go on."""
        for connection in list(self._sockets.values()):
            await connection.close(1001)

    def silence_sockets(self) -> None:
        """Forget the sockets without closing them (the older-closes-newer bug's effect)."""
        self._sockets.clear()

    def delete(self, prompt_id: str) -> None:
        """Take a waiting prompt out, as any other client can."""
        self._pending = [prompt for prompt in self._pending if prompt.id != prompt_id]

    def interrupt_running(self) -> None:
        """Stop the running prompt, as any other client can."""
        assert self._running is not None
        self._stop.add(self._running.id)

    async def submit_for_another_client(self) -> None:
        """Put another client's prompt into the queue; it does what the first recording says."""
        self._number += 1
        prompt = Prompt(
            id=f"another-clients-{self._number}",
            number=self._number,
            graph={},
            extra_data={"client_id": "another"},
            client_id="another",
            recording=self.recordings[0],
        )
        self.submitted.append(prompt)
        self._pending.append(prompt)
        self._arrived.set()

    @property
    def is_idle(self) -> bool:
        return self._running is None and not self._pending

    def _forget(self) -> None:
        self._pending: list[Prompt] = []
        self._running: Prompt | None = None
        self._history: dict[str, Any] = {}
        self._stop: set[str] = set()
        self._arrived = asyncio.Event()
        self._sockets.clear()
        self._number = 0

    # -- the worker ---------------------------------------------------------------------------

    async def _work(self) -> None:
        while True:
            await self._arrived.wait()
            if not self._pending:
                self._arrived.clear()
                continue
            self._running = self._pending.pop(0)
            # A flag set before the prompt began is cleared when it begins.
            self._stop.discard(self._running.id)
            await self._execute(self._running)

    async def _execute(self, prompt: Prompt) -> None:
        self.executed.append(prompt.id)
        await self._broadcast_status()
        interrupted = False
        for message in prompt.recording.messages_for(prompt.id):
            kind = message.get("type", "preview")
            await self._wait_at(kind)
            # The real one looks at the flag when a node starts and at each progress step.
            interrupted = prompt.id in self._stop and kind in {"executing", "progress"}
            if interrupted:
                await self._send(prompt.client_id, prompt.recording.interruption(prompt.id))
                break
            await self._send(prompt.client_id, message)
        await self._wait_at("history")
        self._history[prompt.id] = prompt.recording.history_of(
            prompt.id, prompt.queue_entry(), interrupted=interrupted
        )
        self._running = None
        await self._broadcast_status()
        await self._send(
            prompt.client_id,
            {"type": "executing", "data": {"node": None, "prompt_id": prompt.id}},
        )

    async def _wait_at(self, kind: str) -> None:
        hold = next((hold for hold in self.holds if hold.before == kind), None)
        if hold is not None:
            self.holds.remove(hold)
            hold.reached.set()
            await hold.released.wait()

    async def _send(self, client_id: str | None, message: dict[str, Any]) -> None:
        connection = self._sockets.get(client_id or "")
        if connection is None:
            return
        try:
            if "binary" in message:
                await connection.send_bytes(binary_frame(message["binary"]))
            else:
                await connection.send_text(json.dumps(message))
        except (WebSocketDisconnect, RuntimeError):
            self._sockets.pop(client_id or "", None)

    async def _broadcast_status(self) -> None:
        left = len(self._pending) + (self._running is not None)
        for sid in list(self._sockets):
            status = {"status": {"exec_info": {"queue_remaining": left}}}
            await self._send(sid, {"type": "status", "data": status})

    # -- the routes ---------------------------------------------------------------------------

    def _app(self) -> Starlette:
        routes = [
            ("/system_stats", self._system_stats, "GET"),
            ("/object_info", self._object_info, "GET"),
            ("/models/{folder}", self._models, "GET"),
            ("/upload/image", self._upload, "POST"),
            ("/prompt", self._prompt, "POST"),
            ("/queue", self._get_queue, "GET"),
            ("/queue", self._post_queue, "POST"),
            ("/history/{prompt_id}", self._get_history, "GET"),
            ("/interrupt", self._interrupt, "POST"),
            ("/free", self._free, "POST"),
            ("/view", self._view, "GET"),
        ]
        return Starlette(
            routes=[
                *(Route(path, self._guarded(call), methods=[verb]) for path, call, verb in routes),
                WebSocketRoute("/ws", self._events),
            ]
        )

    def _guarded(self, call: Any) -> Any:
        async def answer(request: Request) -> Response:
            if not self._is_allowed(request):
                return PlainTextResponse("", status_code=401)
            stall = self.stalls.get(request.url.path)
            if stall is not None:
                self.stalled += 1
                await stall.wait()
            response: Response = await call(request)
            return response

        return answer

    def _is_allowed(self, request: Request | WebSocket) -> bool:
        return all(request.headers.get(key) == v for key, v in self.required_headers.items())

    async def _events(self, connection: WebSocket) -> None:
        if not self.accepts_sockets or not self._is_allowed(connection):
            await connection.close(1008)
            return
        await connection.accept()
        sid = connection.query_params["clientId"]
        self.connections += 1
        self._sockets[sid] = connection
        left = len(self._pending) + (self._running is not None)
        status = {"status": {"exec_info": {"queue_remaining": left}}, "sid": sid}
        try:
            await connection.send_text(json.dumps({"type": "status", "data": status}))
            first = True
            while True:
                message = json.loads(await connection.receive_text())
                if first and message.get("type") == "feature_flags":
                    self.hellos += 1
                    await connection.send_text(json.dumps(message))
                first = False
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            # As the real one: whoever closes takes the registration along, also a newer one's.
            self._sockets.pop(sid, None)

    async def _system_stats(self, _request: Request) -> Response:
        device = {"name": "cpu", "type": "cpu", "index": None, "vram_total": 25276514304}
        return JSONResponse({"system": {"comfyui_version": self.version}, "devices": [device]})

    async def _object_info(self, _request: Request) -> Response:
        return JSONResponse({"SaveVideo": {}, "LoadImage": {}})

    async def _models(self, request: Request) -> Response:
        if request.path_params["folder"] == "loras":
            return JSONResponse(["film.safetensors"])
        return PlainTextResponse("", status_code=404)

    async def _upload(self, request: Request) -> Response:
        async with request.form() as form:
            image, subfolder = form["image"], str(form.get("subfolder") or "")
            name = str(image.filename)
            if self.renames_uploads:
                name = name.replace(".", " (1).")
            self.uploads[f"{subfolder}/{name}" if subfolder else name] = await image.read()
        return JSONResponse({"name": name, "subfolder": subfolder, "type": "input"})

    async def _prompt(self, request: Request) -> Response:
        body = await request.json()
        recording = self.recordings.pop(0) if len(self.recordings) > 1 else self.recordings[0]
        number, self._number = self._number, self._number + 1
        prompt_id = body["prompt_id"] if self.honours_prompt_id else f"server-made-{number}"
        if recording.status == 200:
            prompt = Prompt(
                id=prompt_id,
                number=number,
                graph=body["prompt"],
                extra_data=body.get("extra_data", {}) | {"client_id": body.get("client_id")},
                client_id=body.get("client_id"),
                recording=recording,
            )
            self.submitted.append(prompt)
            self._pending.append(prompt)
            self._arrived.set()
            stall = self.stalls.get("reply to /prompt")
            if stall is not None:
                await stall.wait()
        if recording.reply is None:
            return PlainTextResponse(BROKEN, status_code=recording.status)
        return JSONResponse(recording.reply_for(prompt_id, number), status_code=recording.status)

    async def _get_queue(self, _request: Request) -> Response:
        running = [self._running.queue_entry()] if self._running else []
        pending = [prompt.queue_entry() for prompt in self._pending]
        return JSONResponse({"queue_running": running, "queue_pending": pending})

    async def _post_queue(self, request: Request) -> Response:
        for prompt_id in (await request.json()).get("delete", []):
            self.deleted.append(prompt_id)
            self.delete(prompt_id)
        return Response()

    async def _get_history(self, request: Request) -> Response:
        prompt_id = request.path_params["prompt_id"]
        entry = self._history.get(prompt_id)
        return JSONResponse({prompt_id: entry} if entry else {})

    async def _interrupt(self, request: Request) -> Response:
        prompt_id = (await request.json()).get("prompt_id")
        self.interrupted.append(prompt_id)
        running = self._running
        if self.interrupts_to_lose:
            self.interrupts_to_lose -= 1
        elif running and (not self.interrupts_by_id or prompt_id in {None, running.id}):
            self._stop.add(running.id)
        return Response()

    async def _free(self, _request: Request) -> Response:
        self.freed += 1
        return Response()

    async def _view(self, request: Request) -> Response:
        query = request.query_params
        data = self.files.get((query["filename"], query["subfolder"], query["type"]))
        return Response(data) if data is not None else PlainTextResponse("", status_code=404)


class _Server(uvicorn.Server):
    def __init__(self, app: Starlette) -> None:
        super().__init__(
            uvicorn.Config(app, log_level="critical", lifespan="off", ws="websockets-sansio")
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to pytest."""
        yield


def _listener(port: int = 0) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen()
    return listener

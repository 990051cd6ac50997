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
from time import time
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.websockets import WebSocket, WebSocketDisconnect

from support.comfyui_recording import Recording, binary_frame
from support.comfyui_routes import Routes
from support.comfyui_saving import renamed


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
        outputs = [
            node
            for node, body in self.graph.items()
            if any(word in body["class_type"] for word in ("Save", "Preview", "VideoCombine"))
        ]
        return [self.number, self.id, self.graph, self.extra_data, outputs]


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
        #: Folder -> what `/experiment/models/{folder}` lists; None: the server does not have it.
        self.model_files: dict[str, list[dict[str, object]]] | None = None
        #: What `/object_info` answers.
        self.object_info: dict[str, Any] = {"SaveVideo": {}, "LoadImage": {}}
        #: Servers before 0.3.57 stop whatever runs.
        self.interrupts_by_id = True
        #: What the next prompts do, in turn; the last one is repeated.
        self.recordings: list[Recording] = []
        #: The folders on its disk: they outlive it.
        self.files: dict[tuple[str, str, str], bytes] = {}
        #: Files are called as the graphs say, and there when the node that saves them has run;
        #: else as in the recording, and there from the beginning.
        self.saves_by_prefix = False
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
        #: Prompts take so long, by their history as well; 0: as long as the recorded ones say.
        self.prompts_take_s = 0.0
        self.uploads: dict[str, bytes] = {}
        self.submitted: list[Prompt] = []
        self.executed: list[str] = []
        self.interrupted: list[str | None] = []
        self.deleted: list[str] = []
        self.freed = 0
        self.hellos = 0
        self.connections = 0
        self.sockets: dict[str, WebSocket] = {}
        self._listener = _listener()
        self.port: int = self._listener.getsockname()[1]
        self._forget()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def will(self, *recordings: Recording) -> None:
        """What the next prompts do."""
        self.recordings = list(recordings)
        if not self.saves_by_prefix:
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
        self._http = _Server(Routes(self).app())
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
        for connection in list(self.sockets.values()):
            await connection.close(1001)

    def silence_sockets(self) -> None:
        """Forget the sockets without closing them (the older-closes-newer bug's effect)."""
        self.sockets.clear()

    def delete(self, prompt_id: str) -> None:
        """Take a waiting prompt out, as any other client can."""
        self.pending = [prompt for prompt in self.pending if prompt.id != prompt_id]

    def interrupt_running(self) -> None:
        """Stop the running prompt, as any other client can."""
        assert self.current is not None
        self.stopping.add(self.current.id)

    async def submit_for_another_client(self) -> None:
        """Put another client's prompt into the queue; it does what the first recording says."""
        body = {"prompt": {}, "client_id": "another"}
        self.enqueue(f"another-clients-{self.take_number()}", 0, body, self.recordings[0])

    def take_number(self) -> int:
        """The next number of the queue; refused prompts use one up as well."""
        self.number += 1
        return self.number - 1

    def enqueue(
        self, prompt_id: str, number: int, body: dict[str, Any], recording: Recording
    ) -> None:
        """Put a submitted prompt into the queue."""
        client_id = body.get("client_id")
        prompt = Prompt(
            id=prompt_id,
            number=number,
            graph=body["prompt"],
            extra_data=body.get("extra_data", {}) | {"client_id": client_id},
            client_id=client_id,
            recording=recording,
        )
        self.submitted.append(prompt)
        self.pending.append(prompt)
        self._arrived.set()

    def next_recording(self) -> Recording:
        """What the prompt that is being submitted will do."""
        return self.recordings.pop(0) if len(self.recordings) > 1 else self.recordings[0]

    @property
    def queue_remaining(self) -> int:
        return len(self.pending) + (self.current is not None)

    @property
    def is_idle(self) -> bool:
        return self.current is None and not self.pending

    def _forget(self) -> None:
        self.pending: list[Prompt] = []
        self.current: Prompt | None = None
        self.history: dict[str, Any] = {}
        self.stopping: set[str] = set()
        self._arrived = asyncio.Event()
        self.sockets.clear()
        self.number = 0

    async def _work(self) -> None:
        while True:
            await self._arrived.wait()
            if not self.pending:
                self._arrived.clear()
                continue
            self.current = self.pending.pop(0)
            # A flag set before the prompt began is cleared when it begins.
            self.stopping.discard(self.current.id)
            await self._execute(self.current)

    async def _execute(self, prompt: Prompt) -> None:
        self.executed.append(prompt.id)
        began_at = time()
        if self.saves_by_prefix:
            prompt.recording = renamed(prompt.recording, prompt.graph, self.files)
        await self._broadcast_status()
        interrupted = False
        for message in prompt.recording.messages_for(prompt.id):
            kind = message.get("type", "preview")
            await self._wait_at(kind)
            if self.saves_by_prefix and kind == "executed":
                self.files |= prompt.recording.files
            # The real one looks at the flag when a node starts and at each progress step.
            interrupted = prompt.id in self.stopping and kind in {"executing", "progress"}
            if interrupted:
                await self._send(prompt.client_id, prompt.recording.interruption(prompt.id))
                break
            await self._send(prompt.client_id, message)
        await self._wait_at("history")
        entry = prompt.recording.history_of(
            prompt.id, prompt.queue_entry(), interrupted=interrupted
        )
        if self.prompts_take_s:
            await asyncio.sleep(self.prompts_take_s)
            _date(entry, began_at, time())
        self.history[prompt.id] = entry
        self.current = None
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
        connection = self.sockets.get(client_id or "")
        if connection is None:
            return
        try:
            if "binary" in message:
                await connection.send_bytes(binary_frame(message["binary"]))
            else:
                await connection.send_text(json.dumps(message))
        except (WebSocketDisconnect, RuntimeError):
            self.sockets.pop(client_id or "", None)

    async def _broadcast_status(self) -> None:
        for sid in list(self.sockets):
            status = {"status": {"exec_info": {"queue_remaining": self.queue_remaining}}}
            await self._send(sid, {"type": "status", "data": status})


def _date(entry: dict[str, Any], began_at: float, ended_at: float) -> None:
    """Make a history entry say when it was."""
    for kind, data in entry["status"]["messages"]:
        when = began_at if kind == "execution_start" else ended_at
        data["timestamp"] = int(when * 1000)


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

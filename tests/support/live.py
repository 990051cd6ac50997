"""A listener to the live events that comes back and resumes, as a browser's EventSource does."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import time
from typing import Self

import httpx

from support.rest import Json, Rest
from support.waiting import until


@dataclass(frozen=True)
class LiveEvent:
    """One event as it came over the wire."""

    type: str
    data: Json
    #: None for events that are not kept, such as progress.
    id: int | None
    #: When it came, in seconds since the epoch.
    at: float = field(compare=False)


@dataclass
class Listener:
    """Everything the API says while the block lasts."""

    rest: Rest
    #: The last id that was seen; where a new stream goes on.
    last_id: int | None = None
    events: list[LiveEvent] = field(default_factory=list)
    connections: int = 0
    _task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._listen())
        await self.hears(lambda event: event.type in {"ready", "reset"}, what="the stream to begin")
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def hears(
        self, wanted: Callable[[LiveEvent], bool], *, what: str = "", timeout_s: float = 30
    ) -> LiveEvent:
        """The first event that is wanted, heard already or still to come."""

        def heard() -> LiveEvent | None:
            assert self._task is not None
            if self._task.done():
                self._task.result()  # says why nothing more will be heard
            return next(filter(wanted, self.events), None)

        return await until(heard, what=what, timeout_s=timeout_s)

    def of_shot(self, shot_id: int) -> list[LiveEvent]:
        """What was said of a test shot, in order."""
        return [
            event
            for event in self.events
            if (event.type.startswith("test-shot.") and event.data["id"] == shot_id)
            or (event.type == "progress" and event.data.get("test_shot_id") == shot_id)
        ]

    def statuses(self, shot_id: int) -> list[str]:
        """The states a test shot was said to be in, each once as long as it lasted."""
        said = [e.data["status"] for e in self.of_shot(shot_id) if e.type == "test-shot.changed"]
        return [one for place, one in enumerate(said) if place == 0 or said[place - 1] != one]

    async def _listen(self) -> None:
        while True:
            with suppress(httpx.TransportError):
                await self._stream()
            await asyncio.sleep(0.05)

    async def _stream(self) -> None:
        headers = self.rest.headers
        if self.last_id is not None:
            headers = {**headers, "Last-Event-ID": str(self.last_id)}
        fields: dict[str, str] = {}
        async with (
            httpx.AsyncClient(base_url=self.rest.base_url, headers=headers, timeout=None) as http,
            http.stream("GET", "/api/events") as answer,
        ):
            assert answer.status_code == 200
            self.connections += 1
            async for line in answer.aiter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif "data" in fields:
                    self._heard(fields)
                    fields = {}
                else:  # a comment
                    fields = {}

    def _heard(self, fields: dict[str, str]) -> None:
        event_id = int(fields["id"]) if "id" in fields else None
        self.last_id = self.last_id if event_id is None else event_id
        self.events.append(LiveEvent(fields["event"], json.loads(fields["data"]), event_id, time()))

"""Follows one prompt to its end by asking the server; the socket only says when to ask sooner.

Must never take silence for death, nor the socket's word for the end: a prompt is over when the
history has it, and lost when neither queue nor history does.
"""

import asyncio
from collections.abc import Awaitable, Callable

from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.gpu_runner.engine.comfyui.client import ComfyUIClient, Unreachable
from screentest.gpu_runner.engine.comfyui.history import HistoryEntry
from screentest.gpu_runner.engine.comfyui.options import ComfyUIOptions
from screentest.gpu_runner.engine.comfyui.queue import QueueSnapshot

#: One look could fall between a reply of a dying server and the empty queue of its successor.
_LOOKS_UNTIL_LOST = 2


class Follower:
    """Waits for one prompt's end."""

    def __init__(
        self,
        client: ComfyUIClient,
        options: ComfyUIOptions,
        prompt_id: str,
        *,
        clock: Callable[[], float],
        on_look: Callable[[], Awaitable[None]],
    ) -> None:
        self._client = client
        self._options = options
        #: The server's id of the prompt.
        self.prompt_id = prompt_id
        self._clock = clock
        self._on_look = on_look
        self._look_now = asyncio.Event()
        self._absences = 0
        self._unreachable_since: float | None = None
        self._queue: QueueSnapshot | None = None
        self._alive_at = clock()
        #: When it was seen to run for the first time, and for the last.
        self._ran: tuple[float, float] | None = None

    @property
    def seen_running_s(self) -> float:
        """Seconds for which the prompt was seen to run: a little less than it ran."""
        first, last = self._ran or (0.0, 0.0)
        return last - first

    def sign_of_life(self) -> None:
        """The socket brought something for this prompt."""
        self._alive_at = self._clock()

    def look_now(self) -> None:
        """The socket hinted at the end."""
        self._look_now.set()

    async def end(self) -> HistoryEntry:
        """Wait until the prompt is over; how it ended.

        Raises:
            RenderFailed: ``lost`` (the server knows it no more), ``stalled`` (nothing moves), or
                ``backend_unreachable`` for longer than our patience. All are retryable.
        """
        while True:
            self._look_now.clear()
            entry = await self._look()
            await self._on_look()
            if entry is not None:
                return entry
            try:
                async with asyncio.timeout(self._options.poll_interval_s):
                    await self._look_now.wait()
            except TimeoutError:
                continue

    async def _look(self) -> HistoryEntry | None:
        try:
            # In this order: a prompt moves from queue to history in one step, so a live one is
            # always seen in at least one of them.
            queue = await self._client.queue()
            entry = await self._client.history(self.prompt_id)
        except Unreachable as error:
            self._bear_outage(error)
            return None
        self._unreachable_since = None
        if entry is None:
            self._judge(queue)
        return entry

    def _bear_outage(self, error: Unreachable) -> None:
        now = self._clock()
        if self._unreachable_since is None:
            self._unreachable_since = now
        # An outage is no stall: time starts anew when the server is back.
        self._alive_at = now
        if now - self._unreachable_since >= self._options.outage_patience_s:
            raise error

    def _judge(self, queue: QueueSnapshot) -> None:
        if not queue.holds(self.prompt_id):
            self._absences += 1
            if self._absences >= _LOOKS_UNTIL_LOST:
                raise RenderFailed(
                    "lost",
                    "ComfyUI no longer knows the render: the server was restarted, or somebody "
                    "deleted it from the server's queue.",
                    retryable=True,
                )
            return
        self._absences = 0
        if any(prompt.prompt_id == self.prompt_id for prompt in queue.running):
            now = self._clock()
            self._ran = (self._ran[0] if self._ran else now, now)
        if self._queue is None or queue.running != self._queue.running:
            self.sign_of_life()
        self._queue = queue
        silence_s = self._clock() - self._alive_at
        if silence_s >= self._options.stall_timeout_s:
            raise RenderFailed(
                "stalled",
                f"ComfyUI has not moved for {silence_s:.0f} s: a node hangs or the server's worker "
                "thread has died. Restart that server.",
                retryable=True,
            )

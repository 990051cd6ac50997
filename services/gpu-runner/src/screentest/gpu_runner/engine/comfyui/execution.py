"""One execution of one graph on the server: submitted, followed, and taken back if we must stop.

Must never leave a prompt behind unless it is told to: whatever ends an execution early also takes
its prompt off the server.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

from screentest.common.logs import get_logger
from screentest.common.recipes import Graph
from screentest.gpu_runner.engine.backend import ProgressCallback, RenderFailed, RenderJob
from screentest.gpu_runner.engine.comfyui.client import ComfyUIClient
from screentest.gpu_runner.engine.comfyui.follower import Follower
from screentest.gpu_runner.engine.comfyui.history import HistoryEntry
from screentest.gpu_runner.engine.comfyui.messages import Message, PromptEnded
from screentest.gpu_runner.engine.comfyui.naming import named
from screentest.gpu_runner.engine.comfyui.options import ComfyUIOptions
from screentest.gpu_runner.engine.comfyui.progress import PromptProgress
from screentest.gpu_runner.engine.comfyui.remains import Remains, find_remains
from screentest.gpu_runner.engine.comfyui.reporter import ProgressReporter
from screentest.gpu_runner.engine.comfyui.socket import EventSocket
from screentest.gpu_runner.engine.comfyui.submission import PartlyRefused, submit
from screentest.gpu_runner.engine.comfyui.tickets import Ticket
from screentest.gpu_runner.engine.comfyui.withdrawal import withdraw

_LOG = get_logger()


class Execution:
    """One prompt of one render."""

    def __init__(
        self,
        client: ComfyUIClient,
        options: ComfyUIOptions,
        job: RenderJob,
        graph: Graph,
        on_progress: ProgressCallback,
        ticket: Ticket,
        on_accepted: Callable[[], None],
    ) -> None:
        self._client = client
        self._options = options
        self._job = job
        self._graph = graph
        #: Ours to choose since server 0.3.45; known before the reply, so no event is missed.
        self.prompt_id = ticket.prompt_id
        # A socket of its own for every prompt: whoever shares one loses the other's events.
        self._client_id = ticket.client_id
        #: It may be on the server, and it is.
        self._was_sent = self._was_accepted = ticket.was_found
        self._on_accepted = on_accepted
        self._stays = False
        self._progress = PromptProgress(graph, self.prompt_id)
        self._reporter = ProgressReporter(
            self._progress,
            on_progress,
            interval_s=options.progress_interval_s,
            clock=time.monotonic,
        )
        self._follower = Follower(
            client,
            options,
            self.prompt_id,
            clock=time.monotonic,
            on_look=self._reporter.report,
        )

    async def run(self) -> HistoryEntry:
        """Submit the graph, unless the server has it, and wait for its end; how it ended.

        What the server has finished and forgotten since has ended as well.

        Raises:
            RenderFailed: refused, lost, stalled or unreachable.
        """
        try:
            async with EventSocket(self._options, self._client_id, self._on_message):
                if not self._was_accepted:
                    remains = await self._remains()
                    if remains.entry is not None:
                        return remains.entry
                    await self._submit(remains.next_attempt)
                self._on_accepted()
                return await self._end()
        except asyncio.CancelledError:
            if self._was_sent and not self._stays:
                await self._take_back()
            raise
        except RenderFailed as error:
            # A prompt that still waits or hangs would be rendered for nobody.
            if isinstance(error, PartlyRefused) or error.code == "stalled":
                await self._take_back()
            raise

    def leave(self) -> None:
        """From now on the prompt is left to its heir when we must stop."""
        self._stays = True

    def finish(self) -> None:
        """Report the render as whole."""
        self._reporter.finish()

    async def _end(self) -> HistoryEntry:
        try:
            return await self._follower.end()
        except RenderFailed as error:
            if error.code != "lost":
                raise
            remains = await self._remains()
            if remains.entry is None:
                raise
            # The time it was away for is no time it rendered.
            return replace(remains.entry, seen_s=self._follower.seen_running_s)

    async def _remains(self) -> Remains:
        return await find_remains(
            self._client, self._options, self._job, self._graph, self.prompt_id
        )

    async def _submit(self, attempt: int) -> None:
        self._was_sent = True
        try:
            accepted = await submit(
                self._client,
                self._options,
                self._job,
                named(self._graph, self._job, attempt),
                prompt_id=self.prompt_id,
                client_id=self._client_id,
            )
        except PartlyRefused as error:
            self._know_as(error.prompt_id)
            raise
        self._know_as(accepted)

    def _know_as(self, prompt_id: str) -> None:
        """The server's id for our prompt; servers before 0.3.45 choose their own."""
        self._was_accepted = True
        self.prompt_id = self._progress.prompt_id = self._follower.prompt_id = prompt_id

    async def _on_message(self, message: Message) -> None:
        if not self._progress.concerns(message):
            return
        self._progress.apply(message)
        self._follower.sign_of_life()
        if isinstance(message, PromptEnded):
            self._follower.look_now()
        await self._reporter.report()

    async def _take_back(self) -> None:
        """Take the prompt off the server; goes on even when we are cancelled once more."""
        taking = asyncio.create_task(
            withdraw(
                self._client,
                self._options,
                prompt_id=self.prompt_id,
                client_id=self._client_id,
                was_accepted=self._was_accepted,
                clock=time.monotonic,
            )
        )
        while not taking.done():
            try:
                await asyncio.shield(taking)
            except asyncio.CancelledError:
                _LOG.info("comfyui_still_withdrawing", prompt_id=self.prompt_id)

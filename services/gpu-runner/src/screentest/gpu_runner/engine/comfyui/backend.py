"""One render from seed image to clip on a ComfyUI server.

Reads like the course of a render: upload, execute, find the clip, fetch it, make it stitchable.
What can go wrong on the way is judged in the modules beside this one.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from screentest.common.logs import get_logger
from screentest.common.recipes import Graph
from screentest.gpu_runner.engine.backend import (
    Capabilities,
    Held,
    ProgressCallback,
    RenderedClip,
    RenderFailed,
    RenderJob,
)
from screentest.gpu_runner.engine.comfyui.client import ComfyUIClient
from screentest.gpu_runner.engine.comfyui.clip import frame_rate, stitchable
from screentest.gpu_runner.engine.comfyui.execution import Execution
from screentest.gpu_runner.engine.comfyui.failures import breakdown
from screentest.gpu_runner.engine.comfyui.fetching import fetch
from screentest.gpu_runner.engine.comfyui.history import HistoryEntry
from screentest.gpu_runner.engine.comfyui.inventory import Inventory
from screentest.gpu_runner.engine.comfyui.naming import named
from screentest.gpu_runner.engine.comfyui.options import ComfyUIOptions
from screentest.gpu_runner.engine.comfyui.outputs import ClipOutput, find_clip
from screentest.gpu_runner.engine.comfyui.placing import placed
from screentest.gpu_runner.engine.comfyui.remains import find_remains
from screentest.gpu_runner.engine.comfyui.seed_image import ImageFormat
from screentest.gpu_runner.engine.comfyui.submission import PartlyRefused, submit
from screentest.gpu_runner.engine.comfyui.tickets import ticket_for
from screentest.gpu_runner.engine.comfyui.withdrawal import withdraw

_LOG = get_logger()
#: A result from the server's cache is run again, and so is one that ran out of memory, once; more
#: often than this something else is wrong.
_MOST_RUNS = 3


class ComfyUIBackend:
    """Renders segments on one ComfyUI server."""

    def __init__(self, options: ComfyUIOptions) -> None:
        self._options = options
        self._client = ComfyUIClient(options)
        self._inventory = Inventory(self._client, time.monotonic)
        #: What the server executes for us now, and for which render.
        self._executing: tuple[str, Execution] | None = None
        #: Set once the render that is under way is in the server's queue, or has ended.
        self._submitted: asyncio.Event | None = None
        #: The render whose seed image was uploaded ahead, and the server's name for it.
        self._uploaded_ahead: tuple[str, str] | None = None

    async def describe(self) -> Capabilities:
        """What the server can do now.

        Raises:
            RenderFailed: it cannot be reached (``backend_unreachable``).
        """
        return await self._inventory.read()

    async def close(self) -> None:
        """Close all connections; renders must have ended."""
        await self._client.close()

    def leave(self, render_id: str) -> None:
        """Let the prompt of a render run on when the render is cancelled: an heir finds it."""
        if self._executing is not None and self._executing[0] == render_id:
            self._executing[1].leave()

    async def held(self) -> tuple[Held, ...]:
        """Renders whose prompts run or wait on the server."""
        queue = await self._client.queue()
        return tuple(
            Held(render_id=prompt.tag.render_id, worker=prompt.tag.worker)
            for prompt in queue.all
            if prompt.tag.render_id
        )

    async def drop(self, render_id: str) -> None:
        """Take a render's prompts off the server."""
        for prompt in (await self._client.queue()).all:
            if prompt.tag.render_id == render_id:
                await withdraw(
                    self._client,
                    self._options,
                    prompt_id=prompt.prompt_id,
                    client_id=prompt.client_id or prompt.prompt_id,
                    was_accepted=True,
                    clock=time.monotonic,
                )

    async def prepare(self, job: RenderJob) -> None:
        """Upload the seed image ahead, and queue the prompt behind the one that is under way.

        So the server goes on at once. `render` finds the prompt, `drop` takes it back.
        """
        try:
            name = await self._upload(job)
            self._uploaded_ahead = job.render_id, name
            await self._submit_ahead(job, name)
        except RenderFailed as failure:
            # It is tried again when it is needed, and counts then.
            _LOG.info("comfyui_not_prepared", render_id=job.render_id, error=failure.message)

    async def _submit_ahead(self, job: RenderJob, image_name: str) -> None:
        submitted = self._submitted
        if submitted is None:
            return
        await submitted.wait()
        if self._submitted is not submitted:
            # It has ended meanwhile: this one is next.
            return
        graph = placed(job.recipe, image_name)
        version = await self._inventory.version()
        ticket = await ticket_for(self._client, job, version, besides=())
        if ticket.was_found:
            return
        remains = await find_remains(self._client, self._options, job, graph, ticket.prompt_id)
        if remains.entry is not None:
            return
        try:
            await submit(
                self._client,
                self._options,
                job,
                named(graph, job, remains.next_attempt),
                prompt_id=ticket.prompt_id,
                client_id=ticket.client_id,
            )
        except PartlyRefused:
            await self.drop(job.render_id)
            raise

    async def render(self, job: RenderJob, on_progress: ProgressCallback) -> RenderedClip:
        """Render one segment. Cancelling the awaiting task takes the prompt off the server.

        Raises:
            RenderFailed: no clip came of it.
        """
        self._submitted = submitted = asyncio.Event()
        try:
            return await self._render(job, on_progress, submitted.set)
        finally:
            submitted.set()
            self._submitted = None

    async def _render(
        self, job: RenderJob, on_progress: ProgressCallback, on_accepted: Callable[[], None]
    ) -> RenderedClip:
        graph = await self._graph(job)
        version = await self._inventory.version()
        judged: set[str] = set()
        ran_out = False
        for _ in range(_MOST_RUNS):
            ticket = await ticket_for(self._client, job, version, besides=judged)
            execution = Execution(
                self._client, self._options, job, graph, on_progress, ticket, on_accepted
            )
            try:
                clip = await self._clip(execution, job, graph)
            except RenderFailed as failure:
                # Whoever had submitted it may have stopped it as well.
                was_stopped = ticket.was_found and failure.code in {"interrupted", "lost"}
                is_first = failure.code == "out_of_memory" and not ran_out
                if not (was_stopped or is_first):
                    raise
                ran_out |= is_first
            else:
                if clip is not None:
                    return clip
                await self._free(execution)
            judged.add(execution.prompt_id)
        raise RenderFailed(
            "no_output",
            "ComfyUI answers from its cache again and again, with a file that is gone or old.",
            retryable=True,
        )

    async def _graph(self, job: RenderJob) -> Graph:
        """The recipe's graph, checked, with the uploaded seed image in its place."""
        placed(job.recipe, "")
        ahead, self._uploaded_ahead = self._uploaded_ahead, None
        if ahead is not None and ahead[0] == job.render_id:
            return placed(job.recipe, ahead[1])
        return placed(job.recipe, await self._upload(job))

    async def _upload(self, job: RenderJob) -> str:
        """Send the seed image; the server's name for it."""
        data = await asyncio.to_thread(job.seed_image.read_bytes)
        image = ImageFormat.of(data)
        return await self._client.upload_image(
            data,
            name=f"seed.{image.suffix}",
            subfolder=f"screentest/{job.render_id}",
            mime=image.mime,
        )

    async def _clip(
        self, execution: Execution, job: RenderJob, graph: Graph
    ) -> RenderedClip | None:
        """The clip of one execution; None when it has to be executed again for one."""
        started_at = time.monotonic()
        self._executing = job.render_id, execution
        try:
            entry = await execution.run()
        finally:
            self._executing = None
        elapsed_s = time.monotonic() - started_at
        output = await self._output(execution, entry, graph)
        # A node that did not run names the file of an earlier render: it may be gone, or its name
        # may have been given to another clip since.
        is_cached = output.node in entry.cached_nodes
        files = None if is_cached else await fetch(self._client, self._options, job, output)
        if files is None:
            _LOG.info("comfyui_result_was_cached", prompt_id=entry.prompt_id)
            return None
        video = await self._stitchable(job, graph, output, files)
        execution.finish()
        own_s = elapsed_s if entry.execution_s is None else entry.execution_s
        return RenderedClip(
            video=video,
            gpu_seconds=own_s,
            salvaged_seconds=max(0.0, own_s - elapsed_s),
            original=() if video in files else files,
        )

    async def _output(self, execution: Execution, entry: HistoryEntry, graph: Graph) -> ClipOutput:
        """Where the clip is, once the prompt ended well."""
        if not entry.succeeded:
            failure = breakdown(entry, graph)
            if failure.code == "out_of_memory":
                # What still lies in memory would starve the next render as well.
                with suppress(RenderFailed):
                    await self._free(execution)
            raise failure
        output = find_clip(entry.outputs, graph)
        if output is None:
            raise RenderFailed(
                "no_output",
                "ComfyUI finished the workflow, but none of its nodes saved a video or frames.",
                retryable=False,
            )
        return output

    async def _stitchable(
        self, job: RenderJob, graph: Graph, output: ClipOutput, files: tuple[Path, ...]
    ) -> Path:
        fps = frame_rate(job.recipe.values, graph) or self._options.default_fps
        target = job.workdir / "clip.mp4"
        return await asyncio.to_thread(stitchable, output.kind, files, target, fps=fps, graph=graph)

    async def _free(self, execution: Execution) -> None:
        """Make the server forget what it keeps in its memory."""
        _LOG.info("comfyui_frees_memory", prompt_id=execution.prompt_id)
        await self._client.free()
        # The server empties its cache when it is idle or after its next prompt, not at once.
        await asyncio.sleep(self._options.poll_interval_s)

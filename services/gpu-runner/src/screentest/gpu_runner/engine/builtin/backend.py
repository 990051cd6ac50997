"""The built-in renderer as a render backend: honest about what it is, quick to stop.

Must never render on the event loop; all pixels are made in a `RenderProcess`.
"""

import asyncio
import base64
import contextlib
from importlib.metadata import version

from screentest.common.recipes import Renderer
from screentest.gpu_runner.engine.backend import (
    Capabilities,
    Held,
    Progress,
    ProgressCallback,
    RenderedClip,
    RenderFailed,
    RenderJob,
)
from screentest.gpu_runner.engine.builtin.order import RenderOrder
from screentest.gpu_runner.engine.builtin.process import RenderProcess, Report

_DEVICE = "cpu (built-in stand-in renderer, not a video model)"
#: A process that has not stopped rendering by then is killed; it looks after every frame (20 ms).
_CANCEL_GRACE_S = 0.1


class BuiltinBackend:
    """Renders in one child process, started when first needed and kept warm."""

    def __init__(self, *, minimum_seconds: float = 0.0) -> None:
        """Args: minimum_seconds: let every render take at least so long.

        For tests and demonstrations of what happens in the middle of a render: real ones take
        minutes, these take less than a second, and nobody can pull a plug that fast.
        """
        self._minimum_seconds = minimum_seconds
        self._process: RenderProcess | None = None
        self._one_at_a_time = asyncio.Lock()

    async def describe(self) -> Capabilities:
        """What this backend is; also warms it up.

        Raises:
            RenderFailed: its process cannot be started.
        """
        async with self._one_at_a_time:
            await self._warm()
        return Capabilities(
            renderer=Renderer.BUILTIN, version=version("screentest-gpu-runner"), device=_DEVICE
        )

    async def prepare(self, job: RenderJob) -> None:
        """Nothing: the seed image is on this machine, and there are no models."""

    async def render(self, job: RenderJob, on_progress: ProgressCallback) -> RenderedClip:
        """Render one segment; equal recipes and seed images give equal bytes.

        Cancelling the awaiting task stops the render within about a tenth of a second.

        Raises:
            RenderFailed: ``invalid_recipe`` or ``bad_seed_image`` (final), ``renderer_crashed``,
                ``renderer_error`` or ``backend_unreachable`` (retryable).
        """
        order = RenderOrder(
            recipe=job.recipe,
            seed_image=job.seed_image,
            video=job.workdir / "segment.mp4",
            minimum_seconds=self._minimum_seconds,
        )
        async with self._one_at_a_time:
            process = await self._warm()
            try:
                await process.order(order.model_dump_json())
                seconds = await _follow(process, on_progress)
            except RenderFailed:
                # The process said so itself, or is dead: there is nothing to stop.
                raise
            except BaseException:
                await _interrupt(process)
                raise
        return RenderedClip(video=order.video, gpu_seconds=seconds)

    def leave(self, render_id: str) -> None:
        """Nothing: what is rendered here ends with this process."""

    async def held(self) -> tuple[Held, ...]:
        """None that outlives its worker."""
        return ()

    async def drop(self, render_id: str) -> None:
        """Nothing: there is none."""

    async def close(self) -> None:
        """End the process, and with it a render that is still going on."""
        if self._process is not None:
            await self._process.stop()

    async def _warm(self) -> RenderProcess:
        if self._process is None or not self._process.is_alive:
            self._process = await RenderProcess.start()
        await self._process.ready()
        return self._process


async def _follow(process: RenderProcess, on_progress: ProgressCallback) -> float:
    """Pass progress on until the render has ended; the seconds it took."""
    while True:
        report = await process.report()
        match report["event"]:
            case "progress":
                on_progress(_progress(report))
            case "done":
                return float(report["seconds"])
            case "failed":
                raise RenderFailed(report["code"], report["message"], retryable=report["retryable"])


def _progress(report: Report) -> Progress:
    preview = report["preview"]
    return Progress(
        fraction=report["fraction"],
        node="camera",
        preview=base64.b64decode(preview) if preview else None,
    )


async def _interrupt(process: RenderProcess) -> None:
    """Make ``process`` stop rendering: by asking, and if that takes too long, by force."""
    try:
        async with asyncio.timeout(_CANCEL_GRACE_S):
            await process.order("cancel")
            with contextlib.suppress(RenderFailed):
                while (await process.report())["event"] == "progress":
                    pass
    except TimeoutError:
        await process.stop()
    except BaseException:
        # Cancelled a second time: there is no time left to wait, and none needed.
        process.kill()
        raise

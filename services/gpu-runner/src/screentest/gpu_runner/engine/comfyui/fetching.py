"""Brings the files of a clip from the server into the render's folder, under names of ours.

Must never give up what was rendered because of a server that is away for a moment.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from screentest.common.logs import get_logger
from screentest.gpu_runner.engine.backend import RenderJob
from screentest.gpu_runner.engine.comfyui.client import ComfyUIClient, Unreachable
from screentest.gpu_runner.engine.comfyui.options import ComfyUIOptions
from screentest.gpu_runner.engine.comfyui.outputs import ClipOutput

_LOG = get_logger()
T = TypeVar("T")


async def fetch(
    client: ComfyUIClient, options: ComfyUIOptions, job: RenderJob, output: ClipOutput
) -> tuple[Path, ...] | None:
    """The output's files, in their order; None when the server does not have them all.

    Raises:
        RenderFailed: larger than what is taken, or the server stays away.
    """
    folder = job.workdir / "comfyui"
    folder.mkdir(exist_ok=True)
    left_bytes = options.output_max_bytes
    files: list[Path] = []
    for number, file in enumerate(output.files):
        # Our own name: the server's is only good enough to ask for the file.
        target = folder / f"{number:05d}.{file.suffix}"
        size_bytes = await patiently(
            options, partial(client.download, file, target, max_bytes=left_bytes)
        )
        if size_bytes is None:
            return None
        left_bytes -= size_bytes
        files.append(target)
    return tuple(files)


async def patiently(options: ComfyUIOptions, ask: Callable[[], Awaitable[T]]) -> T:
    """What ``ask`` gives; a server that goes away meanwhile is waited for: what it has was dear."""
    until = time.monotonic() + options.outage_patience_s
    while True:
        try:
            return await ask()
        except Unreachable as error:
            if time.monotonic() >= until:
                raise
            _LOG.info("comfyui_asked_again", error=error.message)
        await asyncio.sleep(options.poll_interval_s)

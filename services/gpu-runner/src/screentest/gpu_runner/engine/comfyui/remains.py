"""The clip of a prompt that the server finished and then forgot, found by the names of its files.

Queue and history are in the server's memory, its output folder is not. Must never take a file that
may be cut off, nor one of another render: then it is better rendered again.
"""

import asyncio
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

from screentest.common.logs import get_logger
from screentest.common.recipes import Graph
from screentest.gpu_runner.engine.backend import RenderJob
from screentest.gpu_runner.engine.comfyui.client import ComfyUIClient
from screentest.gpu_runner.engine.comfyui.fetching import fetch, patiently
from screentest.gpu_runner.engine.comfyui.frame_count import frame_count
from screentest.gpu_runner.engine.comfyui.history import HistoryEntry
from screentest.gpu_runner.engine.comfyui.naming import Saver, savers
from screentest.gpu_runner.engine.comfyui.options import ComfyUIOptions
from screentest.gpu_runner.engine.comfyui.outputs import Kind, OutputFile, find_clip
from screentest.gpu_runner.engine.comfyui.tags import Tag
from screentest.gpu_runner.engine.comfyui.wholeness import is_whole

_LOG = get_logger()


@dataclass(frozen=True, kw_only=True)
class Remains:
    """What the server's output folder has of a render."""

    #: Told as the history would have told it; None when there is no whole clip.
    entry: HistoryEntry | None
    #: The first attempt that has left no file: what a new one saves must not mix with an old one's.
    next_attempt: int


async def find_remains(
    client: ComfyUIClient, options: ComfyUIOptions, job: RenderJob, graph: Graph, prompt_id: str
) -> Remains:
    """Look for the files of a render whose prompt the server has neither in queue nor history.

    Args:
        client: asks the server.
        options: how long it is waited for, and how much is taken.
        job: the render; what is fetched goes into its folder.
        graph: the graph of its prompts, with the workflow's own prefixes.
        prompt_id: under which it is told what was found.

    Raises:
        RenderFailed: the server cannot be reached.
    """
    for attempt in count(1):
        nodes = savers(graph, job, attempt)
        begun = [await _has_begun(client, options, saver) for saver in nodes]
        if not any(begun):
            return Remains(entry=None, next_attempt=attempt)
        # All of them: what one alone has saved may be what another one was still to work on.
        outputs = await _outputs(client, options, job, graph, nodes) if all(begun) else None
        if outputs is not None:
            _LOG.info("comfyui_clip_found_again", prompt_id=prompt_id, attempt=attempt)
            entry = HistoryEntry(
                prompt_id=prompt_id,
                succeeded=True,
                outputs=outputs,
                # Whoever saw it run says so.
                seen_s=0.0,
                tag=Tag(render_id=job.render_id, recipe_hash=job.recipe.hash),
            )
            return Remains(entry=entry, next_attempt=attempt + 1)
    raise AssertionError("some attempt was never made")


async def _has_begun(client: ComfyUIClient, options: ComfyUIOptions, saver: Saver) -> bool:
    first = OutputFile(name=saver.file(1), subfolder=saver.subfolder, folder="output")
    return await patiently(options, partial(client.has, first))


async def _outputs(
    client: ComfyUIClient,
    options: ComfyUIOptions,
    job: RenderJob,
    graph: Graph,
    nodes: tuple[Saver, ...],
) -> dict[str, Any] | None:
    """What the history would say of the nodes; None when not all have saved what they should."""
    outputs: dict[str, Any] = {}
    for saver in nodes:
        frames = frame_count(graph, saver.node)
        if frames is None:
            return None
        report = saver.report(frames if saver.kind is Kind.FRAMES else 1)
        saved = find_clip({saver.node: report}, graph)
        files = await fetch(client, options, job, saved) if saved else None
        if files is None or not await asyncio.to_thread(is_whole, saver.kind, files, frames):
            return None
        outputs[saver.node] = report
    return outputs

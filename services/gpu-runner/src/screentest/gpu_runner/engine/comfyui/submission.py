"""Puts a graph into the server's queue exactly once, also when the reply is lost.

Must never post twice on a doubt: a prompt id that is posted again runs again.
"""

import asyncio
from http import HTTPStatus

from screentest.common.recipes import Graph
from screentest.gpu_runner.engine.backend import RenderFailed, RenderJob
from screentest.gpu_runner.engine.comfyui.client import ComfyUIClient, Reply, Unreachable
from screentest.gpu_runner.engine.comfyui.failures import node_faults, refusal
from screentest.gpu_runner.engine.comfyui.options import ComfyUIOptions
from screentest.gpu_runner.engine.comfyui.tags import extra_data

_LOOKS_FOR_LOST_REPLY = 3


class PartlyRefused(RenderFailed):
    """The server took the prompt, but without the branches that are not valid."""

    def __init__(self, prompt_id: str, faults: str) -> None:
        message = f"ComfyUI would run only a part of the workflow: {faults}"
        super().__init__("invalid_workflow", message, retryable=False)
        self.prompt_id = prompt_id


async def submit(
    client: ComfyUIClient,
    options: ComfyUIOptions,
    job: RenderJob,
    graph: Graph,
    *,
    prompt_id: str,
    client_id: str,
) -> str:
    """Queue ``graph``; the id under which the server knows it (old servers choose their own).

    Raises:
        PartlyRefused: the server dropped invalid branches and took the rest.
        RenderFailed: it takes nothing (``invalid_workflow``, ``missing_node``, ``missing_model``),
            or cannot be reached.
    """
    try:
        reply = await client.submit(
            graph,
            prompt_id=prompt_id,
            client_id=client_id,
            extra_data=extra_data(job, options.worker),
        )
    except Unreachable:
        found = await _find(client, options, prompt_id, client_id)
        if found is None:
            raise
        return found
    return _accepted(reply, graph)


def _accepted(reply: Reply, graph: Graph) -> str:
    body = reply.json()
    if reply.status != HTTPStatus.OK:
        raise refusal(reply.status, body if body is not None else reply.words(), graph)
    accepted = body.get("prompt_id") if isinstance(body, dict) else None
    if not isinstance(accepted, str):
        raise Unreachable("ComfyUI took the workflow, but did not say under which id")
    faults = node_faults(body, graph)
    if faults or body.get("node_errors"):
        raise PartlyRefused(accepted, faults or "it does not say which")
    return accepted


async def _find(
    client: ComfyUIClient, options: ComfyUIOptions, prompt_id: str, client_id: str
) -> str | None:
    """The id of our prompt when it arrived although its reply did not."""
    for _ in range(_LOOKS_FOR_LOST_REPLY):
        try:
            queue = await client.queue()
            queued = queue.prompt_of(client_id)
            if queued is not None:
                return queued
            if await client.history(prompt_id) is not None:
                return prompt_id
        except Unreachable:
            pass
        await asyncio.sleep(options.poll_interval_s)
    return None

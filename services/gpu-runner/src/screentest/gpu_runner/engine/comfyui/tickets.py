"""Under which ids a prompt is, or will be, on the server: found again after its worker was lost.

The ids are made of the render's own, so a worker that takes a render over knows them. Must never
find a prompt that is not this render's, nor one that was stopped.
"""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import count
from uuid import UUID, uuid5

from screentest.common.logs import get_logger
from screentest.gpu_runner.engine.backend import RenderJob
from screentest.gpu_runner.engine.comfyui.client import ComfyUIClient
from screentest.gpu_runner.engine.comfyui.history import HistoryEntry
from screentest.gpu_runner.engine.comfyui.version import Version

_LOG = get_logger()
#: Where the server chose the id, the latest entries of its history are searched for our tag.
_RECENT = 64


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """One prompt of a render."""

    prompt_id: str
    client_id: str
    #: The server has it already, or had it and remembers how it ended.
    was_found: bool = False


async def ticket_for(
    client: ComfyUIClient, job: RenderJob, version: Version, *, besides: Collection[str]
) -> Ticket:
    """The prompt that the server has of a render, else a new one's ids.

    Args:
        client: asks the server.
        job: the render.
        version: the server's.
        besides: prompts that were judged already; their results are of no use.

    Raises:
        RenderFailed: the server cannot be reached.
    """
    # The queue first: what leaves it meanwhile is in the history.
    queue = await client.queue()
    for prompt in queue.all:
        if prompt.tag.is_of(job) and prompt.prompt_id not in besides:
            return _found(prompt.prompt_id, prompt.client_id)
    ended = await _ended(client, job, version)
    for entry in reversed(ended):
        if not entry.was_interrupted and entry.prompt_id not in besides:
            return _found(entry.prompt_id, None)
    taken = {*besides, *queue.ids, *(entry.prompt_id for entry in ended)}
    new = next(i for i in (_prompt_id(job, number) for number in count(1)) if i not in taken)
    # Nobody else hears the events of a client id that only one prompt has.
    return Ticket(prompt_id=new, client_id=new)


def _prompt_id(job: RenderJob, number: int) -> str:
    """The id of a render's ``number``-th prompt; servers want lower-case UUIDs."""
    return str(uuid5(UUID(job.render_id), f"prompt {number}"))


async def _ended(
    client: ComfyUIClient, job: RenderJob, version: Version
) -> tuple[HistoryEntry, ...]:
    """How the render's earlier prompts ended, in their order."""
    if not version.takes_prompt_ids:
        recent = await client.recent_history(_RECENT)
        return tuple(entry for entry in recent if entry.tag.is_of(job))
    ended: list[HistoryEntry] = []
    for number in count(1):
        entry = await client.history(_prompt_id(job, number))
        if entry is None:
            break
        ended.append(entry)
    return tuple(entry for entry in ended if entry.tag.is_of(job))


def _found(prompt_id: str, client_id: str | None) -> Ticket:
    _LOG.debug("comfyui_prompt_found_again", prompt_id=prompt_id)
    return Ticket(prompt_id=prompt_id, client_id=client_id or prompt_id, was_found=True)

"""Takes a prompt off the server: out of the queue, or interrupted where it runs.

Must never stop somebody else's prompt: servers before 0.3.57 ignore the id of an interrupt and stop
whatever runs, so they are never sent one.
"""

import asyncio
from collections.abc import Callable

from screentest.common.logs import get_logger
from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.gpu_runner.engine.comfyui.client import ComfyUIClient
from screentest.gpu_runner.engine.comfyui.options import ComfyUIOptions
from screentest.gpu_runner.engine.comfyui.version import Version

_LOG = get_logger()
_PAUSE_S = 0.2
#: A server that has died took its queue along; there is nothing to wait for.
_OUTAGE_PATIENCE_S = 10.0
#: A request that was cut off may still reach the queue a moment later.
_LOOKS_AFTER_UNSURE_SUBMIT = 5


async def withdraw(
    client: ComfyUIClient,
    options: ComfyUIOptions,
    *,
    prompt_id: str,
    client_id: str,
    was_accepted: bool,
    clock: Callable[[], float],
) -> bool:
    """Delete or interrupt until the prompt is gone; whether it is.

    Sent once, an interrupt can be lost (the prompt was not running yet, or its last node does not
    look at it), hence the loop. A prompt that ends with success meanwhile is gone as well.
    """
    deadline = clock() + options.cancel_timeout_s
    absences = 0
    unreachable_since: float | None = None
    while clock() < deadline:
        try:
            if await _is_gone(client, prompt_id, client_id):
                absences += 1
                if was_accepted or absences >= _LOOKS_AFTER_UNSURE_SUBMIT:
                    return True
            else:
                absences = 0
        except TooOld as error:
            _LOG.warning("comfyui_too_old_to_interrupt", version=str(error))
            return False
        except RenderFailed as error:
            _LOG.debug("comfyui_withdraw_retry", error=error.message)
            unreachable_since = unreachable_since or clock()
            if clock() - unreachable_since >= _OUTAGE_PATIENCE_S:
                break
        else:
            unreachable_since = None
        await asyncio.sleep(_PAUSE_S)
    _LOG.warning("comfyui_prompt_not_withdrawn", prompt_id=prompt_id)
    return False


class TooOld(Exception):  # noqa: N818 - a fact about the server, not a fault
    """This server would stop whatever runs; the prompt is left to end by itself."""


async def _is_gone(client: ComfyUIClient, prompt_id: str, client_id: str) -> bool:
    queue = await client.queue()
    ours = {prompt_id, queue.prompt_of(client_id)}
    for prompt in queue.pending:
        if prompt.prompt_id in ours:
            await client.delete_pending(prompt.prompt_id)
    running = [prompt.prompt_id for prompt in queue.running if prompt.prompt_id in ours]
    if running:
        version = Version.of(await client.system_stats())
        if not version.interrupts_by_id:
            raise TooOld(version)
        for running_id in running:
            await client.interrupt(running_id)
    return not running and not any(prompt.prompt_id in ours for prompt in queue.pending)

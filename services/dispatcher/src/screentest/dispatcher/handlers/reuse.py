"""Taking finished renders: files are looked for outside any transaction, then runs are served.

A run whose files are missing is rendered, and the lost render is not offered again. Storage that
does not answer delays a run by half a minute from the first look; then it is rendered. However slow
storage is, waiting in line for that look costs nobody a render.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from obstore.exceptions import BaseError as StorageError

from screentest.common import outbox
from screentest.common.db import Pool, Tx, connect, is_transient, transaction
from screentest.common.events import Artefact, SegmentArtefacts
from screentest.common.ids import new_id
from screentest.common.logs import get_logger
from screentest.common.objects import Objects
from screentest.common.tracing import span
from screentest.dispatcher import metrics
from screentest.dispatcher.domain.reuse import reused
from screentest.dispatcher.domain.run import Release, Run, Step
from screentest.dispatcher.handlers.recording import record
from screentest.dispatcher.handlers.releasing import release
from screentest.dispatcher.handlers.results import accept
from screentest.dispatcher.store import reuse as store
from screentest.dispatcher.store.reuse import Check
from screentest.dispatcher.store.runs import take_waiting

log = get_logger()

_SCHEMA = "dispatcher"
#: How soon a check is found whose notification was lost, and one that failed is tried again.
_POLL_S = 1.0
#: Long enough for a far store, short enough to try more than once before a run gives up.
_STORAGE_TIMEOUT_S = 10.0
_RUNS_AT_ONCE = 32


async def reuse(pool: Pool, objects: Objects, dsn: str) -> None:
    """Serve runs that can do with a finished render, for ever; outlives database and storage."""
    while True:
        try:
            await _follow(dsn, lambda: take_finished(pool, objects))
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("reuse_put_off", error=f"{type(error).__name__}: {error}")
        await asyncio.sleep(_POLL_S)


async def _follow(dsn: str, serve: Callable[[], Awaitable[bool]]) -> None:
    connection = await connect(dsn, schema=_SCHEMA)
    doorbell = asyncio.Event()
    try:
        await connection.add_listener(f"{store.CHANNEL}_{_SCHEMA}", lambda *_: doorbell.set())
        while not connection.is_closed():
            doorbell.clear()
            while await serve():
                pass
            with suppress(TimeoutError):
                async with asyncio.timeout(_POLL_S):
                    await doorbell.wait()
    finally:
        connection.terminate()


async def take_finished(pool: Pool, objects: Objects) -> bool:
    """Serve the runs that have waited longest; False when nothing could be done for any."""
    async with pool.acquire() as connection:
        checks = await store.to_check(connection, _RUNS_AT_ONCE)
    if not checks:
        return False
    found = await asyncio.gather(*(_look(objects, check.original.artefacts) for check in checks))
    served = False
    async with transaction(pool) as tx:
        for check, are_stored in zip(checks, found, strict=True):
            match are_stored:
                case True:
                    served |= await _serve(tx, check)
                case False:
                    await _forget(tx, check)
                    served = True
                case None:
                    await store.unanswered(tx, check.run_ids)
        if served:
            await release(tx)
    return served


async def _look(objects: Objects, artefacts: SegmentArtefacts) -> bool | None:
    """Whether clip, last frame and poster are there, as long as they were.

    None when storage does not say. What the clip was encoded from is needed for nothing.
    """
    files = (artefacts.video, artefacts.last_frame, artefacts.poster)
    try:
        async with asyncio.timeout(_STORAGE_TIMEOUT_S):
            return all(await asyncio.gather(*(_is_stored(objects, file) for file in files)))
    except (OSError, TimeoutError, StorageError) as error:
        log.warning("storage_not_reached", error=f"{type(error).__name__}: {error}")
        return None


async def _is_stored(objects: Objects, artefact: Artefact) -> bool:
    try:
        info = await objects.info(artefact.key)
    except FileNotFoundError:
        return False
    return info.size_bytes == artefact.size_bytes


async def _forget(tx: Tx, check: Check) -> None:
    log.warning(
        "finished_render_lost",
        render_id=str(check.original.render_id),
        key=check.original.artefacts.video.key,
    )
    await store.forget(tx, check.reuse_key, check.original.render_id)


async def _serve(tx: Tx, check: Check) -> bool:
    runs = await take_waiting(tx, check.run_ids)
    wanted = await store.still_checked(
        tx, [run.plan.run_id for run in runs], check.original.render_id
    )
    for run in runs:
        if run.plan.run_id in wanted:
            with span(
                "take finished render",
                parent=run.traceparent,
                attributes={"screentest.run_id": str(run.plan.run_id)},
            ):
                await _take(tx, run, check)
    return bool(wanted)


async def _take(tx: Tx, run: Run, check: Check) -> None:
    original = check.original
    match run.release(new_id()):
        case Step() as failed:
            await record(tx, failed)
        case Release(request=request):
            pays = await store.pay(tx, check.reuse_key, original.render_id)
            event = reused(request, original, pays=pays)
            await store.take(tx, request)
            await outbox.add(tx, event)
            await accept(tx, event)
            metrics.RENDERS_REUSED.inc()
            metrics.GPU_SECONDS_SAVED.inc(event.gpu_seconds_saved)
            log.info(
                "render_reused",
                run_id=str(event.run_id),
                segment=event.segment,
                original=str(original.render_id),
                gpu_seconds_saved=round(event.gpu_seconds_saved, 3),
            )

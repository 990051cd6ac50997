"""Runs with identical recipes, and the files of their renders, for tests of the dispatcher."""

from screentest.common.db import transaction
from screentest.common.events import ShotCancelled
from screentest.dispatcher.handlers.releasing import release
from screentest.dispatcher.handlers.reuse import take_finished
from support.dispatching import run_recipe, shot

RECIPE = run_recipe(seed=7)


def alike(**changes):
    return shot(recipe=RECIPE).model_copy(update=changes)


def cancelled(asked):
    return ShotCancelled(run_id=asked.run_id, by=1)


async def store(objects, result):
    """Put the files of a result where it says they are."""
    files = result.artefacts
    for file in (files.video, files.last_frame, files.poster):
        await objects.put(file.key, b"x", media_type=file.media_type)
    return result


async def serve(loop, objects):
    """Have the reuse step do all it can; returns what was said."""
    while await take_finished(loop.pool, objects):
        pass
    return await loop.said()


def of(kind, said):
    return [event for event in said if isinstance(event, kind)]


async def released(loop):
    """What a sweep releases."""
    async with transaction(loop.pool) as tx:
        await release(tx)
    rows = await loop.pool.fetch("select run_id, reuse_key from renders where status = 'released'")
    await loop.said()
    return rows


async def open_runs(loop):
    return await loop.pool.fetchval("select count(*) from runs where finished_at is null")

"""Scenes: generated from where they stand, cancelled, shown."""

from uuid import UUID

from screentest.api.domain.catalogue import Overrides, SceneType
from screentest.api.domain.chains import Chain, strip, total_duration_s, unbroken
from screentest.api.domain.segment_counts import last_segment, planned_segments, usual_segments
from screentest.api.domain.timings import total_timings
from screentest.api.domain.users import User
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.asking import check_owner
from screentest.api.handlers.beginning import Link, begin, check_incomplete, lock_free_scene
from screentest.api.handlers.chain_recipes import begun_anew, scene_type_of, workflow_of
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.problems.chains import BeyondScene, SceneNotRunning
from screentest.api.store import audit, chains, changes, planning, runs
from screentest.api.store.chains import ChainRecipe
from screentest.api.store.planning import SceneFacts
from screentest.common import outbox
from screentest.common.db import Connection, Tx
from screentest.common.events import ShotCancelled
from screentest.common.ids import new_id


async def generate(
    tx: Tx,
    user: User,
    scene_id: int,
    *,
    admission: Admission,
    up_to_segment: int | None,
    fresh: bool = False,
    accept_failed: bool = False,
) -> UUID:
    """Ask for the segments a scene does not have, or that are out of date; returns the run.

    ``fresh``: render even those that have been rendered elsewhere.
    After a run that failed, was cancelled or halted this goes on from the last good segment; with
    ``accept_failed`` from one that qa failed or has not judged, where the scene type halts on that.

    Raises:
        SceneNotFound: there is no such scene.
        BeyondScene: the scene will not have as many segments as that.
        NoWorkerCanRender: every live worker lacks something for it.
        BudgetExceeded: it would cost more than is left today.
        Problem: a 409 that says what is in the way, or a 422 of planning.
    """
    scene = await lock_free_scene(tx, scene_id)
    workflow, scene_type = await scene_type_of(tx, scene)
    rendered = await chains.fetch_segments(tx, scene_id)
    segments = unbroken(rendered)
    chain = await _recipe(tx, scene, is_begun=bool(rendered))
    last = last_segment(scene_type, chain.parameters, len(segments))
    _check_reach(scene, scene_type, chain, last, up_to_segment)
    check_incomplete(scene, scene_type, segments, up_to_segment or last)
    link = Link(
        run_id=new_id(),
        scene=scene,
        workflow=await workflow_of(tx, chain, workflow),
        scene_type=scene_type,
        chain=chain,
        segments=segments,
        up_to_segment=up_to_segment,
        fresh=fresh,
        accept_failed=accept_failed,
    )
    await begin(tx, user, link, admission)
    return link.run_id


async def _recipe(tx: Tx, scene: SceneFacts, *, is_begun: bool) -> ChainRecipe:
    """With what the chain goes on. One that is begun keeps to the recipe it was begun with."""
    if is_begun and (kept := await chains.fetch_recipe(tx, scene.id)):
        return kept
    chain = await begun_anew(tx, scene, Overrides())
    await chains.keep_recipe(tx, scene.id, chain)
    return chain


def _check_reach(
    scene: SceneFacts, scene_type: SceneType, chain: ChainRecipe, last: int, up_to: int | None
) -> None:
    """See that no more is asked for than the scene may come to have."""
    if up_to is None or up_to <= last:
        return
    planned = planned_segments(scene_type, chain.parameters["segment_duration_s"])
    raise BeyondScene(
        f'Scene "{scene.name}" is planned to have {planned} segments '
        f"({scene_type.target_duration_s:g} s): ask for at most {last}, or make the target "
        f'duration of scene type "{scene_type.name}" longer.',
        planned_segments=planned,
    )


async def cancel_scene(tx: Tx, user: User, scene_id: int) -> None:
    """Ask the dispatcher to end a scene's run; asking again changes nothing.

    Raises:
        SceneNotFound, SceneNotRunning, NotYours: nothing to cancel, or not for this user.
    """
    if await planning.lock_scene(tx, scene_id) is None:
        raise SceneNotFound(scene_id)
    live = await runs.fetch_live_run(tx, scene_id)
    if live is None:
        raise SceneNotRunning(f"Scene {scene_id} is not being generated.")
    check_owner(user, live.requested_by_id, f"What scene {scene_id} does now")
    if live.cancel_requested_at is not None:
        return
    await runs.mark_run_cancel_requested(tx, live.run_id)
    await outbox.add(tx, ShotCancelled(run_id=live.run_id, by=user.id))
    before = {"run_id": str(live.run_id), "status": live.status}
    await audit.record(tx, user, "scene.cancelled", scene_id, before=before)
    await changes.tell_run(tx, live.run_id)


async def chain_of(connection: Connection, scene_id: int) -> Chain:
    """The strip of a scene's segments and how far its latest run is.

    Raises:
        SceneNotFound: there is no such scene.
    """
    scene = await planning.load_scene(connection, scene_id)
    if scene is None:
        raise SceneNotFound(scene_id)
    workflow, scene_type = await scene_type_of(connection, scene)
    rendered = await chains.fetch_segments(connection, scene_id)
    run = await runs.fetch_latest_run(connection, scene_id)
    kept = await chains.fetch_recipe(connection, scene_id)
    planned = (
        planned_segments(scene_type, kept.parameters["segment_duration_s"])
        if kept and rendered
        else usual_segments(workflow, scene_type)
    )
    fresh = unbroken(rendered)
    awaits_frame = run is not None and run.status == "awaiting_frame"
    return Chain(
        planned_segments=planned,
        rendered_segments=sum(not segment.is_stale for segment in rendered),
        duration_s=total_duration_s(fresh),
        awaits_frame_of=len(fresh) if awaits_frame else None,
        gpu_seconds=sum(segment.gpu_seconds or 0 for segment in rendered),
        timings=total_timings(one.timings for one in rendered if one.source == "run"),
        parameters=kept and kept.parameters,
        segments=strip(rendered, planned, run),
        run=run,
    )

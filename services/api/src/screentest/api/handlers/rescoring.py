"""Scores given anew, by the scene type's limits of today: asked for, and kept.

Must never touch a run or a scene's status: what was released, or halted, went by the first verdict.
"""

from collections.abc import Sequence

from screentest.api.domain.rescoring import Rescore, Scored
from screentest.api.domain.users import User
from screentest.api.problems.catalogue import SceneTypeNotFound, UnknownReference
from screentest.api.problems.shots import NotScored, ShotNotFound
from screentest.api.schemas.scene_types import SceneType
from screentest.api.store import audit, changes, progress, rescoring, scene_types
from screentest.common import outbox
from screentest.common.db import Tx
from screentest.common.events import QAPolicy, QAScored, RescoreRequested
from screentest.common.ids import new_id


async def rescore_scene_type(
    tx: Tx, user: User, scene_type_id: int, shot_ids: Sequence[int] | None
) -> Rescore:
    """Ask qa to judge the type's test shots and segments again, or only the test shots named.

    Raises:
        SceneTypeNotFound: there is no such type.
        UnknownReference: a test shot does not exist, or is of another type.
    """
    scene_type = await _existing(tx, scene_type_id)
    unscored: list[int] = []
    if shot_ids is None:
        found = await rescoring.scored_of_type(tx, scene_type_id)
    else:
        found, unscored = await _named(tx, scene_type_id, shot_ids)
    await _ask(tx, found, scene_type.qa)
    asked = Rescore(requested=len(found), unscored_shot_ids=unscored)
    after = {
        "requested": asked.requested,
        "limits": scene_type.qa.model_dump(mode="json")["limits"],
    }
    await audit.record(tx, user, "scene-type.rescored", scene_type_id, after=after)
    return asked


async def rescore_shot(tx: Tx, shot_id: int) -> Rescore:
    """Ask qa to judge one test shot again.

    Raises:
        ShotNotFound, NotScored: there is no such shot, or no score of it.
    """
    shots = await rescoring.scored_shots(tx, [shot_id])
    if shot_id not in shots:
        raise ShotNotFound(shot_id)
    scene_type_id, scored = shots[shot_id]
    if scored is None:
        raise NotScored(
            f"Test shot {shot_id} has no score yet, so there is nothing to judge again."
        )
    await _ask(tx, [scored], (await _existing(tx, scene_type_id)).qa)
    return Rescore(requested=1)


async def keep_rescore(event: QAScored, tx: Tx) -> None:
    """Keep a later score of what is kept; of another render, or outdated, it changes nothing.

    Scene, then shot, then live events: everybody locks in this order.
    """
    segments = await rescoring.record_segments(tx, event)
    shot = await progress.lock_shot_of_run(tx, event.run_id)
    is_news = shot is not None and await progress.record_rescore(tx, shot.id, event)
    for scene_id, index in segments:
        await changes.tell_segment(tx, scene_id, index)
    if shot is not None and is_news:
        await changes.tell_shot(tx, shot.id)


async def _named(
    tx: Tx, scene_type_id: int, shot_ids: Sequence[int]
) -> tuple[list[Scored], list[int]]:
    shots = await rescoring.scored_shots(tx, shot_ids)
    found: list[Scored] = []
    unscored: list[int] = []
    for shot_id in dict.fromkeys(shot_ids):
        of_type, scored = shots.get(shot_id, (None, None))
        if of_type != scene_type_id:
            reason = f"test shot {shot_id} is not one of scene type {scene_type_id}"
            raise UnknownReference("shot_ids", reason)
        if scored is None:
            unscored.append(shot_id)
        else:
            found.append(scored)
    return found, unscored


async def _ask(tx: Tx, found: Sequence[Scored], qa: QAPolicy) -> None:
    rescore_id = new_id()
    events = [
        RescoreRequested(
            rescore_id=rescore_id,
            run_id=one.run_id,
            segment=one.segment,
            render_id=one.render_id,
            qa=qa,
        )
        for one in found
    ]
    if events:
        await outbox.add_all(tx, events)


async def _existing(tx: Tx, scene_type_id: int) -> SceneType:
    found = await scene_types.scene_type(tx, scene_type_id)
    if found is None:
        raise SceneTypeNotFound(scene_type_id)
    return found

"""Test shots: asked for, cancelled, deleted."""

from screentest.api.domain.catalogue import Overrides
from screentest.api.domain.planning import Plan, PlanError, plan
from screentest.api.domain.shots import TERMINAL, ShotStatus
from screentest.api.domain.users import User
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.asking import ask, check_owner, draw_seed, problem_of
from screentest.api.problems.catalogue import CharacterNotFound, SceneTypeNotFound
from screentest.api.problems.shots import ShotFinished, ShotInUse, ShotNotFound, ShotRunning
from screentest.api.store import audit, changes, planning, progress, promotions, shots
from screentest.api.store.planning import SceneFacts
from screentest.common import outbox
from screentest.common.db import Connection, Tx
from screentest.common.events import ShotCancelled
from screentest.common.ids import new_id


async def request_shot(
    tx: Tx,
    user: User,
    *,
    admission: Admission,
    scene_type_id: int,
    character_id: int,
    overrides: Overrides,
    scene: SceneFacts | None = None,
    fresh: bool = False,
) -> int:
    """Ask for one test shot; returns its id. ``fresh``: even if it has been rendered.

    Raises:
        SceneTypeNotFound, CharacterNotFound: there is no such thing.
        NoWorkerCanRender: every live worker lacks something for it.
        BudgetExceeded: it would cost more than is left today.
        Problem: nothing can be rendered with these parameters.
    """
    planned = await plan_shot(
        tx,
        scene_type_id=scene_type_id,
        character_id=character_id,
        overrides=overrides,
        scene=scene,
    )
    shot = shots.NewShot(
        run_id=new_id(),
        plan=planned,
        created_by_id=user.id,
        scene_id=scene.id if scene else None,
        fresh=fresh,
    )
    (shot_id,) = await ask(tx, user, [shot], admission)
    await changes.tell_shot(tx, shot_id)
    return shot_id


async def plan_shot(
    connection: Connection,
    *,
    scene_type_id: int,
    character_id: int,
    overrides: Overrides,
    scene: SceneFacts | None = None,
) -> Plan:
    """What a test shot would render; nothing is asked for.

    Raises:
        SceneTypeNotFound, CharacterNotFound: there is no such thing.
        Problem: nothing can be rendered with these parameters.
    """
    found = await planning.load_scene_type(connection, scene_type_id)
    if found is None:
        raise SceneTypeNotFound(scene_type_id)
    characters = await planning.load_characters(
        connection, [character_id], source_image_id=scene.source_image_id if scene else None
    )
    if character_id not in characters:
        raise CharacterNotFound(character_id)
    workflow, scene_type = found
    try:
        return plan(
            workflow, scene_type, characters[character_id], overrides, random_seed=draw_seed()
        )
    except PlanError as error:
        raise problem_of(error) from error


async def cancel_shot(tx: Tx, user: User, shot_id: int) -> None:
    """Ask the dispatcher to end a test shot; asking again changes nothing.

    One that is rendered ends at once: its run has ended, and nobody but qa would end the shot.

    Raises:
        ShotNotFound, NotYours, ShotFinished: there is nothing to cancel, or not for this user.
    """
    shot = await shots.lock_shot(tx, shot_id)
    if shot is None:
        raise ShotNotFound(shot_id)
    check_owner(user, shot.created_by_id, f"Test shot {shot_id}")
    if shot.status in TERMINAL:
        raise ShotFinished(f"Test shot {shot_id} is {shot.status}: there is nothing to cancel.")
    is_rendered = shot.status is ShotStatus.RENDERED
    if shot.cancel_requested and not is_rendered:
        return
    await shots.mark_cancel_requested(tx, shot_id)
    if is_rendered:
        await progress.set_status(tx, shot_id, ShotStatus.CANCELLED)
    # Where the dispatcher called the render back that we have, its run goes on.
    await outbox.add(tx, ShotCancelled(run_id=shot.run_id, by=user.id))
    await audit.record(tx, user, "test-shot.cancelled", shot_id, before={"status": shot.status})
    await changes.tell_shot(tx, shot_id)


async def delete_shot(tx: Tx, user: User, shot_id: int) -> None:
    """Remove a test shot that has ended. Its files stay: an identical recipe may use them.

    Raises:
        ShotNotFound, NotYours: there is no such shot, or not for this user.
        ShotRunning: it has to be cancelled first, so that nothing is rendered for nobody.
        ShotInUse: it is, or is about to be, segment 001 of a scene.
    """
    shot = await shots.lock_shot(tx, shot_id)
    if shot is None:
        raise ShotNotFound(shot_id)
    check_owner(user, shot.created_by_id, f"Test shot {shot_id}")
    if shot.status not in TERMINAL:
        raise ShotRunning(
            f"Test shot {shot_id} is {shot.status}: "
            f"POST /api/test-shots/{shot_id}/cancel first, and delete it once it is cancelled."
        )
    if shot.is_promoted or await promotions.promotion_in_progress(tx, shot_id=shot_id):
        raise ShotInUse(f"Test shot {shot_id} is the origin of a scene's segment 001 and stays.")
    await shots.delete_shot(tx, shot_id)
    before = {"status": shot.status, "run_id": str(shot.run_id), "by_id": shot.created_by_id}
    await audit.record(tx, user, "test-shot.deleted", shot_id, before=before)
    await changes.tell_shot_deleted(tx, shot_id)

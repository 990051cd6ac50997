"""Promotions: a test shot becomes segment 001 of a scene, once."""

from uuid import UUID

from screentest.api.domain.savings import Cause
from screentest.api.domain.shots import ShotStatus
from screentest.api.domain.users import User
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.problems.chains import SceneRunning
from screentest.api.problems.promotions import (
    AlreadyPromoted,
    PromotionInProgress,
    SceneDoesNotMatch,
    SceneHasSegment001,
    ShotNotFinished,
)
from screentest.api.problems.shots import ShotNotFound
from screentest.api.store import audit, chains, changes, planning, promotions, runs, shots
from screentest.api.store.planning import SceneFacts
from screentest.api.store.savings import add_saving
from screentest.api.store.shots import LockedShot
from screentest.common import outbox
from screentest.common.db import Tx
from screentest.common.events import PromotionRejected, PromotionRequested, ShotPromoted
from screentest.common.ids import new_id


async def request_promotion(tx: Tx, user: User, *, shot_id: int, scene_id: int) -> UUID:
    """Ask for a promotion; returns its id.

    Scene, then shot: everybody locks in this order.

    Raises:
        ShotNotFound, SceneNotFound: there is no such thing.
        Problem: a 409 that says what is in the way.
    """
    scene = await planning.lock_scene(tx, scene_id)
    shot = await shots.lock_shot(tx, shot_id)
    if shot is None:
        raise ShotNotFound(shot_id)
    if scene is None:
        raise SceneNotFound(scene_id)
    await _check_shot(tx, shot)
    await _check_scene(tx, scene, shot)

    promotion_id = new_id()
    await promotions.add_promotion(
        tx, promotion_id, shot_id=shot_id, scene_id=scene_id, requested_by_id=user.id
    )
    await outbox.add(
        tx,
        PromotionRequested(
            promotion_id=promotion_id,
            test_shot_id=shot_id,
            scene_id=scene_id,
            requested_by=user.id,
            artefacts=shot.artefacts,
            clip=shot.clip,
            recipe=await shots.fetch_recipe(tx, shot_id),
            gpu_seconds=shot.gpu_seconds,
            supersedes=await promotions.latest_superseded(tx, shot_id),
        ),
    )
    after = {"promotion_id": str(promotion_id), "scene_id": scene_id}
    await audit.record(tx, user, "test-shot.promoted", shot_id, after=after)
    await changes.tell_promotion(tx, promotion_id)
    return promotion_id


async def _check_shot(tx: Tx, shot: LockedShot) -> None:
    if shot.status is not ShotStatus.SCORED:
        raise ShotNotFinished(
            f"Test shot {shot.id} is {shot.status}: only one that is scored can be promoted."
        )
    if shot.is_promoted:
        raise AlreadyPromoted(f"Test shot {shot.id} is segment 001 of a scene already.")
    if promotion_id := await promotions.promotion_in_progress(tx, shot_id=shot.id):
        raise PromotionInProgress(
            f"Test shot {shot.id} is being promoted: see /api/promotions/{promotion_id}.",
            promotion_id=str(promotion_id),
        )


async def _check_scene(tx: Tx, scene: SceneFacts, shot: LockedShot) -> None:
    if scene.scene_type_id != shot.scene_type_id:
        raise SceneDoesNotMatch(
            f'Test shot {shot.id} and scene "{scene.name}" are of different scene types '
            f"({shot.scene_type_id} and {scene.scene_type_id}): choose a scene of the shot's."
        )
    if scene.character_id != shot.character_id:
        raise SceneDoesNotMatch(
            f'Test shot {shot.id} and scene "{scene.name}" show different characters '
            f"({shot.character_id} and {scene.character_id}): choose a scene of the shot's."
        )
    if await chains.is_rendered(tx, scene.id, 1):
        raise SceneHasSegment001(
            f'Scene "{scene.name}" has a segment 001 already: promote into another scene.'
        )
    if await runs.fetch_live_run(tx, scene.id):
        raise SceneRunning(
            f'Scene "{scene.name}" is being generated: '
            f"POST /api/scenes/{scene.id}/cancel first, or promote into another scene."
        )
    if promotion_id := await promotions.promotion_in_progress(tx, scene_id=scene.id):
        raise PromotionInProgress(
            f'A test shot is being promoted into scene "{scene.name}": '
            f"see /api/promotions/{promotion_id}.",
            promotion_id=str(promotion_id),
        )


async def on_shot_promoted(event: ShotPromoted, tx: Tx) -> None:
    """The copy is proven: the shot is segment 1 of the scene, whose chain keeps to its recipe."""
    await planning.lock_scene(tx, event.scene_id)
    await shots.lock_shot(tx, event.test_shot_id)
    if not await promotions.record_done(tx, event):
        return
    await add_saving(tx, Cause.PROMOTION, event.promotion_id, event.gpu_seconds_saved)
    await promotions.mark_shot_promoted(tx, event.test_shot_id, event.scene_id)
    await promotions.adopt_recipe(tx, event)
    await chains.record_promotion(tx, event)
    await changes.tell_shot(tx, event.test_shot_id)
    await changes.tell_segment(tx, event.scene_id, 1)
    await changes.tell_promotion(tx, event.promotion_id)


async def on_promotion_rejected(event: PromotionRejected, tx: Tx) -> None:
    """Nothing was promoted; shot and scene are free for another try."""
    if await promotions.record_rejection(tx, event):
        await changes.tell_promotion(tx, event.promotion_id)

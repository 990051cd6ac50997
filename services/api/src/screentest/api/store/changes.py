"""Live events made of the rows that changed, read inside the transaction that changed them."""

from collections.abc import Sequence
from uuid import UUID

from screentest.api.store.live_events import LiveEvent, append
from screentest.api.store.reviews import REVIEW_JSON
from screentest.common.db import Tx

_SHOT = f"""
select jsonb_build_object(
    'id', id, 'status', status, 'scene_id', scene_id, 'batch_id', batch_id, 'run_id', run_id,
    'quality_score', quality_score, 'verdict', verdict, 'gpu_seconds', gpu_seconds,
    'duration_secs', duration_secs, 'poster_path', poster_path,
    'output_video_path', output_video_path, 'is_promoted', is_promoted,
    'promoted_to_scene_id', promoted_to_scene_id, 'failure', failure,
    'cancel_requested_at', cancel_requested_at, 'worker', worker,
    'review', {REVIEW_JSON})
from test_shots left join reviews v on v.test_shot_id = id where id = $1
"""  # noqa: S608 - constants


_SHOTS = _SHOT.replace("where id = $1", "where id = any($1::bigint[]) order by id")


async def tell_shot(tx: Tx, shot_id: int) -> None:
    """``test-shot.changed``: how a test shot is now."""
    await append(tx, [LiveEvent(type="test-shot.changed", data=await tx.fetchval(_SHOT, shot_id))])


async def tell_shot_deleted(tx: Tx, shot_id: int) -> None:
    """``test-shot.deleted``: a test shot is gone."""
    await append(tx, [LiveEvent(type="test-shot.deleted", data={"id": shot_id})])


async def tell_batch(tx: Tx, batch_id: int, shot_ids: list[int]) -> None:
    """``batch.created``: many test shots at once."""
    data = {"id": batch_id, "test_shot_ids": shot_ids}
    await append(tx, [LiveEvent(type="batch.created", data=data)])


async def tell_comparison(tx: Tx, comparison_id: int, shot_ids: Sequence[int]) -> None:
    """``comparison.created``: two test shots side by side."""
    data = {"id": comparison_id, "test_shot_ids": list(shot_ids)}
    await append(tx, [LiveEvent(type="comparison.created", data=data)])


_BATCH = """
select jsonb_build_object(
    'id', id, 'name', name, 'priority', priority, 'paused_at', paused_at, 'cells', cells)
from batches where id = $1
"""


async def tell_batch_changed(tx: Tx, batch_id: int, shot_ids: Sequence[int] = ()) -> None:
    """``batch.changed``: how a batch is now, and test shots of it that are new or changed."""
    data = await tx.fetchval(_BATCH, batch_id) | {"test_shot_ids": list(shot_ids)}
    shots = [row[0] for row in await tx.fetch(_SHOTS, list(shot_ids))]
    events = [LiveEvent(type="test-shot.changed", data=shot) for shot in shots]
    await append(tx, [*events, LiveEvent(type="batch.changed", data=data)])


async def tell_presets(tx: Tx, scene_type_id: int) -> None:
    """``presets.changed``: a scene type has presets that it had not, or not as they are."""
    await append(tx, [LiveEvent(type="presets.changed", data={"scene_type_id": scene_type_id})])


_LANE = """
select jsonb_build_object('lane', lane, 'paused_at', paused_at) from lanes where lane = $1
"""


async def tell_lane(tx: Tx, lane: str) -> None:
    """``lane.changed``: a lane was paused or resumed."""
    await append(tx, [LiveEvent(type="lane.changed", data=await tx.fetchval(_LANE, lane))])


_SEGMENT = """
select jsonb_build_object(
    'scene_id', scene_id, 'index', index, 'source', source, 'run_id', run_id,
    'test_shot_id', test_shot_id, 'quality_score', quality_score, 'verdict', verdict,
    'gpu_seconds', gpu_seconds, 'artefacts', artefacts)
from scene_segments where scene_id = $1 and index = $2
"""


async def tell_segment(tx: Tx, scene_id: int, index: int) -> None:
    """``scene.segment-changed``: a segment of a scene was rendered, promoted or scored."""
    data = await tx.fetchval(_SEGMENT, scene_id, index)
    await append(tx, [LiveEvent(type="scene.segment-changed", data=data)])


_RUN = """
select jsonb_build_object(
    'run_id', run_id, 'scene_id', scene_id, 'status', status, 'first_segment', first_segment,
    'last_segment', last_segment, 'failure', failure, 'cancel_requested_at', cancel_requested_at)
from scene_runs where run_id = $1
"""


async def tell_run(tx: Tx, run_id: UUID) -> None:
    """``scene.run-changed``: a scene's chain began, failed an attempt, or ended."""
    await append(tx, [LiveEvent(type="scene.run-changed", data=await tx.fetchval(_RUN, run_id))])


_PROMOTION = """
select jsonb_build_object(
    'id', id, 'test_shot_id', test_shot_id, 'scene_id', scene_id, 'status', status,
    'code', code, 'message', message)
from promotions where id = $1
"""


async def tell_promotion(tx: Tx, promotion_id: UUID) -> None:
    """``promotion.changed``: a promotion was asked for, is done, or was rejected."""
    data = await tx.fetchval(_PROMOTION, promotion_id)
    await append(tx, [LiveEvent(type="promotion.changed", data=data)])


_WORKER = """
select jsonb_build_object(
    'name', name, 'renderer', renderer, 'device', device, 'slots', slots, 'busy_with', busy_with,
    'draining', draining, 'drain_requested', drain_requested, 'last_seen_at', last_seen_at)
from workers where name = $1
"""


async def tell_worker(tx: Tx, name: str) -> None:
    """``worker.changed``: a worker appeared, took or ended a render, or drains."""
    await append(tx, [LiveEvent(type="worker.changed", data=await tx.fetchval(_WORKER, name))])

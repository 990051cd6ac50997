"""Promotions: who becomes segment 001 of what, and the proof of it."""

from uuid import UUID

from screentest.api.domain.promotions import Promotion
from screentest.api.store import rows
from screentest.common.db import Connection, Tx
from screentest.common.events import PromotionRejected, ShotPromoted

_ADD = """
insert into promotions (id, test_shot_id, scene_id, requested_by_id) values ($1, $2, $3, $4)
"""


async def add_promotion(
    tx: Tx, promotion_id: UUID, *, shot_id: int, scene_id: int, requested_by_id: int
) -> None:
    """Remember that a promotion was asked for."""
    await tx.execute(_ADD, promotion_id, shot_id, scene_id, requested_by_id)


_ONE = """
select id, test_shot_id, scene_id, status, requested_by_id, code, message, sha256_before,
    sha256_after, gpu_seconds_saved, seconds, created_at, finished_at
from promotions where id = $1
"""


async def fetch_promotion(connection: Connection, promotion_id: UUID) -> Promotion | None:
    """One promotion, or None."""
    row = await rows.first(connection, _ONE, promotion_id)
    return Promotion.model_validate(row) if row else None


_IN_PROGRESS = """
select id from promotions
where status = 'requested' and (test_shot_id = $1 or scene_id = $2) limit 1
"""


async def promotion_in_progress(
    tx: Tx, *, shot_id: int | None = None, scene_id: int | None = None
) -> UUID | None:
    """The promotion of that shot, or into that scene, that has no outcome yet."""
    found: UUID | None = await tx.fetchval(_IN_PROGRESS, shot_id, scene_id)
    return found


_FINISH = """
update promotions set status = 'done', sha256_before = $2, sha256_after = $3,
    gpu_seconds_saved = $4, seconds = $5, finished_at = now()
where id = $1 and status = 'requested' returning true
"""


async def record_done(tx: Tx, event: ShotPromoted) -> bool:
    """Keep the proof; False when the promotion has its outcome already, or was deleted."""
    return bool(
        await tx.fetchval(
            _FINISH,
            event.promotion_id,
            event.sha256_before,
            event.sha256_after,
            event.gpu_seconds_saved,
            event.seconds,
        )
    )


_REJECT = """
update promotions set status = 'rejected', code = $2, message = $3, finished_at = now()
where id = $1 and status = 'requested' returning true
"""


async def record_rejection(tx: Tx, event: PromotionRejected) -> bool:
    """Keep the reason; False when the promotion has its outcome already, or was deleted."""
    return bool(await tx.fetchval(_REJECT, event.promotion_id, event.code, event.message))


_MARK_SHOT = """
update test_shots set is_promoted = true, promoted_to_scene_id = $2 where id = $1
"""


async def mark_shot_promoted(tx: Tx, shot_id: int, scene_id: int) -> None:
    """The shot is segment 001 of the scene."""
    await tx.execute(_MARK_SHOT, shot_id, scene_id)


_SUPERSEDE = """
update promotions set status = 'superseded'
where scene_id = $1 and test_shot_id = $2 and status = 'done'
"""

_UNMARK_SHOT = """
update test_shots set is_promoted = false, promoted_to_scene_id = null where id = $1
"""


async def supersede(tx: Tx, scene_id: int, shot_id: int) -> None:
    """The shot is no segment 001 any more: it may be promoted elsewhere, or deleted."""
    await tx.execute(_SUPERSEDE, scene_id, shot_id)
    await tx.execute(_UNMARK_SHOT, shot_id)


_SUPERSEDED = """
select id from promotions where test_shot_id = $1 and status = 'superseded'
order by finished_at desc limit 1
"""


async def latest_superseded(tx: Tx, shot_id: int) -> UUID | None:
    """The promotion that made the shot a segment 001 which was replaced; None without one."""
    found: UUID | None = await tx.fetchval(_SUPERSEDED, shot_id)
    return found


_ADOPT_RECIPE = """
insert into scene_recipes (scene_id, recipe, parameters, recipe_hash, test_shot_id)
select $2, $3, parameters, recipe_hash, id from test_shots where id = $1
on conflict (scene_id) do update set recipe = excluded.recipe, parameters = excluded.parameters,
    recipe_hash = excluded.recipe_hash, test_shot_id = excluded.test_shot_id, created_at = now()
"""


async def adopt_recipe(tx: Tx, event: ShotPromoted) -> None:
    """The scene goes on with the promoted shot's recipe."""
    recipe = event.recipe.model_dump(mode="json")
    await tx.execute(_ADOPT_RECIPE, event.test_shot_id, event.scene_id, recipe)

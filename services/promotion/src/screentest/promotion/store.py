"""All SQL of the promotion service."""

from uuid import UUID

from screentest.common.db import Connection, Tx
from screentest.common.events import PromotionRequested, ShotPromoted

_CLAIM = """
insert into promotions (promotion_id, test_shot_id, scene_id) values ($1, $2, $3)
on conflict do nothing
"""

_CLAIMS = """
select promotion_id, test_shot_id = $2 as by_shot from promotions
where promotion_id = $1 or test_shot_id = $2 or scene_id = $3
order by promotion_id = $1 desc, test_shot_id = $2 desc limit 1
"""

_SUPERSEDE = "delete from promotions where promotion_id = $1 and test_shot_id = $2"

_COMPLETE = """
update promotions set promoted_at = now(), sha256 = $2
where promotion_id = $1 and promoted_at is null
"""

_ABANDON = "delete from promotions where promotion_id = $1 and promoted_at is null"


async def claim(connection: Connection, request: PromotionRequested) -> str | None:
    """Claim shot and scene for this promotion; returns what forestalled it: shot, scene or None.

    A claim of its own, made before a crash, is found again and goes on. The claim of a promotion
    that it supersedes is given up.
    """
    await connection.execute(_SUPERSEDE, request.supersedes, request.test_shot_id)
    facts = (request.promotion_id, request.test_shot_id, request.scene_id)
    await connection.execute(_CLAIM, *facts)
    holder = await connection.fetchrow(_CLAIMS, *facts)
    if holder is None or holder["promotion_id"] == request.promotion_id:
        return None
    return "shot" if holder["by_shot"] else "scene"


async def complete(tx: Tx, promotion: ShotPromoted) -> None:
    """The claim is a promotion."""
    await tx.execute(_COMPLETE, promotion.promotion_id, promotion.sha256_after)


async def abandon(tx: Tx, promotion_id: UUID) -> None:
    """Free the shot and the scene of a promotion that was refused."""
    await tx.execute(_ABANDON, promotion_id)

"""Promoted chains: segment 1 of scenes that a test shot became."""

from screentest.common.db import Tx
from screentest.common.events import ClipFacts, SegmentArtefacts
from screentest.common.recipes import RunRecipe
from screentest.dispatcher.domain.plan import PromotedChain

_ADD = """
insert into promoted_chains (scene_id, promotion_id, artefacts, clip, recipe)
values ($1, $2, $3, $4, $5)
on conflict do nothing
returning true
"""


async def add_chain(tx: Tx, chain: PromotedChain) -> bool:
    """Store a promotion; False when the scene has one, which then stays."""
    added = await tx.fetchval(
        _ADD,
        chain.scene_id,
        chain.promotion_id,
        chain.artefacts.model_dump(mode="json"),
        chain.clip.model_dump(mode="json"),
        chain.recipe.model_dump(mode="json"),
    )
    return bool(added)


_FIND = "select promotion_id, artefacts, clip, recipe from promoted_chains where scene_id = $1"


async def find_chain(tx: Tx, scene_id: int) -> PromotedChain | None:
    """What is known of segment 1 of the scene; None when nothing was promoted into it."""
    row = await tx.fetchrow(_FIND, scene_id)
    if row is None:
        return None
    return PromotedChain(
        scene_id=scene_id,
        promotion_id=row["promotion_id"],
        artefacts=SegmentArtefacts.model_validate(row["artefacts"]),
        clip=ClipFacts.model_validate(row["clip"]),
        recipe=RunRecipe.model_validate(row["recipe"]),
    )

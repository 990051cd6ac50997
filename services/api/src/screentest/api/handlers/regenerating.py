"""Scenes made anew from one of their segments on: those behind it stay until they are replaced."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from screentest.api.domain.catalogue import Overrides
from screentest.api.domain.chains import Segment, unbroken
from screentest.api.domain.segment_counts import last_segment
from screentest.api.domain.users import User
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.beginning import Link, begin, check_incomplete, lock_free_scene
from screentest.api.handlers.chain_recipes import begun_anew, revised, scene_type_of, workflow_of
from screentest.api.problems.chains import SegmentNotMade, SegmentPromoted
from screentest.api.store import audit, chains, changes
from screentest.api.store.chains import ChainRecipe
from screentest.api.store.planning import SceneFacts
from screentest.common.db import Tx
from screentest.common.ids import new_id


async def regenerate(
    tx: Tx,
    user: User,
    scene_id: int,
    *,
    admission: Admission,
    from_segment: int,
    overrides: Overrides,
    replace_promoted: bool,
    fresh: bool = False,
    accept_failed: bool = False,
) -> UUID:
    """Ask for a segment anew, and for all that follow from it; returns the run.

    ``fresh``: render even those that have been rendered elsewhere.
    Without a seed of its own it draws one: the same seed would give the same pixels.

    Raises:
        SceneNotFound: there is no such scene.
        SegmentNotMade: the scene does not have that segment, or one before it is out of date.
        SegmentPromoted: segment 1 is a promoted test shot and was not said to be replaced.
        SceneComplete: those before it last as long as the scene is to be.
        Problem: a 409 that says what is in the way, or a 422 of planning.
    """
    scene = await lock_free_scene(tx, scene_id)
    rendered = await chains.fetch_segments(tx, scene_id)
    kept = kept_before(scene, rendered, from_segment)
    if from_segment == 1 and not replace_promoted:
        _check_promoted(scene, rendered[0])
    if overrides.seed is None:
        overrides = replace(overrides, seed="random")
    chain = await _recipe(tx, scene, kept, overrides)
    workflow, scene_type = await scene_type_of(tx, scene)
    last = last_segment(scene_type, chain.parameters, len(kept))
    check_incomplete(scene, scene_type, kept, last)
    link = Link(
        run_id=new_id(),
        scene=scene,
        workflow=await workflow_of(tx, chain, workflow),
        scene_type=scene_type,
        chain=chain,
        segments=kept,
        fresh=fresh,
        accept_failed=accept_failed,
    )
    stale = await chains.mark_stale(tx, scene_id, from_segment=from_segment, by=link.run_id)
    after = {"run_id": str(link.run_id), "stale_segments": stale}
    await audit.record(tx, user, "scene.regenerated", scene_id, after=after)
    await begin(tx, user, link, admission)
    for index in stale:
        await changes.tell_segment(tx, scene_id, index)
    return link.run_id


def kept_before(scene: SceneFacts, rendered: Sequence[Segment], from_segment: int) -> list[Segment]:
    """The segments that a scene keeps when it is made anew from ``from_segment`` on.

    Raises:
        SegmentNotMade: the scene does not have that one, or one before it is out of date.
    """
    fresh = unbroken(rendered)
    kept = fresh[: from_segment - 1]
    if len(kept) < from_segment - 1 or all(one.index != from_segment for one in rendered):
        raise SegmentNotMade(
            f'Scene "{scene.name}" has {len(fresh)} segments that are up to date: '
            f"it cannot be made anew from segment {from_segment}. "
            f"POST /api/scenes/{scene.id}/generate goes on behind them."
        )
    return kept


def _check_promoted(scene: SceneFacts, first: Segment) -> None:
    if first.source == "promotion":
        raise SegmentPromoted(
            f'Segment 001 of scene "{scene.name}" is test shot {first.test_shot_id}, promoted: '
            "ask with replace_promoted: true to replace it, or regenerate from segment 2."
        )


async def _recipe(
    tx: Tx, scene: SceneFacts, kept: list[Segment], overrides: Overrides
) -> ChainRecipe:
    """With what the chain goes on: its own recipe, changed; from segment 1 the scene type's."""
    was = await chains.fetch_recipe(tx, scene.id) if kept else None
    if was is None:
        chain = await begun_anew(tx, scene, overrides)
    else:
        chain = await revised(tx, scene, was, overrides, last_kept=kept[-1])
    await chains.keep_recipe(tx, scene.id, chain)
    return chain

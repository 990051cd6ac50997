"""Scenes made anew from one of their segments on: those behind it stay until they are replaced."""

from dataclasses import replace
from uuid import UUID

from screentest.api.domain.catalogue import Overrides
from screentest.api.domain.chains import Segment, unbroken
from screentest.api.domain.planning import PlanError
from screentest.api.domain.revision import revise
from screentest.api.domain.users import User
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.asking import draw_seed, problem_of
from screentest.api.handlers.beginning import (
    Link,
    begin,
    character_of,
    check_incomplete,
    last_segment,
    lock_free_scene,
    plan_anew,
    scene_type_of,
    workflow_of,
)
from screentest.api.problems.shots import SegmentNotMade, SegmentPromoted
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
    kept = unbroken(rendered)[: from_segment - 1]
    _check(scene, rendered, kept, from_segment, replace_promoted=replace_promoted)
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


def _check(
    scene: SceneFacts,
    rendered: list[Segment],
    kept: list[Segment],
    from_segment: int,
    *,
    replace_promoted: bool,
) -> None:
    one = next((one for one in rendered if one.index == from_segment), None)
    if one is None or len(kept) < from_segment - 1:
        raise SegmentNotMade(
            f'Scene "{scene.name}" has {len(unbroken(rendered))} segments that are up to date: '
            f"it cannot be made anew from segment {from_segment}. "
            f"POST /api/scenes/{scene.id}/generate goes on behind them."
        )
    if one.index == 1 and one.source == "promotion" and not replace_promoted:
        raise SegmentPromoted(
            f'Segment 001 of scene "{scene.name}" is test shot {one.test_shot_id}, promoted: '
            "ask with replace_promoted: true to replace it, or regenerate from segment 2."
        )


async def _recipe(
    tx: Tx, scene: SceneFacts, kept: list[Segment], overrides: Overrides
) -> ChainRecipe:
    """With what the chain goes on: its own recipe, changed; from segment 1 the scene type's."""
    was = await chains.fetch_recipe(tx, scene.id) if kept else None
    if was is None:
        return await plan_anew(tx, scene, overrides)
    workflow, scene_type = await scene_type_of(tx, scene)
    character = await character_of(tx, scene)
    if character.seed_image is None:
        # Nothing is begun with it; planning wants one all the same.
        begun_with = chains.kept_files(kept[-1])[0].last_frame
        character = replace(character, seed_image=begun_with)
    try:
        planned = revise(
            was.recipe,
            was.parameters,
            overrides,
            workflow=await workflow_of(tx, was, workflow),
            scene_type=scene_type,
            character=character,
            random_seed=draw_seed(),
        )
    except PlanError as error:
        raise problem_of(error) from error
    begun_with_sha256 = was.parameters["seed_image_sha256"]
    chain = ChainRecipe(
        recipe=planned.recipe,
        parameters={**planned.parameters, "seed_image_sha256": begun_with_sha256},
        recipe_hash=planned.recipe_hash,
    )
    await chains.keep_recipe(tx, scene.id, chain)
    return chain

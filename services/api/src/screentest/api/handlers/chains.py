"""Scenes: generated from where they stand, cancelled, shown."""

from uuid import UUID

from screentest.api.domain.chains import Chain, Segment, strip, total_duration_s, unbroken
from screentest.api.domain.estimates import RenderShape
from screentest.api.domain.needs import needs_of
from screentest.api.domain.planning import (
    Overrides,
    PlanError,
    SceneType,
    Workflow,
    plan,
    segments_for,
    usual_segments,
)
from screentest.api.domain.users import User
from screentest.api.handlers.asking import check_owner, draw_seed, problem_of
from screentest.api.handlers.costs import Asked, ask_for
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.problems.shots import (
    BeyondScene,
    PromotionInProgress,
    SceneComplete,
    SceneNotRunning,
    SceneRunning,
)
from screentest.api.store import chains, changes, planning, promotions, runs
from screentest.api.store.chains import ChainRecipe
from screentest.api.store.planning import SceneFacts
from screentest.common import outbox
from screentest.common.db import Connection, Tx
from screentest.common.events import Artefact, Lane, RunKind, ShotCancelled, ShotRequested
from screentest.common.ids import new_id
from screentest.common.recipes import Position


async def generate(
    tx: Tx, user: User, scene_id: int, *, up_to_segment: int | None, fresh: bool = False
) -> UUID:
    """Ask for the segments a scene does not have yet; returns the run.

    ``fresh``: render even those that have been rendered elsewhere.

    Raises:
        SceneNotFound: there is no such scene.
        BeyondScene: the scene is planned to have fewer segments than that.
        BudgetExceeded: it would cost more than is left today.
        Problem: a 409 that says what is in the way, or a 422 of planning.
    """
    scene = await planning.lock_scene(tx, scene_id)
    if scene is None:
        raise SceneNotFound(scene_id)
    await _check_free(tx, scene)
    _, scene_type = await _scene_type(tx, scene)
    segments = unbroken(await chains.fetch_segments(tx, scene_id))
    chain, source_image = await _recipe(tx, scene, has_segments=bool(segments))
    seed_image = chains.kept_files(segments[-1])[0].last_frame if segments else source_image
    assert seed_image is not None, "planning refuses a character without an image"
    planned = segments_for(scene_type.target_duration_s, chain.parameters["segment_duration_s"])
    last = _last_segment(scene, scene_type, segments, planned, up_to_segment)

    run = ShotRequested(
        run_id=new_id(),
        kind=RunKind.SCENE,
        scene_id=scene_id,
        requested_by=user.id,
        lane=Lane.PRODUCTION,
        recipe=chain.recipe,
        first_segment=len(segments) + 1,
        segments=last,
        planned_segments=planned,
        target_duration_s=scene_type.target_duration_s,
        elapsed_s=total_duration_s(segments),
        seed_image=seed_image,
        qa=scene_type.qa,
        fresh=fresh,
        needs=needs_of(chain.recipe.for_segment(1, Position.FULL, seed_image.sha256)),
    )
    await runs.add_run(tx, run)
    await runs.show_scene_status(tx, scene_id, "generating")
    await ask_for(tx, user, [Asked(run=run, shape=RenderShape.of(chain.parameters))])
    await changes.tell_run(tx, run.run_id)
    return run.run_id


async def _check_free(tx: Tx, scene: SceneFacts) -> None:
    if await runs.fetch_live_run(tx, scene.id):
        raise SceneRunning(
            f'Scene "{scene.name}" is being generated: wait for it, '
            f"or POST /api/scenes/{scene.id}/cancel first."
        )
    if promotion_id := await promotions.promotion_in_progress(tx, scene_id=scene.id):
        raise PromotionInProgress(
            f'A test shot is being promoted into scene "{scene.name}": '
            f"wait for /api/promotions/{promotion_id}.",
            promotion_id=str(promotion_id),
        )


async def _scene_type(connection: Connection, scene: SceneFacts) -> tuple[Workflow, SceneType]:
    found = await planning.load_scene_type(connection, scene.scene_type_id)
    assert found is not None, "a scene type that has scenes cannot be deleted"
    return found


async def _recipe(
    tx: Tx, scene: SceneFacts, *, has_segments: bool
) -> tuple[ChainRecipe, Artefact | None]:
    """With what the chain goes on, and the source image when it begins.

    A chain that has segments keeps to the recipe they were made with.
    """
    if has_segments and (kept := await chains.fetch_recipe(tx, scene.id)):
        return kept, None
    workflow, scene_type = await _scene_type(tx, scene)
    characters = await planning.load_characters(
        tx, [scene.character_id], source_image_id=scene.source_image_id
    )
    try:
        planned = plan(
            workflow,
            scene_type,
            characters[scene.character_id],
            Overrides(),
            random_seed=draw_seed(),
        )
    except PlanError as error:
        raise problem_of(error) from error
    chain = ChainRecipe(
        recipe=planned.recipe, parameters=planned.parameters, recipe_hash=planned.recipe_hash
    )
    await chains.keep_recipe(tx, scene.id, chain)
    return chain, planned.seed_image


def _last_segment(
    scene: SceneFacts,
    scene_type: SceneType,
    segments: list[Segment],
    planned: int,
    up_to_segment: int | None,
) -> int:
    if up_to_segment is not None and up_to_segment > planned:
        raise BeyondScene(
            f'Scene "{scene.name}" is planned to have {planned} segments '
            f"({scene_type.target_duration_s:g} s): ask for at most {planned}, or make the target "
            f'duration of scene type "{scene_type.name}" longer.',
            planned_segments=planned,
        )
    last = up_to_segment or planned
    done_s = total_duration_s(segments)
    if last <= len(segments) or done_s >= scene_type.target_duration_s:
        raise SceneComplete(
            f'Scene "{scene.name}" has {len(segments)} segments, {done_s:g} s: nothing of what is '
            "asked for is missing."
        )
    return last


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
    await changes.tell_run(tx, live.run_id)


async def chain_of(connection: Connection, scene_id: int) -> Chain | None:
    """The strip of a scene's segments and how far its latest run is; None without such a scene."""
    scene = await planning.load_scene(connection, scene_id)
    if scene is None:
        return None
    workflow, scene_type = await _scene_type(connection, scene)
    rendered = await chains.fetch_segments(connection, scene_id)
    run = await runs.fetch_latest_run(connection, scene_id)
    kept = await chains.fetch_recipe(connection, scene_id)
    planned = (
        segments_for(scene_type.target_duration_s, kept.parameters["segment_duration_s"])
        if kept and rendered
        else usual_segments(workflow, scene_type)
    )
    return Chain(
        planned_segments=planned,
        rendered_segments=len(rendered),
        duration_s=total_duration_s(unbroken(rendered)),
        gpu_seconds=sum(segment.gpu_seconds or 0 for segment in rendered),
        parameters=kept and kept.parameters,
        segments=strip(rendered, planned, run),
        run=run,
    )

"""How a run of a scene begins: what it goes on from, and what the dispatcher is asked for.

Generating and regenerating differ in what they keep; from there on they are one.
"""

from dataclasses import dataclass
from uuid import UUID

from screentest.api.domain.chains import Segment, total_duration_s
from screentest.api.domain.estimates import RenderShape
from screentest.api.domain.lengths import SegmentLength, most_segments
from screentest.api.domain.needs import needs_of
from screentest.api.domain.planning import (
    Character,
    Overrides,
    PlanError,
    SceneType,
    Workflow,
    plan,
    planned_segments,
)
from screentest.api.domain.users import User
from screentest.api.handlers.asking import draw_seed, problem_of
from screentest.api.handlers.costs import Asked, ask_for
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.problems.shots import BeyondScene, PromotionInProgress, SceneRunning
from screentest.api.store import chains, changes, planning, promotions, runs
from screentest.api.store.chains import ChainRecipe
from screentest.api.store.planning import SceneFacts
from screentest.common.db import Connection, Tx
from screentest.common.events import Artefact, Lane, RunKind, ShotRequested
from screentest.common.recipes import Position


@dataclass(frozen=True, kw_only=True)
class Link:
    """What a run of a scene goes on from."""

    run_id: UUID
    scene: SceneFacts
    workflow: Workflow
    scene_type: SceneType
    chain: ChainRecipe
    #: Those it keeps.
    segments: list[Segment]
    #: None: the whole scene.
    up_to_segment: int | None = None
    #: Render even what has been rendered elsewhere.
    fresh: bool = False


async def begin(tx: Tx, user: User, link: Link) -> None:
    """Ask the dispatcher for the segments behind those that are kept.

    Raises:
        NoSourceImage: none is kept, and the character has no picture to begin with.
        BudgetExceeded: it would cost more than is left today.
    """
    seed_image = await _seed_image(tx, link)
    run = _request(user, link, seed_image)
    await runs.add_run(tx, run)
    await runs.show_scene_status(tx, link.scene.id, "generating")
    shape = RenderShape.of(link.chain.parameters)
    await ask_for(tx, user, [Asked(run=run, shape=shape, recipe_hash=link.chain.recipe_hash)])
    await changes.tell_run(tx, run.run_id)


def _request(user: User, link: Link, seed_image: Artefact) -> ShotRequested:
    scene_type, parameters = link.scene_type, link.chain.parameters
    planned = planned_segments(scene_type, parameters["segment_duration_s"])
    most = most_segments(
        planned,
        SegmentLength(
            duration_s=parameters["segment_duration_s"], frames=parameters["values"].get("frames")
        ),
        scene_type.boundary,
        target_duration_s=scene_type.target_duration_s,
        tolerance_s=scene_type.duration_tolerance_s,
    )
    return ShotRequested(
        run_id=link.run_id,
        kind=RunKind.SCENE,
        scene_id=link.scene.id,
        requested_by=user.id,
        lane=Lane.PRODUCTION,
        recipe=link.chain.recipe,
        first_segment=len(link.segments) + 1,
        segments=link.up_to_segment or max(most, len(link.segments) + 1),
        planned_segments=planned,
        target_duration_s=scene_type.target_duration_s,
        tolerance_s=scene_type.duration_tolerance_s,
        elapsed_s=total_duration_s(link.segments),
        seed_image=seed_image,
        boundary=scene_type.boundary,
        frame_rule=link.workflow.frame_rule,
        follows_promotion=link.chain.test_shot_id is not None,
        qa=scene_type.qa,
        fresh=link.fresh,
        needs=needs_of(link.chain.recipe.for_segment(1, Position.FULL, seed_image.sha256)),
    )


async def _seed_image(tx: Tx, link: Link) -> Artefact:
    if link.segments:
        return chains.kept_files(link.segments[-1])[0].last_frame
    character = await character_of(tx, link.scene)
    if character.seed_image is None:
        problem = f'character "{character.name}" has no source image: upload one to begin with'
        raise problem_of(PlanError("no-source-image", [problem]))
    return character.seed_image


async def lock_free_scene(tx: Tx, scene_id: int) -> SceneFacts:
    """Be the only one who decides about a scene that nothing is being made of.

    Raises:
        SceneNotFound: there is no such scene.
        SceneRunning, PromotionInProgress: something is.
    """
    scene = await planning.lock_scene(tx, scene_id)
    if scene is None:
        raise SceneNotFound(scene_id)
    await _check_free(tx, scene)
    return scene


async def character_of(connection: Connection, scene: SceneFacts) -> Character:
    """The scene's character, with the picture the scene begins with."""
    found = await planning.load_characters(
        connection, [scene.character_id], source_image_id=scene.source_image_id
    )
    return found[scene.character_id]


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


async def scene_type_of(connection: Connection, scene: SceneFacts) -> tuple[Workflow, SceneType]:
    """What every scene of its type has in common."""
    found = await planning.load_scene_type(connection, scene.scene_type_id)
    assert found is not None, "a scene type that has scenes cannot be deleted"
    return found


async def plan_anew(tx: Tx, scene: SceneFacts, overrides: Overrides) -> ChainRecipe:
    """Begin the chain with the recipe of its scene type, changed.

    Raises:
        Problem: a 422 that says what cannot be rendered.
    """
    workflow, scene_type = await scene_type_of(tx, scene)
    character = await character_of(tx, scene)
    try:
        planned = plan(workflow, scene_type, character, overrides, random_seed=draw_seed())
    except PlanError as error:
        raise problem_of(error) from error
    chain = ChainRecipe(
        recipe=planned.recipe, parameters=planned.parameters, recipe_hash=planned.recipe_hash
    )
    await chains.keep_recipe(tx, scene.id, chain)
    return chain


def check_reach(
    scene: SceneFacts, scene_type: SceneType, planned: int, up_to_segment: int | None
) -> None:
    """See that no more is asked for than is planned.

    Raises:
        BeyondScene: it is.
    """
    if up_to_segment is not None and up_to_segment > planned:
        raise BeyondScene(
            f'Scene "{scene.name}" is planned to have {planned} segments '
            f"({scene_type.target_duration_s:g} s): ask for at most {planned}, or make the target "
            f'duration of scene type "{scene_type.name}" longer.',
            planned_segments=planned,
        )

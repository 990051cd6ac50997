"""With which recipe a scene's chain is begun, goes on, or is made anew, and what decides that."""

from dataclasses import replace

from screentest.api.domain.catalogue import Character, Overrides, SceneType, Workflow
from screentest.api.domain.chains import Segment
from screentest.api.domain.planning import PlanError, plan
from screentest.api.domain.revision import revise
from screentest.api.domain.sweeps import WorkflowVersion
from screentest.api.handlers.asking import draw_seed, problem_of
from screentest.api.store import chains, planning
from screentest.api.store.chains import ChainRecipe
from screentest.api.store.planning import SceneFacts
from screentest.api.store.workflow_versions import load_versions
from screentest.common.db import Connection


async def character_of(connection: Connection, scene: SceneFacts) -> Character:
    """The scene's character, with the picture the scene begins with."""
    found = await planning.load_characters(
        connection, [scene.character_id], source_image_id=scene.source_image_id
    )
    return found[scene.character_id]


async def scene_type_of(connection: Connection, scene: SceneFacts) -> tuple[Workflow, SceneType]:
    """What every scene of its type has in common."""
    found = await planning.load_scene_type(connection, scene.scene_type_id)
    assert found is not None, "a scene type that has scenes cannot be deleted"
    return found


async def workflow_of(connection: Connection, chain: ChainRecipe, now: Workflow) -> Workflow:
    """The version of the workflow that a chain was begun with, with its frame rule and its needs.

    While the workflow still has that graph, what is said of it now counts: somebody may have found
    out later which numbers of frames it can make.
    """
    if chain.recipe.graph == now.graph:
        return now
    was = chain.parameters["workflow"]
    asked = WorkflowVersion(was["id"], was["version"])
    found = await load_versions(connection, [asked])
    # One that was deleted since took with it what was known of it.
    return found.get(asked) or replace(now, frame_rule=None, vram_gb=None)


async def begun_anew(
    connection: Connection, scene: SceneFacts, overrides: Overrides
) -> ChainRecipe:
    """The recipe of the scene's type, changed: with what its chain begins.

    Raises:
        Problem: a 422 that says what cannot be rendered.
    """
    workflow, scene_type = await scene_type_of(connection, scene)
    character = await character_of(connection, scene)
    try:
        planned = plan(workflow, scene_type, character, overrides, random_seed=draw_seed())
    except PlanError as error:
        raise problem_of(error) from error
    return ChainRecipe.of(planned)


async def revised(
    connection: Connection,
    scene: SceneFacts,
    was: ChainRecipe,
    overrides: Overrides,
    *,
    last_kept: Segment,
) -> ChainRecipe:
    """The chain's own recipe, changed: with what it goes on behind ``last_kept``.

    Raises:
        Problem: a 422 that says what cannot be rendered.
    """
    workflow, scene_type = await scene_type_of(connection, scene)
    character = await character_of(connection, scene)
    if character.seed_image is None:
        # Nothing is begun with it; planning wants one all the same.
        begun_with = chains.kept_files(last_kept)[0].last_frame
        character = replace(character, seed_image=begun_with)
    try:
        planned = revise(
            was.recipe,
            was.parameters,
            overrides,
            workflow=await workflow_of(connection, was, workflow),
            scene_type=scene_type,
            character=character,
            random_seed=draw_seed(),
        )
    except PlanError as error:
        raise problem_of(error) from error
    chain = ChainRecipe.of(planned)
    begun_with_sha256 = was.parameters["seed_image_sha256"]
    return replace(chain, parameters={**chain.parameters, "seed_image_sha256": begun_with_sha256})

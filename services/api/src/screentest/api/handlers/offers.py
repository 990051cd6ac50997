"""Quotes for requests as people make them: a test shot, a batch, a scene. Must never write."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from screentest.api.domain.chains import unbroken
from screentest.api.domain.estimates import Quote, RenderShape, quote
from screentest.api.domain.lengths import segments_for
from screentest.api.domain.needs import needs_of
from screentest.api.domain.planning import Overrides, Plan
from screentest.api.domain.workers import Wanted
from screentest.api.handlers.asking import draw_seed
from screentest.api.handlers.matrices import plan_matrix, sweep_of
from screentest.api.handlers.quoting import estimates_of, quote_plans
from screentest.api.handlers.shots import plan_shot
from screentest.api.problems.catalogue import SceneNotFound, SceneTypeNotFound
from screentest.api.schemas.batches import BatchRequest
from screentest.api.schemas.estimates import QuotedScene, QuotedShot, QuoteRequest
from screentest.api.store import chains, planning
from screentest.common.db import Connection
from screentest.common.events import Lane
from screentest.common.recipes import Position

#: No worker is asked for what the seed image of a segment decides.
_ANY_IMAGE = "0" * 64


@dataclass(frozen=True, kw_only=True)
class Quoted:
    """What a request would cost, and what its renders ask of workers."""

    quote: Quote
    wanted: tuple[Wanted, ...]

    @classmethod
    async def of_shots(cls, connection: Connection, plans: Sequence[Plan]) -> Self:
        """Test shots with these plans; most of them ask for the same."""
        different = {(plan.recipe.renderer, plan.needs.model_dump_json()): plan for plan in plans}
        return cls(
            quote=await quote_plans(connection, plans),
            wanted=tuple(
                Wanted(lane=Lane.PREVIEW, renderer=plan.recipe.renderer, needs=plan.needs)
                for plan in different.values()
            ),
        )


async def quote_request(connection: Connection, asked: QuoteRequest, *, max_cells: int) -> Quoted:
    """What a request would cost, and what it asks of workers.

    Raises:
        Problem: the same as asking for it, of planning and of what does not exist.
    """
    if asked.shot is not None:
        return await _quote_shot(connection, asked.shot)
    if asked.batch is not None:
        return await _quote_batch(connection, asked.batch, max_cells=max_cells)
    assert asked.scene is not None, "the request has exactly one of the three"
    return await _quote_scene(connection, asked.scene)


async def _quote_shot(connection: Connection, asked: QuotedShot) -> Quoted:
    scene = None
    scene_type_id, character_id = asked.scene_type_id, asked.character_id
    if asked.scene_id is not None:
        scene = await planning.load_scene(connection, asked.scene_id)
        if scene is None:
            raise SceneNotFound(asked.scene_id)
        scene_type_id, character_id = scene.scene_type_id, scene.character_id
    assert scene_type_id is not None, "without a scene the request has both"
    assert character_id is not None, "without a scene the request has both"
    plan = await plan_shot(
        connection,
        scene_type_id=scene_type_id,
        character_id=character_id,
        overrides=asked.overrides(),
        scene=scene,
    )
    return await Quoted.of_shots(connection, [plan])


async def _quote_batch(connection: Connection, asked: BatchRequest, *, max_cells: int) -> Quoted:
    sweep = sweep_of(asked, max_cells=max_cells)
    matrix = await plan_matrix(connection, asked, sweep, seed=draw_seed())
    return await Quoted.of_shots(connection, [one.plan for one in matrix.cells])


async def _quote_scene(connection: Connection, asked: QuotedScene) -> Quoted:
    """The segments a scene lacks, with the recipe it would go on with."""
    scene = await planning.load_scene(connection, asked.scene_id)
    if scene is None:
        raise SceneNotFound(asked.scene_id)
    found = await planning.load_scene_type(connection, scene.scene_type_id)
    if found is None:
        raise SceneTypeNotFound(scene.scene_type_id)
    segments = unbroken(await chains.fetch_segments(connection, scene.id))
    kept = await chains.fetch_recipe(connection, scene.id) if segments else None
    if kept is None:
        plan = await plan_shot(
            connection,
            scene_type_id=scene.scene_type_id,
            character_id=scene.character_id,
            overrides=Overrides(),
            scene=scene,
        )
        parameters, recipe = plan.parameters, plan.recipe
    else:
        parameters, recipe = kept.parameters, kept.recipe
    planned = segments_for(found[1].target_duration_s, parameters["segment_duration_s"])
    lacking = max(0, min(asked.up_to_segment or planned, planned) - len(segments))
    shape = RenderShape.of(parameters)
    needs = needs_of(recipe.for_segment(1, Position.FULL, _ANY_IMAGE))
    wanted = Wanted(lane=Lane.PRODUCTION, renderer=recipe.renderer, needs=needs)
    estimates = await estimates_of(connection, [shape])
    return Quoted(quote=quote([shape] * lacking, estimates, planned), wanted=(wanted,))

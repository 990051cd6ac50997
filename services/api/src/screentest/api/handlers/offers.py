"""Quotes for requests as people make them: a test shot, a batch, a scene. Must never write."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from screentest.api.domain.catalogue import SceneType
from screentest.api.domain.chains import Segment, total_duration_s, unbroken
from screentest.api.domain.estimates import Quote, RenderShape
from screentest.api.domain.needs import needs_of
from screentest.api.domain.outlays import Identity, Outlay, quote_of
from screentest.api.domain.planning import Plan
from screentest.api.domain.segment_counts import last_segment, planned_segments, segments_to_come
from screentest.api.domain.users import User
from screentest.api.domain.workers import Wanted
from screentest.api.handlers.chain_recipes import begun_anew, revised, scene_type_of, workflow_of
from screentest.api.handlers.previews import preview_matrix
from screentest.api.handlers.quoting import outlay_of, priced
from screentest.api.handlers.regenerating import kept_before
from screentest.api.handlers.shots import plan_shot
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.schemas.estimates import QuotedScene, QuotedShot, QuoteRequest
from screentest.api.store import chains, planning
from screentest.api.store.chains import ChainRecipe
from screentest.api.store.planning import SceneFacts
from screentest.common.chain_length import ChainLength
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
    def of_shots(cls, quote: Quote, plans: Iterable[Plan]) -> Self:
        """Test shots with these plans; most of them ask for the same."""
        different = {(plan.recipe.renderer, plan.needs.model_dump_json()): plan for plan in plans}
        return cls(
            quote=quote,
            wanted=tuple(
                Wanted(lane=Lane.PREVIEW, renderer=plan.recipe.renderer, needs=plan.needs)
                for plan in different.values()
            ),
        )


async def quote_request(
    connection: Connection, user: User, asked: QuoteRequest, *, max_cells: int
) -> Quoted:
    """What a request would cost, and what it asks of workers.

    Raises:
        Problem: the same as asking for it, of planning and of what does not exist.
    """
    if asked.shot is not None:
        return await _quote_shot(connection, asked.shot)
    if asked.batch is not None:
        preview, matrix = await preview_matrix(connection, user, asked.batch, max_cells=max_cells)
        return Quoted.of_shots(preview.quote, [one.plan for one in matrix.cells])
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
    costs = await priced(connection, [outlay_of(plan, fresh=asked.fresh)])
    return Quoted.of_shots(quote_of(costs, plan.planned_segments), [plan])


async def _quote_scene(connection: Connection, asked: QuotedScene) -> Quoted:
    """The segments a scene lacks, or those from one on, with the recipe it would go on with."""
    scene = await planning.load_scene(connection, asked.scene_id)
    if scene is None:
        raise SceneNotFound(asked.scene_id)
    workflow, scene_type = await scene_type_of(connection, scene)
    rendered = await chains.fetch_segments(connection, scene.id)
    if asked.from_segment is None:
        made, is_begun = unbroken(rendered), bool(rendered)
    else:
        made = kept_before(scene, rendered, asked.from_segment)
        is_begun = bool(made)
    chain = await _chain(connection, scene, asked, made, is_begun=is_begun)
    planned = planned_segments(scene_type, chain.parameters["segment_duration_s"])
    costs = await priced(connection, [_outlay(asked, scene_type, chain, made, planned)])
    workflow = await workflow_of(connection, chain, workflow)
    needs = needs_of(chain.recipe.for_segment(1, Position.FULL, _ANY_IMAGE), workflow.vram_gb)
    wanted = Wanted(lane=Lane.PRODUCTION, renderer=chain.recipe.renderer, needs=needs)
    return Quoted(quote=quote_of(costs, planned), wanted=(wanted,))


def _outlay(
    asked: QuotedScene,
    scene_type: SceneType,
    chain: ChainRecipe,
    made: list[Segment],
    planned: int,
) -> Outlay:
    last = last_segment(scene_type, chain.parameters, len(made))
    length = ChainLength(
        last_segment=min(asked.up_to_segment or last, last),
        target_duration_s=scene_type.target_duration_s,
        tolerance_s=scene_type.duration_tolerance_s,
    )
    may_take = not made and not asked.fresh
    return Outlay(
        shape=RenderShape.of(chain.parameters),
        segments=segments_to_come(len(made), total_duration_s(made), length, planned=planned),
        first=Identity.of(chain.recipe_hash, scene_type.boundary) if may_take else None,
    )


async def _chain(
    connection: Connection,
    scene: SceneFacts,
    asked: QuotedScene,
    made: list[Segment],
    *,
    is_begun: bool,
) -> ChainRecipe:
    """With what the scene would go on: its own recipe, changed where that is asked for."""
    was = await chains.fetch_recipe(connection, scene.id) if is_begun else None
    if was is not None and asked.from_segment is None:
        return was
    overrides = asked.overrides.overrides()
    if asked.from_segment is not None and overrides.seed is None:
        overrides = replace(overrides, seed="random")
    if was is None:
        return await begun_anew(connection, scene, overrides)
    return await revised(connection, scene, was, overrides, last_kept=made[-1])

"""How a run of a scene begins: what it goes on from, and what the dispatcher is asked for.

Generating and regenerating differ in what they keep; from there on they are one.
"""

from dataclasses import dataclass
from uuid import UUID

from screentest.api.domain.catalogue import SceneType, Workflow
from screentest.api.domain.chains import Segment, total_duration_s
from screentest.api.domain.estimates import RenderShape
from screentest.api.domain.lengths import illegal_frames
from screentest.api.domain.needs import needs_of
from screentest.api.domain.planning import PlanError
from screentest.api.domain.segment_counts import last_segment, planned_segments
from screentest.api.domain.users import User
from screentest.api.handlers.admitting import Admission, Asked
from screentest.api.handlers.asking import problem_of
from screentest.api.handlers.chain_recipes import character_of
from screentest.api.handlers.costs import ask_for
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.problems.chains import SceneComplete, SceneRunning, SegmentNotPassed
from screentest.api.problems.promotions import PromotionInProgress
from screentest.api.store import chains, changes, planning, promotions, runs
from screentest.api.store.chains import ChainRecipe
from screentest.api.store.planning import SceneFacts
from screentest.common.chain_length import ChainLength
from screentest.common.db import Tx
from screentest.common.events import (
    Artefact,
    BoundaryMode,
    KeptSegment,
    Lane,
    RunKind,
    ShotRequested,
    Verdict,
)
from screentest.common.recipes import Position


@dataclass(frozen=True, kw_only=True)
class Link:
    """What a run of a scene goes on from."""

    run_id: UUID
    scene: SceneFacts
    #: What the chain is made with: see `chain_recipes.workflow_of`.
    workflow: Workflow
    scene_type: SceneType
    chain: ChainRecipe
    #: Those it keeps.
    segments: list[Segment]
    #: None: the whole scene.
    up_to_segment: int | None = None
    #: Render even what has been rendered elsewhere.
    fresh: bool = False
    #: Go on from a segment that qa failed, or has not judged, where the scene type halts on that.
    accept_failed: bool = False

    @property
    def last_kept(self) -> Segment | None:
        """The segment it goes on from; None where it begins the scene."""
        return self.segments[-1] if self.segments else None

    @property
    def awaits_frame_of(self) -> KeptSegment | None:
        """That segment, where a person has yet to choose the frame to go on from."""
        last = self.last_kept
        is_manual = self.scene_type.boundary.mode is BoundaryMode.MANUAL
        if last is None or last.is_boundary_chosen or not is_manual:
            return None
        artefacts, clip = chains.kept_files(last)
        return KeptSegment(render_id=last.render_id, artefacts=artefacts, clip=clip)


async def begin(tx: Tx, user: User, link: Link, admission: Admission) -> None:
    """Ask the dispatcher for the segments behind those that are kept.

    Raises:
        SegmentNotPassed: the scene type halts on what qa says of the last one, or has not said.
        InvalidParameters: its segments have a number of frames that its workflow cannot make.
        NoSourceImage: none is kept, and the character has no picture to begin with.
        NoWorkerCanRender: every live worker lacks something for it.
        BudgetExceeded: it would cost more than is left today.
    """
    _check_verdict(link)
    _check_frames(link)
    seed_image = await _seed_image(tx, link)
    run = _request(user, link, seed_image, await _reference_image(tx, link, seed_image))
    await runs.add_run(tx, run)
    await runs.show_scene_status(tx, link.scene.id, "generating")
    shape = RenderShape.of(link.chain.parameters)
    asked = Asked(run=run, shape=shape, recipe_hash=link.chain.recipe_hash)
    await ask_for(tx, user, [asked], admission)
    await changes.tell_run(tx, run.run_id)


def _request(
    user: User, link: Link, seed_image: Artefact, reference_image: Artefact | None
) -> ShotRequested:
    scene_type, parameters = link.scene_type, link.chain.parameters
    is_chosen = link.last_kept is not None and link.last_kept.is_boundary_chosen
    return ShotRequested(
        run_id=link.run_id,
        kind=RunKind.SCENE,
        scene_id=link.scene.id,
        requested_by=user.id,
        lane=Lane.PRODUCTION,
        recipe=link.chain.recipe,
        first_segment=len(link.segments) + 1,
        segments=link.up_to_segment or last_segment(scene_type, parameters, len(link.segments)),
        planned_segments=planned_segments(scene_type, parameters["segment_duration_s"]),
        target_duration_s=scene_type.target_duration_s,
        tolerance_s=scene_type.duration_tolerance_s,
        elapsed_s=total_duration_s(link.segments),
        seed_image=seed_image,
        reference_image=reference_image,
        boundary=scene_type.boundary,
        awaits_frame_of=link.awaits_frame_of,
        frame_rule=link.workflow.frame_rule,
        # A promotion ends with its last frame, and somebody chose another one.
        follows_promotion=link.chain.test_shot_id is not None and not is_chosen,
        qa=scene_type.qa,
        fresh=link.fresh,
        needs=needs_of(
            link.chain.recipe.for_segment(1, Position.FULL, seed_image.sha256),
            link.workflow.vram_gb,
        ),
    )


def _check_frames(link: Link) -> None:
    """See that a recipe of before keeps to the frame rule of today."""
    frames = link.chain.parameters["values"].get("frames")
    if faults := illegal_frames(link.chain.recipe.slots, link.workflow.frame_rule, frames):
        goes_on = f'scene "{link.scene.name}" goes on with the recipe it was begun with, but '
        way_out = f", in an override of POST /api/scenes/{link.scene.id}/regenerate"
        raise problem_of(
            PlanError("invalid-parameters", [f"{goes_on}{fault}{way_out}" for fault in faults])
        )


def _check_verdict(link: Link) -> None:
    last = link.last_kept
    halts = link.scene_type.qa.mode == "halt" and not link.accept_failed
    if last is None or not halts or last.verdict not in (None, Verdict.FAIL):
        return
    what = "has no verdict of QA yet: wait for it" if last.verdict is None else "failed QA"
    raise SegmentNotPassed(
        f'Segment {last.index} of scene "{link.scene.name}" {what}, and scene type '
        f'"{link.scene_type.name}" halts on that: regenerate from segment {last.index}, or ask '
        "with accept_failed: true to go on from it all the same.",
        segment=last.index,
        verdict=last.verdict,
    )


async def _seed_image(tx: Tx, link: Link) -> Artefact:
    if link.last_kept:
        return chains.kept_files(link.last_kept)[0].last_frame
    character = await character_of(tx, link.scene)
    if character.seed_image is None:
        problem = f'character "{character.name}" has no source image: upload one to begin with'
        raise problem_of(PlanError("no-source-image", [problem]))
    return character.seed_image


async def _reference_image(tx: Tx, link: Link, seed_image: Artefact) -> Artefact | None:
    """The picture of the character that the chain began with.

    One that was deleted since is as good as replaced by the one a scene would begin with now.
    """
    if not link.segments:
        return seed_image
    scene, begun_with = link.scene, link.chain.parameters["seed_image_sha256"]
    kept = await planning.load_source_image(tx, scene.character_id, begun_with)
    return kept or (await character_of(tx, scene)).seed_image


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


def check_incomplete(
    scene: SceneFacts, scene_type: SceneType, kept: list[Segment], last: int
) -> None:
    """See that something is left to be rendered, up to segment ``last``.

    Raises:
        SceneComplete: nothing is.
    """
    length = ChainLength(
        last_segment=last,
        target_duration_s=scene_type.target_duration_s,
        tolerance_s=scene_type.duration_tolerance_s,
    )
    done_s = total_duration_s(kept)
    if length.is_reached(next_segment=len(kept) + 1, elapsed_s=done_s):
        raise SceneComplete(
            f'Scene "{scene.name}" has {len(kept)} segments, {done_s:g} s, before anything that '
            "would be rendered: nothing of what is asked for is missing."
        )

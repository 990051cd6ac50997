"""What a run was asked to render, and what each of its segments is rendered from.

Must never know how far the run has come: `run` does.
"""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from screentest.common.chain_length import ChainLength
from screentest.common.events import (
    Artefact,
    Boundary,
    ClipFacts,
    Lane,
    QAPolicy,
    RunKind,
    SegmentArtefacts,
    ShotPromoted,
    ShotRequested,
)
from screentest.common.frame_rule import FrameRule
from screentest.common.recipes import Position, Recipe, RunRecipe
from screentest.dispatcher.domain.ending import Ending, ending_of


@dataclass(frozen=True, kw_only=True)
class PromotedChain:
    """Segment 1 of a scene, made by promoting a test shot."""

    scene_id: int
    promotion_id: UUID
    artefacts: SegmentArtefacts
    clip: ClipFacts
    recipe: RunRecipe

    @classmethod
    def of(cls, event: ShotPromoted) -> Self:
        """What a promotion says of the scene's chain."""
        return cls(
            scene_id=event.scene_id,
            promotion_id=event.promotion_id,
            artefacts=event.artefacts,
            clip=event.clip,
            recipe=event.recipe,
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The segments ``first_segment``..``last_segment`` of a chain; one for a test shot."""

    run_id: UUID
    kind: RunKind
    test_shot_id: int | None = None
    scene_id: int | None = None
    requested_by: int
    lane: Lane
    recipe: RunRecipe
    first_segment: int = 1
    last_segment: int
    #: Of the whole scene; decides the position of every prompt.
    planned_segments: int = 1
    target_duration_s: float | None = None
    #: How far from the target the chain may end.
    tolerance_s: float = 0
    boundary: Boundary
    #: Which numbers of frames the workflow can make; None: any.
    frame_rule: FrameRule | None = None
    #: Whether a promotion into its scene is right where the two disagree.
    follows_promotion: bool = True
    qa: QAPolicy
    #: The character's source image, for qa; nothing is rendered with it.
    reference_image: Artefact | None = None

    @classmethod
    def of(cls, event: ShotRequested) -> Self:
        """What the event asks for."""
        return cls(
            run_id=event.run_id,
            kind=event.kind,
            test_shot_id=event.test_shot_id,
            scene_id=event.scene_id,
            requested_by=event.requested_by,
            lane=event.lane,
            recipe=event.recipe,
            first_segment=event.first_segment,
            last_segment=event.segments,
            # A chain with a tolerance may need more segments than planned to reach its target.
            planned_segments=event.planned_segments
            if event.tolerance_s
            else max(event.planned_segments, event.segments),
            target_duration_s=event.target_duration_s,
            tolerance_s=event.tolerance_s,
            boundary=event.boundary,
            frame_rule=event.frame_rule,
            # The frame that a person chooses is right, whatever the promotion ended with.
            follows_promotion=event.follows_promotion and event.awaits_frame_of is None,
            qa=event.qa,
            reference_image=event.reference_image,
        )

    def follows(self, chain: PromotedChain) -> bool:
        """Whether the run begins where the promotion ended."""
        return (
            self.follows_promotion
            and self.kind is RunKind.SCENE
            and self.scene_id == chain.scene_id
            and self.first_segment == 2  # noqa: PLR2004 - a promotion makes segment 1
        )

    def position(self, segment: int) -> Position:
        """Which prompt template ``segment`` gets."""
        if self.planned_segments == 1:
            return Position.FULL
        return Position.START if segment == 1 else Position.CONTINUATION

    @property
    def length(self) -> ChainLength:
        """When the chain is long enough."""
        return ChainLength(
            last_segment=self.last_segment,
            target_duration_s=self.target_duration_s,
            tolerance_s=self.tolerance_s,
        )

    def ending_of(self, segment: int, elapsed_s: float) -> Ending:
        """With how many frames ``segment`` is rendered, and on which of them it ends."""
        return ending_of(
            self.recipe,
            self.length,
            self.boundary,
            self.frame_rule,
            segment=segment,
            elapsed_s=elapsed_s,
        )

    def recipe_of(self, segment: int, seed_image: Artefact, frames: int | None = None) -> Recipe:
        """Everything that decides the pixels of ``segment``.

        Args:
            segment: its index.
            seed_image: what it begins with.
            frames: None takes as many as every segment has.

        Raises:
            KeyError: a slot names a node that the workflow does not have.
        """
        recipe = self.recipe
        if frames is not None:
            values = {**recipe.values, "frames": frames}
            recipe = recipe.model_copy(update={"values": values})
        return recipe.for_segment(segment, self.position(segment), seed_image.sha256)

    def is_done(self, *, next_segment: int, elapsed_s: float) -> bool:
        """Whether nothing is left to render."""
        return self.length.is_reached(next_segment=next_segment, elapsed_s=elapsed_s)

    def segments_left(self, segment: int) -> int:
        """How many segments are planned behind ``segment``."""
        return max(0, min(self.planned_segments, self.last_segment) - segment)

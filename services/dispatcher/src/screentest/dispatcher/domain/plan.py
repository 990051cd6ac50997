"""What a run was asked to render, and what each of its segments is rendered from.

Must never know how far the run has come: `run` does.
"""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from screentest.common.events import (
    Artefact,
    ClipFacts,
    Lane,
    QAPolicy,
    RunKind,
    SegmentArtefacts,
    ShotPromoted,
    ShotRequested,
)
from screentest.common.recipes import Position, Recipe, RunRecipe


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
    qa: QAPolicy

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
            planned_segments=max(event.planned_segments, event.segments),
            target_duration_s=event.target_duration_s,
            qa=event.qa,
        )

    def follows(self, chain: PromotedChain) -> bool:
        """Whether the run begins where the promotion ended."""
        return (
            self.kind is RunKind.SCENE
            and self.scene_id == chain.scene_id
            and self.first_segment == 2  # noqa: PLR2004 - a promotion makes segment 1
        )

    def position(self, segment: int) -> Position:
        """Which prompt template ``segment`` gets."""
        if self.planned_segments == 1:
            return Position.FULL
        return Position.START if segment == 1 else Position.CONTINUATION

    def recipe_of(self, segment: int, seed_image: Artefact) -> Recipe:
        """Everything that decides the pixels of ``segment``.

        Raises:
            KeyError: a slot names a node that the workflow does not have.
        """
        return self.recipe.for_segment(segment, self.position(segment), seed_image.sha256)

    def is_done(self, *, next_segment: int, elapsed_s: float) -> bool:
        """Whether nothing is left to render: all segments are there, or they last long enough."""
        if next_segment > self.last_segment:
            return True
        return self.target_duration_s is not None and elapsed_s >= self.target_duration_s


def seconds_added(segment: int, clip: ClipFacts) -> float:
    """Seconds a segment adds to its scene: the frame two neighbours share is seen once."""
    return clip.duration_s if segment == 1 else clip.duration_s - 1 / clip.fps

"""ShotRequested: somebody wants a test shot, or the segments of a scene."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from screentest.common.events.artefacts import Artefact
from screentest.common.events.boundary import Boundary
from screentest.common.events.kept_segment import KeptSegment
from screentest.common.events.needs import Needs
from screentest.common.events.qa_policy import QAPolicy
from screentest.common.events.run_event import RunEvent
from screentest.common.frame_rule import FrameRule
from screentest.common.recipes import RunRecipe


class Lane(StrEnum):
    """Which queue a run stands in; preview goes first."""

    PREVIEW = "preview"
    PRODUCTION = "production"


class RunKind(StrEnum):
    """What a run is for. Both go through the same code."""

    TEST_SHOT = "test_shot"
    SCENE = "scene"


class ShotRequested(RunEvent):
    """api -> dispatcher: render the segments `first_segment`..`segments` of a chain."""

    type: ClassVar[str] = "shot.requested.v1"

    kind: RunKind
    test_shot_id: int | None = None
    scene_id: int | None = None
    #: Id of the user, whose share of the lane it counts against.
    requested_by: int
    lane: Lane
    recipe: RunRecipe
    #: 1, or one more than the scene has already (2 after a promotion).
    first_segment: int = Field(default=1, ge=1)
    #: Index of the last segment; 1 for a test shot.
    segments: int = Field(ge=1)
    #: How many segments the whole scene is planned to have: with 1, prompts are taken at position
    #: `full`. A test shot has the plan of its scene, so that it renders what segment 1 would be.
    planned_segments: int = Field(default=1, ge=1)
    #: Seconds the scene is to last; the chain ends early once they are reached.
    target_duration_s: float | None = Field(default=None, gt=0)
    #: Seconds the segments before `first_segment` last together.
    elapsed_s: float = Field(default=0, ge=0)
    #: Source image for segment 1, boundary frame of the previous segment otherwise.
    seed_image: Artefact
    #: The character's source image that the chain began with, whatever segment it is at: QA
    #: compares faces with it. None: nobody said, or the image is gone.
    reference_image: Artefact | None = None
    boundary: Boundary = Boundary()
    #: The segment before `first_segment`, where a person has yet to choose the frame to go on from
    #: (boundary mode `manual`): the run begins by awaiting it. None: it begins with `seed_image`.
    awaits_frame_of: KeptSegment | None = None
    #: How far from `target_duration_s` the scene may end, where that is the calmer end.
    tolerance_s: float = Field(default=0, ge=0)
    #: Which numbers of frames the workflow can make; None: any.
    frame_rule: FrameRule | None = None
    #: False: the run keeps to what it says, whatever was promoted into its scene: it regenerates.
    follows_promotion: bool = True
    qa: QAPolicy = QAPolicy()
    needs: Needs = Needs()
    #: Render even if an identical recipe has been rendered.
    fresh: bool = False
    #: The batch it is a cell of.
    batch_id: int | None = None
    #: Larger goes first among the runs of one user in one lane.
    priority: int = 0
    #: The user's share of the lane, relative to others'.
    weight: float = Field(default=1, gt=0)
    #: Seconds of GPU one segment is expected to take; None when nothing is known.
    estimate_s: float | None = Field(default=None, ge=0)

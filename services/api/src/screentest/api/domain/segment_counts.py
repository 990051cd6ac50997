"""How many segments a scene is planned to have, has yet to render, and may come to have."""

import math
from typing import Any

from screentest.api.domain.catalogue import SceneType, Workflow
from screentest.api.domain.lengths import SegmentLength, segment_length
from screentest.api.domain.slots import fit_values
from screentest.common.chain_length import ChainLength
from screentest.common.events import Boundary, BoundaryMode


def segments_for(
    target_duration_s: float, segment_duration_s: float, tolerance_s: float = 0
) -> int:
    """How many segments a scene of that length is planned to have."""
    # A hair's breadth over is not another segment: 0.3 s of 0.1 s are 3, whatever floats say.
    return max(1, math.ceil((target_duration_s - tolerance_s) / segment_duration_s - 1e-6))


def planned_segments(scene_type: SceneType, segment_duration_s: float) -> int:
    """How many segments of that length a scene of the type is planned to have."""
    return segments_for(
        scene_type.target_duration_s, segment_duration_s, scene_type.duration_tolerance_s
    )


def usual_segments(workflow: Workflow, scene_type: SceneType) -> int:
    """How many segments a scene of the type has that nobody changed anything of."""
    values, _ = fit_values(workflow.slots, scene_type.values)
    length = segment_length(
        workflow.slots, workflow.frame_rule, values, scene_type.segment_duration_s
    )
    return planned_segments(scene_type, length.duration_s)


def segments_to_come(made: int, made_s: float, length: ChainLength, *, planned: int) -> int:
    """How many segments a chain that has ``made`` is expected to render: those planned.

    At least one, unless it is long enough. It may go beyond the plan to reach its target, as far as
    its last segment, but nobody plans for that.

    Args:
        made: segments it goes on from.
        made_s: how long those last together.
        length: when it is long enough.
        planned: how many segments the whole scene is planned to have.
    """
    if length.is_reached(next_segment=made + 1, elapsed_s=made_s):
        return 0
    return max(1, min(length.last_segment, planned) - made)


def most_segments(
    planned: int,
    length: SegmentLength,
    boundary: Boundary,
    *,
    target_duration_s: float,
    tolerance_s: float,
) -> int:
    """How many segments a scene may come to have.

    Neighbours share a frame and calm ends come early, so a chain that is to reach its target may
    need more segments than planned. Without a tolerance it ends with the last one planned.
    """
    if not tolerance_s or length.frames is None:
        return planned
    cut = 0 if boundary.mode is BoundaryMode.LAST else boundary.candidates(length.frames) - 1
    least = max(1, length.frames - 1 - cut)
    least_s = length.duration_s * least / length.frames
    return max(planned, math.ceil((target_duration_s - tolerance_s) / least_s - 1e-6))


def last_segment(scene_type: SceneType, parameters: dict[str, Any], kept: int) -> int:
    """Index of the last segment that a scene which has ``kept`` of them may come to have.

    With a tolerance it is seconds that may be missing, whatever the plan was.
    """
    duration_s = parameters["segment_duration_s"]
    planned = planned_segments(scene_type, duration_s)
    if not scene_type.duration_tolerance_s:
        return planned
    most = most_segments(
        planned,
        SegmentLength(duration_s=duration_s, frames=parameters["values"].get("frames")),
        scene_type.boundary,
        target_duration_s=scene_type.target_duration_s,
        tolerance_s=scene_type.duration_tolerance_s,
    )
    return max(most, kept + 1)

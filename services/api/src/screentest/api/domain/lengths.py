"""How many frames a segment has, how long that lasts, and how many segments a scene needs.

What a person says is kept or refused; what is worked out from seconds is rounded, and said so.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screentest.api.domain.slots import fit_values
from screentest.common.chain_length import ChainLength
from screentest.common.events import Boundary, BoundaryMode
from screentest.common.frame_rule import FrameRule
from screentest.common.recipes import Frozen, Slot, SlotValue


class FramesRounded(Frozen):
    """Frames were worked out from the segment duration, and the workflow can only make others."""

    wanted: int
    frames: int
    #: 4n+1
    rule: str


@dataclass(frozen=True, kw_only=True)
class SegmentLength:
    """The length of a whole segment."""

    duration_s: float
    #: None where the workflow has no such slot, or no fps.
    frames: int | None = None
    rounded: FramesRounded | None = None
    problems: tuple[str, ...] = ()


def segment_length(
    slots: Sequence[Slot],
    rule: FrameRule | None,
    values: Mapping[str, SlotValue],
    segment_duration_s: float,
) -> SegmentLength:
    """The frames of a segment: those that are given, else as many as last ``segment_duration_s``.

    Where no rate is known, a segment has the workflow's own number of frames, which has to be legal
    like one that somebody gave.
    """
    own = _defaults(slots)
    given = _number(values.get("frames"))
    fps = _number(values.get("fps", own.get("fps")))
    if "frames" not in own:
        return SegmentLength(duration_s=segment_duration_s)
    if fps is None or fps <= 0:
        taken = own["frames"] if given is None else given
        problems = illegal_frames(slots, rule, taken)
        return SegmentLength(duration_s=segment_duration_s, problems=tuple(problems))
    if given is None:
        return _worked_out(slots, rule, segment_duration_s, fps)
    problems = illegal_frames(slots, rule, given)
    return SegmentLength(duration_s=given / fps, frames=int(given), problems=tuple(problems))


def illegal_frames(
    slots: Sequence[Slot], rule: FrameRule | None, frames: SlotValue | None
) -> list[str]:
    """What is wrong with a number of frames, with the nearest legal ones that the slot takes."""
    number = _number(frames)
    if rule is None or number is None or rule.allows(number):
        return []
    nearest = [
        str(one) for one in rule.nearest(number) if not fit_values(slots, {"frames": one})[1]
    ]
    instead = f"take {' or '.join(nearest)}" if nearest else "the slot takes none of those near it"
    return [f"the workflow makes {rule} frames, not {number:.10g}: {instead}"]


def _worked_out(
    slots: Sequence[Slot], rule: FrameRule | None, segment_duration_s: float, fps: float
) -> SegmentLength:
    """As many frames as last so long, rounded to what the workflow can make.

    Up, so that nothing is shorter than asked for; down where the slot does not allow so many.
    """
    wanted = math.ceil(segment_duration_s * fps - 1e-6)
    frames = wanted if rule is None else _rounded(rule, wanted, slots)
    _, misfits = fit_values(slots, {"frames": frames})
    return SegmentLength(
        duration_s=frames / fps,
        frames=frames,
        rounded=None
        if frames == wanted
        else FramesRounded(wanted=wanted, frames=frames, rule=str(rule)),
        problems=tuple(
            f"segments of {segment_duration_s:g} s at {fps:g} fps need {frames} frames, but {one}"
            for one in misfits
        ),
    )


def _defaults(slots: Sequence[Slot]) -> dict[str, SlotValue | None]:
    return {slot.name: slot.default for slot in slots if slot.kind in ("int", "float")}


def _number(value: SlotValue | None) -> int | float | None:
    return None if isinstance(value, bool | str) else value


def wide_window(boundary: Boundary, length: SegmentLength) -> list[str]:
    """What is wrong with a window that is no end of a segment but all of it."""
    if boundary.mode is BoundaryMode.LAST or length.frames is None:
        return []
    if boundary.window < length.frames:
        return []
    problem = (
        f"the boundary is one of the last {boundary.window} frames, and a segment has "
        f"{length.frames}: take a window of fewer frames than that"
    )
    return [problem]


def segments_for(
    target_duration_s: float, segment_duration_s: float, tolerance_s: float = 0
) -> int:
    """How many segments a scene of that length is planned to have."""
    # A hair's breadth over is not another segment: 0.3 s of 0.1 s are 3, whatever floats say.
    return max(1, math.ceil((target_duration_s - tolerance_s) / segment_duration_s - 1e-6))


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


def _rounded(rule: FrameRule, wanted: int, slots: Sequence[Slot]) -> int:
    above = rule.at_least(wanted)
    _, misfits = fit_values(slots, {"frames": above})
    return (rule.at_most(wanted) or above) if misfits else above

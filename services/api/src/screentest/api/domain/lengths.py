"""How many frames a segment has, and how long that lasts.

What a person says is kept or refused; what is worked out from seconds is rounded, and said so.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screentest.api.domain.slots import fit_values
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


def _rounded(rule: FrameRule, wanted: int, slots: Sequence[Slot]) -> int:
    above = rule.at_least(wanted)
    _, misfits = fit_values(slots, {"frames": above})
    return (rule.at_most(wanted) or above) if misfits else above

"""Cut: another picture within one shot, from one frame to the next.

value = largest change of a step that neither motion nor brightness explains / (the usual one around
it + 1 level + half the usual speed around it, % of the width per frame), times
(1 - likeness) / 0.4, at most 1: a picture that only got brighter is still alike. Likeness is the
correlation of the two frames after motion is taken out; other pictures stay below 0.6. The usual
one is the second largest of the three steps before and the three after: a single wrong frame has
two such steps, a whip pan many. The speed is there for the pan that is over in a few frames: the
camera moves before and after its fastest step, and does not around a cut.
"""

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts

_AROUND = 3
_UNLIKE = 0.4
#: Levels that may stay unexplained per width of the picture that the camera moves in a frame.
_LEVELS_PER_WIDTH = 50.0


def _largest_break(facts: ClipFacts) -> Reading:
    changes = [each.unexplained for each in facts.steps]
    speeds = [each.speed for each in facts.steps]
    if not changes:
        return Reading(None, note="a clip of one frame has no step to measure")
    value, frame = 0.0, None
    for index, step in enumerate(facts.steps):
        if step.likeness is None:
            continue
        usual = 1 + _usual(changes, index) + _LEVELS_PER_WIDTH * _usual(speeds, index)
        unlike = min(1.0, (1 - step.likeness) / _UNLIKE)
        ratio = unlike * max(0.0, step.unexplained - abs(step.brightness)) / usual
        if ratio > value:
            value, frame = ratio, index + 1
    note = f"frame {frame} has {value:.1f} times the usual change" if frame else ""
    return Reading(value, frame, note)


def _usual(values: list[float], index: int) -> float:
    """The second largest of the three before and the three after ``index``."""
    before = values[max(0, index - _AROUND) : index]
    around = sorted(before + values[index + 1 : index + 1 + _AROUND])
    return around[-2] if len(around) > 1 else 0.0


CUT = Check(
    name="cut",
    weight=2.0,
    measures=(
        Measure(
            name="cut",
            unit="ratio",
            limits=Limits(ideal=0, warn=4, fail=7),
            read=_largest_break,
        ),
    ),
)

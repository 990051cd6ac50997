"""The share of frames that something is wrong with, each by itself."""

from collections.abc import Callable

from screentest.qa.engine.check import Reading
from screentest.qa.engine.facts import ClipFacts, FrameFacts


def share_of_frames(facts: ClipFacts, is_bad: Callable[[FrameFacts], bool], what: str) -> Reading:
    """The share of frames that are bad, 0..1, and the first one; ``what`` says what they are."""
    bad = [index for index, each in enumerate(facts.frames) if is_bad(each)]
    if not bad:
        return Reading(0.0)
    count = len(facts.frames)
    note = f"{len(bad)} of {count} frames are {what}, the first is {bad[0]}"
    return Reading(len(bad) / count, bad[0], note)

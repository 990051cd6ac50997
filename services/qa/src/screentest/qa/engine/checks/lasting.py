"""The largest difference that lasts, for the checks that compare along the motion."""

import itertools
from collections.abc import Callable, Sequence

from screentest.qa.engine.facts import Compared


def largest_lasting(
    compared: Sequence[Compared], value_of: Callable[[Compared], float]
) -> tuple[float, int]:
    """The value, and the index of the frame that shows it.

    A value lasts when two neighbouring sampled frames have it, so a lightning between two does not
    count; of a single sampled frame its own is taken.
    """
    found = [(value_of(each), each.frame) for each in compared]
    if len(found) == 1:
        return found[0]
    pairs = itertools.pairwise(found)
    return max((min(one[0], two[0]), max(one, two)[1]) for one, two in pairs)

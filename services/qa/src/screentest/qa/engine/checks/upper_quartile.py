"""The upper quartile of sampled frames, which a defect of a third of the clip moves."""


def upper_quartile(found: list[tuple[float, int]]) -> tuple[float, int]:
    """The value that a quarter of the frames exceed, and the index of its frame.

    Rounded down: one frame of four may have something of a grid by chance.
    """
    ordered = sorted(found)
    return ordered[3 * (len(ordered) - 1) // 4]

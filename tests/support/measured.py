"""What was measured in a clip."""

from screentest.qa.domain import ClipScore, Measurement
from screentest.qa.engine.job import ClipReport


def measurement(measured: ClipReport | ClipScore, name: str) -> Measurement:
    """The measurement of that name."""
    return next(each for each in measured.measurements if each.name == name)

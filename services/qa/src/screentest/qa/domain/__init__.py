"""Measurements, limits, and how they become one score and one verdict. Standard library only.

Must never decode video, read a file or know where limits come from. Checks of others import what
they need from here.
"""

from screentest.qa.domain.limits import LimitOverride, Limits
from screentest.qa.domain.measurement import (
    FAIL_CAP,
    GATE_CAP,
    UNREADABLE_CAP,
    Measurement,
    Region,
    unreadable,
    with_limits,
)
from screentest.qa.domain.score import WARN_CAP, CheckResult, ClipScore, judge
from screentest.qa.domain.verdict import Verdict

__all__ = [
    "FAIL_CAP",
    "GATE_CAP",
    "UNREADABLE_CAP",
    "WARN_CAP",
    "CheckResult",
    "ClipScore",
    "LimitOverride",
    "Limits",
    "Measurement",
    "Region",
    "Verdict",
    "judge",
    "unreadable",
    "with_limits",
]

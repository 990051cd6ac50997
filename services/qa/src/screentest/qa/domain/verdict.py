"""What a value comes to: passed, suspicious, failed, or not measured."""

from enum import StrEnum


class Verdict(StrEnum):
    """What a measure, a check or a clip comes to."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WARN = "warn"
    FAIL = "fail"
    NOT_MEASURED = "not_measured"


#: The worst of several verdicts is the one with the largest.
SEVERITY = {Verdict.NOT_MEASURED: 0, Verdict.PASS: 1, Verdict.WARN: 2, Verdict.FAIL: 3}

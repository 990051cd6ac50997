"""Measure one clip: decode it once, run every check. The only caller is a child process.

Must never judge: what the numbers come to is decided by `domain.judge`.
"""

import time
from collections.abc import Sequence

from screentest.media.clips import UnreadableClip
from screentest.qa.domain import Measurement, unreadable
from screentest.qa.engine.check import Check
from screentest.qa.engine.checks import CHECKS
from screentest.qa.engine.decode import read_facts
from screentest.qa.engine.job import ClipJob, ClipReport


def measure_clip(job: ClipJob, checks: Sequence[Check] = CHECKS) -> ClipReport:
    """Every measurement of the clip; a clip that cannot be read has one, `unreadable`.

    A check that breaks on a clip costs its own measurements, never the others'.
    """
    started = time.perf_counter()
    try:
        facts = read_facts(job)
    except UnreadableClip as error:
        return ClipReport.unreadable(str(error), time.perf_counter() - started)
    measurements: list[Measurement] = [unreadable(None)]
    broken: list[str] = []
    for check in checks:
        try:
            found = list(check.run(facts))
        except Exception as error:  # noqa: BLE001 - a check is a guest; reported, never hidden
            reason = f"{type(error).__name__}: {error}"
            broken.append(f"{check.name}: {reason}")
            found = list(check.broken(reason))
        measurements.extend(found)
    return ClipReport(
        measurements=tuple(measurements),
        seconds=time.perf_counter() - started,
        broken_checks=tuple(broken),
    )

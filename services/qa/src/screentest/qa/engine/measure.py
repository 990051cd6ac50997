"""Measure one clip: decode it once, run every check. The only caller is a child process.

Must never judge: what the numbers come to is decided by `domain.judge`.
"""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from screentest.media.clips import UnreadableClip
from screentest.qa.domain import Measurement, unreadable, with_limits
from screentest.qa.engine.check import Check
from screentest.qa.engine.checks import CHECKS
from screentest.qa.engine.decode import read_facts
from screentest.qa.engine.job import ClipJob, ClipReport
from screentest.qa.engine.stills import draw_stills


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
    stills, problem = _stills(job, measurements)
    return ClipReport(
        measurements=tuple(measurements),
        seconds=time.perf_counter() - started,
        broken_checks=tuple(broken),
        stills=stills,
        stills_problem=problem,
    )


def _stills(job: ClipJob, measurements: list[Measurement]) -> tuple[Mapping[str, str], str]:
    """Stills of what is wrong by the scene type's limits, and why some are missing."""
    if job.stills_folder is None:
        return {}, ""
    judged = with_limits(measurements, job.limits)
    try:
        return draw_stills(Path(job.video), judged, Path(job.stills_folder)), ""
    except Exception as error:  # noqa: BLE001 - a score is worth more than its pictures
        return {}, f"{type(error).__name__}: {error}"

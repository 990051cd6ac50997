"""Measure one clip: decode it once, run every check. The only caller is a child process.

Must never judge: what the numbers come to is decided by `domain.judge`.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from screentest.media.clips import UnreadableClip
from screentest.qa.domain import Measurement, unreadable, with_limits
from screentest.qa.engine.check import Check
from screentest.qa.engine.checks import CHECKS
from screentest.qa.engine.decode import read_facts
from screentest.qa.engine.facts import ClipFacts
from screentest.qa.engine.job import ClipJob, ClipReport
from screentest.qa.engine.stills import draw_stills


def measure_clip(
    job: ClipJob,
    checks: Sequence[Check] = CHECKS,
    *,
    custom: Sequence[Check] = (),
    begins: Callable[[str], None] = lambda _: None,
) -> ClipReport:
    """Every measurement of the clip; a clip that cannot be read has one, `unreadable`.

    A check that breaks on a clip costs its own measurements, never the others'. The ``custom``
    checks come last; ``begins`` is told the name of each before it runs, because what hangs or
    crashes there is the work of strangers.
    """
    started = time.perf_counter()
    try:
        facts = _facts(job)
    except UnreadableClip as error:
        return ClipReport.unreadable(str(error), time.perf_counter() - started)
    except MemoryError:
        reason = "measuring it takes more memory than one process may have"
        return ClipReport.unreadable(reason, time.perf_counter() - started)
    measurements: list[Measurement] = [unreadable(None)]
    broken: list[str] = []
    for check in (*checks, *custom):
        problem = job.skipped_checks.get(check.name)
        if problem is None:
            if check in custom:
                begins(check.name)
            found, problem = _run(check, facts)
        else:
            found = list(check.broken(problem))
        measurements.extend(found)
        if problem is not None:
            broken.append(f"{check.name}: {problem}")
    stills, stills_problem = _stills(job, measurements)
    return ClipReport(
        measurements=tuple(measurements),
        seconds=time.perf_counter() - started,
        broken_checks=tuple(broken),
        stills=stills,
        stills_problem=stills_problem,
    )


def _facts(job: ClipJob) -> ClipFacts:
    return replace(
        read_facts(job),
        video=Path(job.video),
        reference_image=None if job.reference_image is None else Path(job.reference_image),
        reference_problem=job.reference_problem,
    )


def _run(check: Check, facts: ClipFacts) -> tuple[list[Measurement], str | None]:
    """What a check says, and what it broke on (None: on nothing)."""
    try:
        return _measured(check, facts), None
    except Exception as error:  # noqa: BLE001 - a check is a guest; reported, never hidden
        problem = f"{type(error).__name__}: {error}"
        return list(check.broken(problem)), problem


def _measured(check: Check, facts: ClipFacts) -> list[Measurement]:
    """What the check says, if it says what it may and what can be sent on.

    Raises:
        ValueError: it speaks of measures that are not its own.
        TypeError: a value is no plain number.
    """
    found = list(check.run(facts))
    own = {(check.name, measure.name) for measure in check.measures}
    if strange := {(each.check, each.name) for each in found} - own:
        names = sorted(name for _, name in strange)
        raise ValueError(f"it speaks of {names}, which it does not measure")
    json.dumps([each.to_json() for each in found], allow_nan=False)
    return found


def _stills(job: ClipJob, measurements: list[Measurement]) -> tuple[Mapping[str, str], str]:
    """Stills of what is wrong by the scene type's limits, and why some are missing."""
    if job.stills_folder is None:
        return {}, ""
    judged = with_limits(measurements, job.limits)
    try:
        return draw_stills(Path(job.video), judged, Path(job.stills_folder)), ""
    except Exception as error:  # noqa: BLE001 - a score is worth more than its pictures
        return {}, f"{type(error).__name__}: {error}"

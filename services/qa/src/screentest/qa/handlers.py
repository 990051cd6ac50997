"""What qa does about an event: SegmentRendered becomes a score.

Fetching and measuring take seconds and happen outside any transaction; what was found is recorded
in one. Must never publish, acknowledge, or hold a connection while a clip is measured.
"""

import asyncio
import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

from screentest.common import outbox
from screentest.common.consumer import Record
from screentest.common.db import Tx
from screentest.common.events import (
    Artefact,
    CheckResult,
    QAPolicy,
    QAScored,
    SegmentRendered,
)
from screentest.common.events import Verdict as SaidVerdict
from screentest.common.logs import get_logger
from screentest.common.objects import Objects
from screentest.qa import metrics, store
from screentest.qa.domain import (
    ClipScore,
    LimitOverride,
    Measurement,
    Verdict,
    judge,
    with_limits,
)
from screentest.qa.engine.job import ClipJob, ClipReport, Expected
from screentest.qa.engine.pool import ClipPool

log = get_logger()


async def on_segment_rendered(
    event: SegmentRendered, *, objects: Objects, pool: ClipPool, temp_dir: Path | None
) -> Record:
    """Score a rendered segment; returns what records the score and says it."""
    report = await _measure(event, objects, pool, temp_dir)
    if report.broken_checks:
        metrics.CHECKS_BROKEN.inc(len(report.broken_checks))
        log.error("checks_broken", render_id=str(event.render_id), checks=report.broken_checks)

    score = judge(with_limits(report.measurements, _overrides(event.qa)))

    async def record(tx: Tx) -> None:
        render = store.ScoredRender(
            run_id=event.run_id,
            segment=event.segment,
            render_id=event.render_id,
            video_key=event.artefacts.video.key,
            video_sha256=event.artefacts.video.sha256,
            seed_image_sha256=event.seed_image.sha256,
            measuring_s=report.seconds,
        )
        if not await store.add_score(tx, render, score):
            # Scored under another message id: a dispatcher that asks again wants to hear it again.
            log.info("render_scored_again", render_id=str(event.render_id))
        await outbox.add(tx, _scored(event, score, report.seconds))
        _count(report, score)

    return record


async def _measure(
    event: SegmentRendered, objects: Objects, pool: ClipPool, temp_dir: Path | None
) -> ClipReport:
    with TemporaryDirectory(prefix="screentest-qa-", dir=temp_dir) as folder:
        video, seed_image = Path(folder, "clip.mp4"), Path(folder, "seed")
        reference = Path(folder, "reference")
        problem = await _fetch(objects, event.artefacts.video, video)
        if problem:
            return ClipReport.unreadable(f"the clip {problem}", seconds=0.0)
        seed_problem = await _fetch(objects, event.seed_image, seed_image)
        reference_problem = await _fetch_reference(objects, event, reference)
        job = ClipJob(
            video=str(video),
            seed_image=None if seed_problem else str(seed_image),
            seed_problem=f"the seed image {seed_problem}" if seed_problem else "",
            segment=event.segment,
            expected=_expected(event),
            reference_image=None if reference_problem else str(reference),
            reference_problem=reference_problem,
        )
        return await pool.measure(job)


async def _fetch_reference(objects: Objects, event: SegmentRendered, path: Path) -> str:
    """Download the character's source image; returns why there is none, or an empty string."""
    # Before events carried it, segment 1 was known to begin with it.
    artefact = event.reference_image or (event.seed_image if event.segment == 1 else None)
    if artefact is None:
        return "nobody said which source image the chain began with"
    problem = await _fetch(objects, artefact, path)
    return f"the source image {problem}" if problem else ""


def _expected(event: SegmentRendered) -> Expected:
    """What the clip should be: what was asked for, without what was cut off on purpose."""
    asked = event.expected
    frames = None if asked.frames is None else asked.frames - event.trimmed_frames
    return Expected(**asked.model_dump() | {"frames": frames})


async def _fetch(objects: Objects, artefact: Artefact, path: Path) -> str:
    """Download an artefact; returns what is wrong with it, or an empty string.

    An artefact that an event names was stored before the event was said. One that is gone stays
    gone, so it is a fact about the segment and not something to wait for.
    """
    try:
        await objects.download(artefact.key, path)
    except FileNotFoundError:
        return f'"{artefact.key}" is not in storage'
    sha256 = await asyncio.to_thread(_sha256, path)
    if sha256 == artefact.sha256:
        return ""
    return f'"{artefact.key}" has changed in storage: {artefact.sha256} was rendered, not {sha256}'


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _overrides(policy: QAPolicy) -> dict[str, LimitOverride]:
    return {
        name: LimitOverride(warn=limits.warn, fail=limits.fail)
        for name, limits in policy.limits.items()
    }


def _scored(event: SegmentRendered, score: ClipScore, seconds: float) -> QAScored:
    return QAScored(
        run_id=event.run_id,
        segment=event.segment,
        render_id=event.render_id,
        score=score.score,
        verdict=SaidVerdict(score.verdict),
        checks=tuple(_check_result(each) for each in score.measurements),
        seconds=seconds,
    )


def _check_result(measurement: Measurement) -> CheckResult:
    return CheckResult(
        name=measurement.name,
        value=measurement.value,
        unit=measurement.unit,
        warn=measurement.limits.warn,
        fail=measurement.limits.fail,
        verdict=SaidVerdict(measurement.verdict),
        frame=measurement.frame,
        region=measurement.region,
        message="" if measurement.verdict is Verdict.PASS else measurement.note,
    )


def _count(report: ClipReport, score: ClipScore) -> None:
    metrics.CLIPS_SCORED.labels(score.verdict.value).inc()
    for check in score.checks:
        metrics.CHECKS_JUDGED.labels(check.name, check.verdict.value).inc()
    metrics.MEASURING_SECONDS.observe(report.seconds)

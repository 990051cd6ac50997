"""What qa does about an event: SegmentRendered becomes a score, RescoreRequested another one.

Fetching and measuring take seconds and happen outside any transaction; what was found is recorded
in one. Must never publish, acknowledge, or hold a connection while a clip is measured.
"""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from screentest.common import outbox
from screentest.common.consumer import Record
from screentest.common.db import Tx
from screentest.common.events import (
    Artefact,
    CheckResult,
    QAPolicy,
    QAScored,
    RescoreRequested,
    SegmentRendered,
)
from screentest.common.events import Verdict as SaidVerdict
from screentest.common.file_hash import file_sha256
from screentest.common.logs import get_logger
from screentest.common.objects import Objects
from screentest.common.tracing import span
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

#: Names of measures that may be part of a key. Checks of people's own are named by people.
_PLAIN_NAME = re.compile("[a-z0-9][a-z0-9_.-]{0,79}")
#: Kinds of stills, by the ending of their file.
_STILL_TYPES = {".webp": "image/webp", ".jpg": "image/jpeg"}


async def on_segment_rendered(
    event: SegmentRendered, *, objects: Objects, pool: ClipPool, temp_dir: Path | None
) -> Record:
    """Score a rendered segment; returns what records the score and says it."""
    with span("measure clip"):
        report, stills = await _measure(event, objects, pool, temp_dir)
    if report.broken_checks:
        metrics.CHECKS_BROKEN.inc(len(report.broken_checks))
        log.error("checks_broken", render_id=str(event.render_id), checks=report.broken_checks)
    if report.stills_problem:
        log.error("stills_broken", render_id=str(event.render_id), problem=report.stills_problem)

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
            measured=report.measurements,
            limits=event.qa.limits,
            stills=stills,
        )
        if not await store.add_score(tx, render, score):
            # Scored under another message id: a dispatcher that asks again wants to hear it again.
            log.info("render_scored_again", render_id=str(event.render_id))
        await outbox.add(tx, _scored(event, score, report.seconds, stills))
        _count(report, score)

    return record


async def on_rescore_requested(event: RescoreRequested, tx: Tx) -> None:
    """Judge a measured render again, by other limits. One that never was measured stays so."""
    known = await store.lock_score(tx, event)
    if known is None:
        log.warning("rescore_of_unmeasured_render", render_id=str(event.render_id))
        return
    if known.rescore_id is not None and known.rescore_id >= event.rescore_id:
        log.info("rescore_outdated", render_id=str(event.render_id))
        return

    score = judge(with_limits(known.measured, _overrides(event.qa)))

    await store.replace_score(tx, event, score)
    said = _scored(event, score, known.measuring_s, known.stills)
    again = {"rescored": True, "rescore_id": event.rescore_id}
    await outbox.add(tx, said.model_copy(update=again))
    metrics.CLIPS_RESCORED.labels(score.verdict.value).inc()


async def _measure(
    event: SegmentRendered, objects: Objects, pool: ClipPool, temp_dir: Path | None
) -> tuple[ClipReport, dict[str, Artefact]]:
    """What was seen in a clip, and the stills of it, which are in storage."""
    with TemporaryDirectory(prefix="screentest-qa-", dir=temp_dir) as folder:
        video, seed_image = Path(folder, "clip.mp4"), Path(folder, "seed")
        reference = Path(folder, "reference")
        problem = await _fetch(objects, event.artefacts.video, video)
        if problem:
            return ClipReport.unreadable(f"the clip {problem}", seconds=0.0), {}
        stills_folder = Path(folder, "stills")
        await asyncio.to_thread(stills_folder.mkdir)
        seed_problem = await _fetch(objects, event.seed_image, seed_image)
        reference_problem = await _fetch_reference(objects, event, reference)
        job = ClipJob(
            video=str(video),
            seed_image=None if seed_problem else str(seed_image),
            seed_problem=f"the seed image {seed_problem}" if seed_problem else "",
            segment=event.segment,
            expected=_expected(event),
            stills_folder=str(stills_folder),
            limits=_overrides(event.qa),
            reference_image=None if reference_problem else str(reference),
            reference_problem=reference_problem,
        )
        report = await pool.measure(job)
        return report, await _keep_stills(objects, event.render_id, report.stills, stills_folder)


async def _keep_stills(
    objects: Objects, render_id: UUID, stills: Mapping[str, str], folder: Path
) -> dict[str, Artefact]:
    """Store stills below the render's own prefix; measured twice they are stored twice alike.

    The child decodes clips of any origin, so what it says is a file of ``folder`` or nothing. A
    still that is not there costs the picture, never the score.
    """
    kept: dict[str, Artefact] = {}
    for measure, said in stills.items():
        path = folder / Path(said).name
        media_type = _STILL_TYPES.get(path.suffix)
        is_ours = Path(said) == path and path.is_file()
        if media_type is None or not is_ours or not _PLAIN_NAME.fullmatch(measure):
            log.warning("still_left_out", render_id=str(render_id), measure=measure)
            continue
        key = f"qa/{render_id}/{measure}{path.suffix}"
        kept[measure] = await objects.put(key, path, media_type=media_type)
    return kept


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
    return Expected(**asked.model_dump() | {"frames": frames, "loop": event.qa.loop})


async def _fetch(objects: Objects, artefact: Artefact, path: Path) -> str:
    """Download an artefact; returns what is wrong with it, or an empty string.

    An artefact that an event names was stored before the event was said. One that is gone stays
    gone, so it is a fact about the segment and not something to wait for.
    """
    try:
        await objects.download(artefact.key, path)
    except FileNotFoundError:
        return f'"{artefact.key}" is not in storage'
    sha256 = await asyncio.to_thread(file_sha256, path)
    if sha256 == artefact.sha256:
        return ""
    return f'"{artefact.key}" has changed in storage: {artefact.sha256} was rendered, not {sha256}'


def _overrides(policy: QAPolicy) -> dict[str, LimitOverride]:
    return {
        name: LimitOverride(warn=limits.warn, fail=limits.fail)
        for name, limits in policy.limits.items()
    }


def _scored(
    event: SegmentRendered | RescoreRequested,
    score: ClipScore,
    seconds: float,
    stills: Mapping[str, Artefact],
) -> QAScored:
    return QAScored(
        run_id=event.run_id,
        segment=event.segment,
        render_id=event.render_id,
        score=score.score,
        verdict=SaidVerdict(score.verdict),
        checks=tuple(_check_result(each, stills.get(each.name)) for each in score.measurements),
        decided_by=score.decided_by,
        seconds=seconds,
    )


def _check_result(measurement: Measurement, still: Artefact | None) -> CheckResult:
    return CheckResult(
        name=measurement.name,
        check=measurement.check,
        value=measurement.value,
        unit=measurement.unit,
        warn=measurement.limits.warn,
        fail=measurement.limits.fail,
        ideal=measurement.limits.ideal,
        verdict=SaidVerdict(measurement.verdict),
        frame=measurement.frame,
        region=measurement.region,
        message="" if measurement.verdict is Verdict.PASS else measurement.note,
        still=still,
    )


def _count(report: ClipReport, score: ClipScore) -> None:
    metrics.CLIPS_SCORED.labels(score.verdict.value).inc()
    for check in score.checks:
        metrics.CHECKS_JUDGED.labels(check.name, check.verdict.value).inc()
        if check.sub_score is not None:
            metrics.CHECK_SUB_SCORES.labels(check.name).observe(check.sub_score)
    metrics.MEASURING_SECONDS.observe(report.seconds)

"""What QA says of a test shot and of a batch, arranged for reading. Adds nothing of its own."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pydantic import Field

from screentest.common.events import CheckResult, QAScored, Verdict
from screentest.common.recipes import Frozen

_SEVERITY = {Verdict.FAIL: 0, Verdict.WARN: 1, Verdict.PASS: 2, Verdict.NOT_MEASURED: 3}
FLAGGED = frozenset({Verdict.WARN, Verdict.FAIL})


class MeasureReport(Frozen):
    """One number and what it came to."""

    name: str = Field(examples=["noise_texture"])
    unit: str
    value: float | None = Field(description="Null: not measured, and `message` says why.")
    ideal: float | None
    warn: float | None
    fail: float | None
    verdict: Verdict
    decided: bool = Field(description="The score was decided by it, alone or with others.")
    frame: int | None = Field(description="The frame, from 0, that shows it best.")
    still: str | None = Field(
        description="Storage key of a picture of that frame with the defect marked: read it at "
        "`/api/media/{key}`."
    )
    message: str


class CheckReport(Frozen):
    """One kind of defect; its worst measure speaks for it."""

    name: str = Field(examples=["noise"])
    verdict: Verdict
    measures: list[MeasureReport] = Field(description="The worst first.")


class ScoreReport(Frozen):
    """A score and everything behind it."""

    score: float
    verdict: Verdict
    rescored: bool = Field(description="Judged again since it was measured, by later limits.")
    decided_by: list[str] = Field(description="Measures that the score was decided by.")
    summary: str = Field(
        examples=["1 failed (black), 1 warned (noise_sigma); the score was decided by black."]
    )
    checks: list[CheckReport] = Field(description="The worst first.")


class ShotQA(ScoreReport):
    """The score of a test shot."""

    test_shot_id: int


class CheckCounts(Frozen):
    """What one check came to over many test shots."""

    name: str
    counts: dict[Verdict, int] = Field(examples=[{"pass": 9, "warn": 2, "fail": 1}])
    flagged_shot_ids: list[int]


class BatchQA(Frozen):
    """What QA says of a batch."""

    batch_id: int
    summary: str = Field(examples=["3 of 12 flagged"])
    cells: int
    scored: int
    flagged: int = Field(description="Test shots with a warning or a failure.")
    verdicts: dict[Verdict, int] = Field(examples=[{"pass": 9, "warn": 2, "fail": 1}])
    checks: list[CheckCounts] = Field(description="The one that flags most first.")


def read_score(scored: QAScored) -> ScoreReport:
    """A score arranged by check."""
    decided_by = deciding(scored)
    groups: dict[str, list[CheckResult]] = {}
    for check in scored.checks:
        groups.setdefault(check_of(check), []).append(check)
    checks = [_check(name, group, decided_by) for name, group in groups.items()]
    return ScoreReport(
        score=scored.score,
        verdict=scored.verdict,
        rescored=scored.rescored,
        decided_by=decided_by,
        summary=_summary(scored, decided_by),
        checks=sorted(checks, key=lambda each: _SEVERITY[each.verdict]),
    )


def read_shot(shot_id: int, scored: QAScored) -> ShotQA:
    """The same of a test shot."""
    return ShotQA(test_shot_id=shot_id, **dict(read_score(scored)))


def read_batch(batch_id: int, cells: int, scored: Mapping[int, QAScored]) -> BatchQA:
    """Count what qa says of a batch's test shots."""
    verdicts = Counter(one.verdict for one in scored.values())
    flagged = sum(verdicts[verdict] for verdict in FLAGGED)
    counts: dict[str, Counter[Verdict]] = {}
    shots: dict[str, list[int]] = {}
    for shot_id, one in scored.items():
        for check, verdict in _verdicts(one.checks).items():
            counts.setdefault(check, Counter())[verdict] += 1
            flags = shots.setdefault(check, [])
            if verdict in FLAGGED:
                flags.append(shot_id)
    checks = [
        CheckCounts(name=name, counts=dict(counted), flagged_shot_ids=sorted(shots[name]))
        for name, counted in counts.items()
    ]
    waits = f", {cells - len(scored)} not scored" if cells > len(scored) else ""
    return BatchQA(
        batch_id=batch_id,
        summary=f"{flagged} of {len(scored)} flagged{waits}",
        cells=cells,
        scored=len(scored),
        flagged=flagged,
        verdicts=dict(verdicts),
        checks=sorted(checks, key=lambda each: -len(each.flagged_shot_ids)),
    )


def check_of(result: CheckResult) -> str:
    """The check a measure belongs to; scores of before that was said have one a measure."""
    return result.check or result.name


def deciding(scored: QAScored) -> list[str]:
    """What the score was decided by; where qa does not say, the measures of the worst verdict."""
    if scored.decided_by or scored.verdict not in FLAGGED:
        return list(scored.decided_by)
    return [each.name for each in scored.checks if each.verdict is scored.verdict]


def read_measure(result: CheckResult, decided_by: Sequence[str]) -> MeasureReport:
    """One measure."""
    return MeasureReport(
        **result.model_dump(exclude={"check", "still"}),
        decided=result.name in decided_by,
        still=result.still.key if result.still else None,
    )


def _check(name: str, group: Iterable[CheckResult], decided_by: Sequence[str]) -> CheckReport:
    ordered = sorted(group, key=lambda each: _SEVERITY[each.verdict])
    return CheckReport(
        name=name,
        verdict=ordered[0].verdict,
        measures=[read_measure(each, decided_by) for each in ordered],
    )


def _verdicts(results: Iterable[CheckResult]) -> dict[str, Verdict]:
    """The worst verdict of each check."""
    worst: dict[str, Verdict] = {}
    for each in results:
        name = check_of(each)
        worst[name] = min(worst.get(name, each.verdict), each.verdict, key=_SEVERITY.__getitem__)
    return worst


def _summary(scored: QAScored, decided_by: Sequence[str]) -> str:
    said = [
        f"{len(names)} {noun} ({', '.join(names)})"
        for verdict, noun in (
            (Verdict.FAIL, "failed"),
            (Verdict.WARN, "warned"),
            (Verdict.NOT_MEASURED, "could not be measured"),
        )
        if (names := [each.name for each in scored.checks if each.verdict is verdict])
    ]
    by = (
        f"the score was decided by {', '.join(decided_by)}"
        if decided_by
        else "nothing took anything off the score"
    )
    found = ", ".join(said) or "every measure passed"
    return f"{found[:1].upper()}{found[1:]}; {by}."

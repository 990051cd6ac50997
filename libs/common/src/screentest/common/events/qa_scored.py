"""QAScored: a segment has a score, a verdict, and the measurements behind them."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from screentest.common.events.artefacts import Artefact
from screentest.common.events.run_event import RunEvent
from screentest.common.recipes import Frozen


class Verdict(StrEnum):
    """What QA thinks of a segment, or of one aspect of it."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WARN = "warn"
    FAIL = "fail"
    #: Only for a single check: nothing to judge by. Never a made-up number.
    NOT_MEASURED = "not_measured"


class CheckResult(Frozen):
    """One measurement and the limits it was judged by."""

    name: str
    #: The check the measure belongs to; empty where nobody says.
    check: str = ""
    #: None when not measured.
    value: float | None = None
    unit: str = ""
    #: Where the check warns and fails; the larger of two limits is worse unless warn > fail.
    warn: float | None = None
    fail: float | None = None
    #: The best value there is; both limits lie on one side of it. None where nobody says.
    ideal: float | None = None
    verdict: Verdict
    #: The frame (from 0) that shows it best.
    frame: int | None = None
    #: Where in that frame, when it is not all of it: left, top, width, height as shares of it.
    region: tuple[float, float, float, float] | None = None
    #: One sentence a person can act on; empty when all is well.
    message: str = ""
    #: A small picture of that frame with the defect marked.
    still: Artefact | None = None


class QAScored(RunEvent):
    """qa -> dispatcher and api."""

    type: ClassVar[str] = "qa.scored.v1"

    segment: int = Field(ge=1)
    render_id: UUID
    #: 1 is flawless.
    score: float = Field(ge=0, le=1)
    verdict: Verdict
    checks: tuple[CheckResult, ...]
    #: Names of the measures that the score was decided by; empty where nobody says.
    decided_by: tuple[str, ...] = ()
    #: How long measuring took, waiting not counted.
    seconds: float | None = Field(default=None, ge=0)
    #: Nothing was measured: what is known of the clip was judged again, by other limits. It changes
    #: what people see of the segment, and nothing that was done upon its first verdict.
    rescored: bool = False
    #: The `RescoreRequested` it answers, when it is rescored; the largest is the latest.
    rescore_id: UUID | None = None

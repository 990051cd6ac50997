"""Event contracts: every message the services exchange, one module each.

Frozen pydantic models; readers ignore fields they do not know. `CONTRACTS` maps a type name to its
class.
"""

from screentest.common.events.artefacts import (
    Artefact,
    ClipFacts,
    ExpectedClip,
    SegmentArtefacts,
)
from screentest.common.events.envelope import Envelope
from screentest.common.events.event import Event
from screentest.common.events.promotion_rejected import PromotionRejected
from screentest.common.events.promotion_requested import PromotionRequested
from screentest.common.events.qa_policy import Limits, QAPolicy
from screentest.common.events.qa_scored import CheckResult, QAScored, Verdict
from screentest.common.events.render_cancelled import RenderCancelled
from screentest.common.events.render_requested import RenderRequested
from screentest.common.events.run_finished import Failure, RunFinished, RunStatus
from screentest.common.events.segment_failed import SegmentFailed
from screentest.common.events.segment_progressed import SegmentProgressed
from screentest.common.events.segment_rendered import SegmentRendered
from screentest.common.events.shot_cancelled import ShotCancelled
from screentest.common.events.shot_promoted import ShotPromoted
from screentest.common.events.shot_requested import Lane, RunKind, ShotRequested
from screentest.common.events.worker_seen import WorkerSeen

CONTRACTS: dict[str, type[Event]] = {
    contract.type: contract
    for contract in (
        ShotRequested,
        ShotCancelled,
        RenderRequested,
        RenderCancelled,
        SegmentProgressed,
        SegmentRendered,
        SegmentFailed,
        QAScored,
        RunFinished,
        PromotionRequested,
        ShotPromoted,
        PromotionRejected,
        WorkerSeen,
    )
}

__all__ = [
    "CONTRACTS",
    "Artefact",
    "CheckResult",
    "ClipFacts",
    "Envelope",
    "Event",
    "ExpectedClip",
    "Failure",
    "Lane",
    "Limits",
    "PromotionRejected",
    "PromotionRequested",
    "QAPolicy",
    "QAScored",
    "RenderCancelled",
    "RenderRequested",
    "RunFinished",
    "RunKind",
    "RunStatus",
    "SegmentArtefacts",
    "SegmentFailed",
    "SegmentProgressed",
    "SegmentRendered",
    "ShotCancelled",
    "ShotPromoted",
    "ShotRequested",
    "Verdict",
    "WorkerSeen",
]

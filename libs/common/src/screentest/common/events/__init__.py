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
from screentest.common.events.boundary import Boundary, BoundaryMode
from screentest.common.events.boundary_chosen import BoundaryChosen
from screentest.common.events.envelope import Envelope
from screentest.common.events.event import Event
from screentest.common.events.failure_detail import FailureDetail
from screentest.common.events.kept_segment import KeptSegment
from screentest.common.events.needs import Needs
from screentest.common.events.promotion_rejected import PromotionRejected
from screentest.common.events.promotion_requested import PromotionRequested
from screentest.common.events.qa_policy import Limits, QAPolicy
from screentest.common.events.qa_scored import CheckResult, QAScored, Verdict
from screentest.common.events.queue_changed import Outlook, QueueChanged, WaitingRun
from screentest.common.events.queue_controlled import QueueControlled
from screentest.common.events.render_cancelled import RenderCancelled
from screentest.common.events.render_requested import RenderRequested
from screentest.common.events.render_timings import RenderTimings
from screentest.common.events.rescore_requested import RescoreRequested
from screentest.common.events.run_finished import Failure, RunFinished, RunStatus
from screentest.common.events.segment_failed import SegmentFailed
from screentest.common.events.segment_progressed import SegmentProgressed
from screentest.common.events.segment_rendered import SegmentRendered
from screentest.common.events.shot_cancelled import ShotCancelled
from screentest.common.events.shot_promoted import ShotPromoted
from screentest.common.events.shot_requested import Lane, RunKind, ShotRequested
from screentest.common.events.waiting_code import WaitingCode
from screentest.common.events.worker_drain_requested import WorkerDrainRequested
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
        QueueChanged,
        QueueControlled,
        WorkerDrainRequested,
        BoundaryChosen,
        RescoreRequested,
    )
}

__all__ = [
    "CONTRACTS",
    "Artefact",
    "Boundary",
    "BoundaryChosen",
    "BoundaryMode",
    "CheckResult",
    "ClipFacts",
    "Envelope",
    "Event",
    "ExpectedClip",
    "Failure",
    "FailureDetail",
    "KeptSegment",
    "Lane",
    "Limits",
    "Needs",
    "Outlook",
    "PromotionRejected",
    "PromotionRequested",
    "QAPolicy",
    "QAScored",
    "QueueChanged",
    "QueueControlled",
    "RenderCancelled",
    "RenderRequested",
    "RenderTimings",
    "RescoreRequested",
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
    "WaitingCode",
    "WaitingRun",
    "WorkerDrainRequested",
    "WorkerSeen",
]

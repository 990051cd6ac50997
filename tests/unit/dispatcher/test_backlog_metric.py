"""The backlog as a metric: every waiting run is in it once, under its lane and why it waits."""

from screentest.common.events import Lane, WaitingCode
from screentest.common.ids import new_id
from screentest.common.recipes import Renderer
from screentest.dispatcher import metrics
from screentest.dispatcher.domain.lanes import Candidate
from screentest.dispatcher.domain.shares import Shares
from screentest.dispatcher.domain.status import Status
from screentest.dispatcher.domain.waiting import Awaiting, Queue, Waiting
from screentest.dispatcher.handlers.reporting import _said_of


def waiting(lane: Lane) -> Waiting:
    return Waiting(
        run=Candidate(run_id=new_id(), lane=lane, renderer=Renderer.COMFYUI, user=1, turn=0.0)
    )


def say(*runs: Waiting, awaiting: tuple[Awaiting, ...] = ()) -> None:
    shares = Shares(production_share=0.2)
    _said_of(
        Queue(
            waiting=runs,
            workers=(),
            released=(),
            capabilities={},
            shares=shares,
            awaiting=awaiting,
        )
    )


def backlog() -> dict[tuple[str, str], float]:
    (family,) = metrics.BACKLOG.collect()
    return {
        (sample.labels["lane"], sample.labels["reason"]): sample.value
        for sample in family.samples
        if sample.value
    }


def test_what_waits_is_counted_until_it_waits_no_more():
    held = Awaiting(run_id=new_id(), lane=Lane.PRODUCTION, status=Status.AWAITING_FRAME, segment=1)

    say(waiting(Lane.PREVIEW), waiting(Lane.PREVIEW), waiting(Lane.PRODUCTION), awaiting=(held,))

    assert backlog() == {
        (Lane.PREVIEW, WaitingCode.NO_WORKER): 2,
        (Lane.PRODUCTION, WaitingCode.NO_WORKER): 1,
        (Lane.PRODUCTION, WaitingCode.AWAITING_FRAME): 1,
    }

    say(waiting(Lane.PRODUCTION))

    assert backlog() == {(Lane.PRODUCTION, WaitingCode.NO_WORKER): 1}

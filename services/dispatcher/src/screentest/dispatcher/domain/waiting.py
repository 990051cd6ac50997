"""Why each waiting run waits, at which place it stands, and when it is expected to start.

A forecast: the order is the policy's but for warm models, which cannot be foreseen; the times
follow from expected costs, for each place of its own. Where nothing is known, nothing is claimed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from screentest.common.events import Lane, WaitingCode
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.capabilities import Capability, Place, Shortfall
from screentest.dispatcher.domain.forecast import UNKNOWN_S, Forecast, take
from screentest.dispatcher.domain.lanes import Candidate, Released, Worker
from screentest.dispatcher.domain.lines import Line, Lines
from screentest.dispatcher.domain.order import in_order
from screentest.dispatcher.domain.reuse import Reuse
from screentest.dispatcher.domain.shares import Account, Shares
from screentest.dispatcher.domain.status import Status


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why one run waits."""

    run_id: UUID
    code: WaitingCode
    reason: str
    #: From 1, among those that could have one of its slots.
    position: int | None = None
    starts_in_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """When a run that is asked for now would start at a place, at the latest."""

    place: Place
    lane: Lane
    #: None when that cannot be told.
    starts_in_s: float | None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A run that waits, and what keeps it apart from those that stand in order."""

    run: Candidate
    #: "run", "batch" or "budget".
    paused_by: str | None = None
    #: The sentence that came with the pause, where one did.
    paused_why: str = ""
    reuse: Reuse = Reuse.OPEN


@dataclass(frozen=True, kw_only=True)
class Awaiting:
    """A run between two segments."""

    run_id: UUID
    lane: Lane
    #: `Status.AWAITING_QA` or `Status.AWAITING_FRAME`.
    status: Status
    #: The one that is rendered.
    segment: int


Hindrance = tuple[WaitingCode, str]


@dataclass(kw_only=True)
class Queue:
    """All that decides about the order, at one moment."""

    waiting: Collection[Waiting]
    workers: Collection[Worker]
    released: Collection[Released]
    capabilities: Mapping[Place, Capability]
    shares: Shares
    paused_lanes: Collection[Lane] = ()
    awaiting: Collection[Awaiting] = ()
    _forecast: Forecast = field(init=False)
    #: By what runs need.
    _fits: dict[tuple[Renderer, str], Line | Hindrance] = field(init=False, default_factory=dict)
    _lines: Lines = field(init=False)

    def __post_init__(self) -> None:
        """Let what is out take its slots."""
        self._forecast = Forecast(self.workers, self.released, self.shares)
        self._lines = Lines(self._forecast)

    @property
    def lanes(self) -> dict[UUID, Lane]:
        """The lane of every run there may be a reason for."""
        return {
            **{each.run.run_id: each.run.lane for each in self.waiting},
            **{each.run_id: each.lane for each in self.released},
            **{each.run_id: each.lane for each in self.awaiting},
        }

    def explain(self) -> tuple[list[Reason], list[Outlook]]:
        """One reason of every run that waits, and what those may expect that come now. Once."""
        reasons = [_awaited(each) for each in self.awaiting]
        reasons += self._of_released()
        waiting: defaultdict[Renderer, list[Candidate]] = defaultdict(list)
        for each in self.waiting:
            hindrance = self._hindrance(each)
            if hindrance is None:
                waiting[each.run.renderer].append(each.run)
            else:
                reasons.append(hindrance)
        outlooks: list[Outlook] = []
        for renderer in Renderer:
            runs = list(in_order(waiting[renderer], self.shares, self._accounts(renderer)))
            last = max((n for n, run in enumerate(runs, 1) if run.lane is Lane.PREVIEW), default=0)
            for lane, part in ((Lane.PREVIEW, runs[:last]), (Lane.PRODUCTION, runs[last:])):
                reasons += self._of_line(part)
                outlooks += self._outlooks(renderer, lane)
        return reasons, outlooks

    def _of_released(self) -> Iterator[Reason]:
        """Runs that have a slot, and that nobody has begun with."""
        holder = {render_id: worker for worker in self.workers for render_id in worker.holds}
        for render in self.released:
            worker = holder.get(render.render_id)
            if worker is None or (worker.draining and render.render_id in worker.staged):
                code = WaitingCode.RELEASED
                reason = "the next worker of its class that is free takes it"
                if not self._forecast.slots_of([render.place]):
                    reason = "no worker of its class takes work now"
            elif render.render_id in worker.staged:
                code = WaitingCode.STAGED
                reason = f"worker {worker.name} takes it after the present render"
                if worker.holds == worker.staged:
                    reason = f"worker {worker.name} is about to begin with it"
            else:
                continue
            starts_in_s = self._forecast.starts_in_s(render)
            yield Reason(
                run_id=render.run_id, code=code, reason=reason, starts_in_s=_told(starts_in_s)
            )

    def _hindrance(self, each: Waiting) -> Reason | None:
        """What keeps a run out of the order; None when only busy slots do."""
        run = each.run
        said: Hindrance
        if each.reuse is Reuse.SHARES:
            said = (
                WaitingCode.SHARES_RENDER,
                "an identical render is under way: its clip will be taken",
            )
        elif each.reuse in (Reuse.NEW, Reuse.CHECK):
            said = (
                WaitingCode.CHECKS_REUSE,
                "an identical render is looked for: its clip is taken if it is there",
            )
        elif each.paused_by == "batch":
            said = WaitingCode.BATCH_PAUSED, f"batch {run.batch_id} is paused"
        elif each.paused_by == "run":
            said = WaitingCode.RUN_PAUSED, "it is paused"
        elif each.paused_by == "budget":
            said = WaitingCode.BUDGET_SPENT, each.paused_why
        elif run.lane in self.paused_lanes:
            said = WaitingCode.LANE_PAUSED, f"the {run.lane} lane is paused"
        else:
            fit = self._fit(run)
            if isinstance(fit, Line):
                return None
            said = fit
        return Reason(run_id=run.run_id, code=said[0], reason=said[1])

    def _fit(self, run: Candidate) -> Line | Hindrance:
        """The line it stands in; else why nobody can render it."""
        key = run.renderer, run.needs_key
        if key not in self._fits:
            self._fits[key] = self._fit_now(run)
        return self._fits[key]

    def _fit_now(self, run: Candidate) -> Line | Hindrance:
        there = [worker for worker in self.workers if worker.place.renderer is run.renderer]
        taking = sorted({worker.place for worker in there if worker.open_slots})
        if not there:
            return WaitingCode.NO_WORKER, f"no live worker renders with {run.renderer}"
        if not taking:
            return WaitingCode.WORKERS_DRAINING, _all_draining(there, run.renderer)
        lacks = {
            place: self.capabilities.get(place, Capability()).shortfall(run.needs)
            for place in taking
        }
        places = frozenset(place for place, lack in lacks.items() if lack is None)
        missing = [lack for lack in lacks.values() if lack is not None]
        return self._lines.at(places) if places else (missing[0].code, _missing(missing[0]))

    def _of_line(self, runs: Sequence[Candidate]) -> Iterator[Reason]:
        """Runs in order, each behind those that came before."""
        for run in runs:
            line = self._fit(run)
            assert isinstance(line, Line), "what is hindered stands in no line"
            ahead = line.join()
            cost_s = self._forecast.cost_s(run.lane, run.estimate_s)
            others = f"runs ahead of it: {ahead}" if ahead else "it is next"
            yield Reason(
                run_id=run.run_id,
                code=WaitingCode.SLOTS_BUSY,
                reason=f"{line.busy}; {others}",
                position=ahead + 1,
                starts_in_s=_told(take(line.slots, cost_s)),
            )

    def _outlooks(self, renderer: Renderer, lane: Lane) -> Iterator[Outlook]:
        """At each place, behind all that has taken its slot by now."""
        taking = {worker.place for worker in self.workers if worker.open_slots}
        for place in sorted(taking):
            if place.renderer is renderer and lane not in self.paused_lanes:
                starts_in_s = _told(self._forecast.free_in_s(place))
                yield Outlook(place=place, lane=lane, starts_in_s=starts_in_s)

    def _accounts(self, renderer: Renderer) -> list[Account]:
        taking = {worker.place for worker in self.workers if worker.open_slots}
        return [self.shares.at(place) for place in taking if place.renderer is renderer]


def _awaited(each: Awaiting) -> Reason:
    if each.status is Status.AWAITING_QA:
        code = WaitingCode.AWAITING_QA
        reason = f"it waits for the verdict on segment {each.segment}"
    else:
        code = WaitingCode.AWAITING_FRAME
        reason = f"somebody has to choose the boundary frame of segment {each.segment}"
    return Reason(run_id=each.run_id, code=code, reason=reason)


def _told(starts_in_s: float) -> float | None:
    return None if starts_in_s == UNKNOWN_S else round(starts_in_s, 1)


def _missing(lack: Shortfall) -> str:
    if lack.code is WaitingCode.SHORT_OF_VRAM:
        return f"every live worker is short of VRAM: it takes {lack.what}"
    return f"no live worker has {lack.what}"


def _all_draining(workers: Collection[Worker], renderer: Renderer) -> str:
    if any(worker.draining for worker in workers):
        return f"every live worker that renders with {renderer} is draining"
    return f"no backend of the workers that render with {renderer} answers"

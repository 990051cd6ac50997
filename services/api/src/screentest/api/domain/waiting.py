"""Why runs wait, as the dispatcher said last: put together from its parts, and never out of date.

Every replica keeps its own picture in memory; the next one comes within seconds. Pure: the moment
is handed in. Must never show a reason that was not said in the last `STALE_S`.
"""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from pydantic import Field

from screentest.common.events import Lane, Outlook, QueueChanged, WaitingCode, WaitingRun
from screentest.common.recipes import Frozen, Renderer

STALE_S = 10.0
"""The dispatcher says the queue every second or so; ten are not missed by chance."""

_HELD_SNAPSHOTS = 4
"""Incomplete snapshots that are kept: a part that was lost must not be waited for."""


class Waiting(Frozen):
    """Why something waits, and until when."""

    code: WaitingCode = Field(
        description="unknown when the dispatcher has not said it.", examples=["slots_busy"]
    )
    reason: str = Field(description="One sentence for people.")
    position: int | None = Field(description="Place in its queue, from 1.")
    starts_in_s: float | None = Field(description="Null when that cannot be told.")


def _unknown(reason: str) -> Waiting:
    return Waiting(code=WaitingCode.UNKNOWN, reason=reason, position=None, starts_in_s=None)


# One for all: a batch that was just asked for says it of hundreds.
_NOT_TAKEN_IN = _unknown(
    "The dispatcher has not taken it in yet, or a worker is just beginning with it."
)
_NOTHING_SAID = _unknown(
    f"The dispatcher has not said for {STALE_S:g} s why: it may not be running."
)


@dataclass(frozen=True, kw_only=True)
class _Snapshot:
    id: UUID
    heard_at: float
    waiting: dict[UUID, WaitingRun]
    outlooks: tuple[Outlook, ...]


@dataclass
class QueuePicture:
    """The latest complete snapshot of the queue. Moments are seconds of a monotonic clock."""

    _latest: _Snapshot | None = None
    _parts: OrderedDict[UUID, dict[int, QueueChanged]] = field(default_factory=OrderedDict)

    def hear(self, part: QueueChanged, now_s: float) -> bool:
        """Take in one part, in any order; True when it completes a newer picture."""
        if self._is_outdated(part.snapshot, now_s):
            return False
        parts = self._parts.setdefault(part.snapshot, {})
        parts[part.part] = part
        if len(parts) < part.parts:
            while len(self._parts) > _HELD_SNAPSHOTS:
                self._parts.popitem(last=False)
            return False
        runs = [run for number in sorted(parts) for run in parts[number].waiting]
        self._latest = _Snapshot(
            id=part.snapshot,
            heard_at=now_s,
            waiting={run.run_id: run for run in runs},
            outlooks=parts[1].outlooks,
        )
        # Ids are UUIDv7: what is smaller was said before, and is of no use any more.
        for snapshot in [one for one in self._parts if one <= part.snapshot]:
            del self._parts[snapshot]
        return True

    def _is_outdated(self, snapshot: UUID, now_s: float) -> bool:
        # Beside a stale picture any other is better: the dispatcher's clock may have been set back.
        latest = self._fresh(now_s)
        return latest is not None and snapshot <= latest.id

    def _fresh(self, now_s: float) -> _Snapshot | None:
        latest = self._latest
        return latest if latest is not None and now_s - latest.heard_at < STALE_S else None

    def is_known(self, now_s: float) -> bool:
        """Whether the dispatcher said lately what waits."""
        return self._fresh(now_s) is not None

    def said_of(self, run_id: UUID, now_s: float) -> Waiting | None:
        """What the dispatcher said of a run; None when it said nothing, or not lately."""
        latest = self._fresh(now_s)
        if latest is None or run_id not in latest.waiting:
            return None
        run = latest.waiting[run_id]
        passed_s = now_s - latest.heard_at
        starts_in_s = None if run.starts_in_s is None else max(0.0, run.starts_in_s - passed_s)
        return Waiting(
            code=run.code, reason=run.reason, position=run.position, starts_in_s=starts_in_s
        )

    def why(self, run_id: UUID, now_s: float) -> Waiting:
        """Why a run waits that is known to: what the dispatcher said, else that it said nothing."""
        if said := self.said_of(run_id, now_s):
            return said
        return _NOT_TAKEN_IN if self.is_known(now_s) else _NOTHING_SAID

    def places(self, now_s: float) -> dict[UUID, tuple[str, int | None]]:
        """Code and position of every run: what a person would notice the change of."""
        latest = self._fresh(now_s)
        runs = latest.waiting.values() if latest else ()
        return {run.run_id: (run.code, run.position) for run in runs}

    def starts_in_s(
        self, lane: Lane, classes: Collection[tuple[Renderer, str]], now_s: float
    ) -> float | None:
        """Seconds until something that is asked for now starts, at the latest.

        None when nobody said so of any of the ``classes`` of workers that can render it.
        """
        latest = self._fresh(now_s)
        if latest is None:
            return None
        starts = [
            one.starts_in_s
            for one in latest.outlooks
            if one.lane is lane
            and (one.renderer, one.capability_class) in classes
            and one.starts_in_s is not None
        ]
        return max(0.0, min(starts) - (now_s - latest.heard_at)) if starts else None

"""The queue as this process knows it, kept in its memory: shown with whatever waits."""

import time
from collections.abc import Callable, Iterable
from uuid import UUID

from screentest.api.domain.chains import Chain
from screentest.api.domain.shots import Shot, ShotStatus
from screentest.api.domain.waiting import QueuePicture, Waiting
from screentest.api.domain.workers import Wanted, Worker
from screentest.common.events import QueueChanged


class Queue:
    """What the dispatcher said lately of all that waits."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` never goes back; its unit is a second."""
        self._clock = clock
        self._picture = QueuePicture()

    def hear(self, event: QueueChanged) -> bool:
        """Take in a part; True when the picture is complete and newer than the one before."""
        return self._picture.hear(event, self._clock())

    @property
    def places(self) -> dict[UUID, tuple[str, int | None]]:
        """Code and position of every run that waits."""
        return self._picture.places(self._clock())

    def of_run(self, run_id: UUID) -> Waiting:
        """Why a run waits that is known to."""
        return self._picture.why(run_id, self._clock())

    def of_shot(self, shot: Shot) -> Shot:
        """The shot with why it waits, if it does."""
        if shot.status is not ShotStatus.WAITING:
            return shot
        return shot.model_copy(update={"waiting": self.of_run(shot.run_id)})

    def of_shots(self, shots: Iterable[Shot]) -> list[Shot]:
        """The shots, with why those wait that do."""
        return [self.of_shot(shot) for shot in shots]

    def of_chain(self, chain: Chain) -> Chain:
        """The chain with why its run waits, if it does.

        A run that has begun may wait again, before a later segment, when the dispatcher says so.
        """
        run = chain.run
        if run is None or run.finished_at is not None:
            return chain
        look = self._picture.why if run.status == "waiting" else self._picture.said_of
        waiting = look(run.run_id, self._clock())
        return chain.model_copy(update={"run": run.model_copy(update={"waiting": waiting})})

    def starts_in_s(self, wanted: Iterable[Wanted], workers: Iterable[Worker]) -> float | None:
        """Seconds until the first of what is wanted starts, at the latest; None: not known."""
        alive = [worker for worker in workers if worker.is_alive]
        starts = [
            self._picture.starts_in_s(
                one.lane,
                {(w.renderer, w.capability_class) for w in alive if w.can_render(one)},
                self._clock(),
            )
            for one in wanted
        ]
        return min((start for start in starts if start is not None), default=None)

"""Slots and what waits for them.

The broker's work queues hold only what workers can start now, and what they may stage; all else
waits where it can still be re-ordered and cancelled.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from screentest.common.events import Lane, Needs
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.capabilities import Place

Models = tuple[str, ...]
"""Names of models, sorted."""


@dataclass(frozen=True, kw_only=True)
class Worker:
    """A live worker, as it last described itself."""

    name: str
    place: Place
    #: Renders it can run at once, and takes beside those to stage their inputs.
    slots: int = 1
    stages: int = 0
    #: It finishes what it has and takes no more.
    draining: bool = False
    #: Renders it runs or stages.
    holds: frozenset[UUID] = frozenset()
    #: Of these, those that its backend has not begun with.
    staged: frozenset[UUID] = frozenset()
    #: Of its latest render.
    warm_models: Models = ()

    @property
    def open_slots(self) -> int:
        """Slots that take work, busy or not."""
        return 0 if self.draining else self.slots

    @property
    def room(self) -> int:
        """Renders it takes at most."""
        return self.open_slots + self.stages if self.open_slots else 0


@dataclass(frozen=True, kw_only=True)
class Released:
    """A render that is out: in a work queue, on a worker, or left by a worker that died."""

    render_id: UUID
    run_id: UUID
    place: Place
    #: The worker whose slot it was released for; another of the place may take it.
    meant_for: str | None = None
    needs: Needs = field(default_factory=Needs)
    #: Seconds since its release; and since a worker was heard to render it, if any was.
    age_s: float = 0
    begun_s: float | None = None
    #: Seconds of GPU it is expected to take; None when nothing is known.
    estimate_s: float | None = None
    lane: Lane = Lane.PREVIEW
    user: int = 0
    #: What the accounts hold for it, and whether both lanes wanted its slot.
    charged_s: float = 0
    contended: bool = False
    #: Other runs take its clip.
    shared: bool = False
    #: It was asked to give way.
    displaced: bool = False


@dataclass(frozen=True, kw_only=True)
class Slot:
    """Room for one render on one worker."""

    worker: str
    place: Place
    #: In the memory of the worker when it comes to the render.
    warm_models: Models = ()


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A run that waits, without its recipe."""

    run_id: UUID
    lane: Lane
    renderer: Renderer
    user: int
    #: The user's share of the lane, relative to others'.
    weight: float = 1
    needs: Needs = field(default_factory=Needs)
    #: Equal for equal needs.
    needs_key: str = ""
    #: The smaller the sooner, among the runs of one user: seconds since the epoch, made earlier by
    #: priority.
    turn: float
    waited_s: float = 0
    #: Releases that went to others though it was its turn.
    passed: int = 0
    #: Seconds of GPU its segment is expected to take; None when nothing is known.
    estimate_s: float | None = None
    batch_id: int | None = None
    #: Runs of the user with equal needs that wait in the lane, itself included.
    alike: int = 1

    @property
    def order(self) -> tuple[float, UUID]:
        """Sorts the runs of one user in one lane."""
        return self.turn, self.run_id


def open_slots(workers: Collection[Worker]) -> Counter[Renderer]:
    """Slots of each renderer that take work, busy or not."""
    total: Counter[Renderer] = Counter()
    for worker in workers:
        total[worker.place.renderer] += worker.open_slots
    return total


def free_slots(workers: Collection[Worker], released: Collection[Released]) -> list[Slot]:
    """Room that no released render has a claim to, idle workers first.

    A render that nobody holds yet, or that a dead worker left, needs room at its place sooner or
    later; only what a draining worker still holds needs none of the room counted here.
    """
    out = {render.render_id: render for render in released}
    holder = {render_id: worker for worker in workers for render_id in worker.holds & out.keys()}
    place_of = {worker.name: worker.place for worker in workers}
    claims: defaultdict[str, list[Released]] = defaultdict(list)
    homeless: Counter[Place] = Counter()
    for render in released:
        if held_by := holder.get(render.render_id):
            claims[held_by.name].append(render)
        elif render.meant_for and place_of.get(render.meant_for) == render.place:
            claims[render.meant_for].append(render)
        else:
            homeless[render.place] += 1

    by_place: defaultdict[Place, list[tuple[int, Slot]]] = defaultdict(list)
    for worker in sorted(workers, key=lambda worker: worker.name):
        own = claims[worker.name]
        for number in range(len(own), worker.room):
            by_place[worker.place].append((number, _slot(worker, own)))
        # Its queue is another's too: what it cannot take needs room elsewhere.
        unheld = sum(render.render_id not in worker.holds for render in own)
        homeless[worker.place] += min(unheld, max(0, len(own) - worker.room))
    free = []
    for place, slots in by_place.items():
        slots.sort(key=lambda numbered: numbered[0])
        free += [slot for _, slot in slots[: max(0, len(slots) - homeless[place])]]
    return free


def _slot(worker: Worker, claims: list[Released]) -> Slot:
    """The render it is to begin last decides what is warm when the next one comes."""
    latest = min(claims, key=lambda render: render.age_s, default=None)
    warm = worker.warm_models if latest is None else latest.needs.model_names
    return Slot(worker=worker.name, place=worker.place, warm_models=warm)


def stranded(
    workers: Collection[Worker], released: Collection[Released], *, after_s: float
) -> list[Released]:
    """Renders in work queues that no live worker takes from, and that none holds.

    A worker that drains takes nothing from its queue, and has handed back what it had not begun.
    """
    held = {render_id for worker in workers for render_id in worker.holds}
    served = {worker.place for worker in workers if worker.open_slots}
    return [
        render
        for render in released
        if render.age_s > after_s and render.place not in served and render.render_id not in held
    ]

"""A fleet that renders a synthetic day in simulated time, as a policy decides."""

import heapq
import itertools
from bisect import insort
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter
from uuid import UUID

from simulator_day import MODEL_SETS, USERS, Job
from simulator_figures import Figures
from simulator_orders import Choose, fair

from screentest.common.events import Lane
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.capabilities import Capability, Place
from screentest.dispatcher.domain.lanes import Candidate, Released, Worker, free_slots
from screentest.dispatcher.domain.policy import Pick, Policy
from screentest.dispatcher.domain.shares import Shares

SWAP_S = 30.0
RELEASE_S = 0.03
WINDOW_S = 1800.0
WINDOW_GPU_S = 7200.0

LARGE, SMALL = (Place(renderer=Renderer.COMFYUI, capability_class=name) for name in ("24", "48"))
_MODELS = frozenset(f"{name}.safetensors" for name, *_ in MODEL_SETS)
CAPABILITIES = {
    LARGE: Capability(models={"checkpoints": _MODELS}, vram_bytes=48_000_000_000),
    SMALL: Capability(
        models={"checkpoints": _MODELS - {"giant.safetensors"}}, vram_bytes=24_000_000_000
    ),
}


@dataclass(kw_only=True)
class Run:
    """A job under way."""

    run_id: UUID
    job: Job
    left: int
    candidate: Candidate
    asked_s: float
    waits_since_s: float
    passed: int = 0


@dataclass(kw_only=True)
class Gpu:
    """A worker of the simulation."""

    name: str
    place: Place
    models: tuple[str, ...] = ()
    renders: UUID | None = None
    staged: UUID | None = None
    idle_since_s: float = 0
    #: Work that it could have done waited from then on.
    starved_since_s: float | None = None


class Simulation:
    """A day of a fleet."""

    def __init__(
        self,
        jobs: list[Job],
        *,
        workers: int,
        order: Callable[[Policy], Choose] = fair,
        stages: int = 0,
        production_share: float = 0.2,
    ) -> None:
        self.now_s = 0.0
        self.figures = Figures()
        self.gpus = {
            f"{n:03}": Gpu(name=f"{n:03}", place=SMALL if n % 4 == 3 else LARGE)
            for n in range(workers)
        }
        self.stages = stages
        self.window_s = max(WINDOW_S, WINDOW_GPU_S / workers)
        self.shares = Shares(production_share=production_share)
        slots = Counter(gpu.place for gpu in self.gpus.values())
        self.policy = Policy(shares=self.shares, capabilities=CAPABILITIES, slots=slots)
        self.choose = order(self.policy)
        self.runs: dict[UUID, Run] = {}
        #: (lane, user, needs) -> waiting runs in their order, as the dispatcher's index has them.
        self.waiting: defaultdict[tuple[Lane, int, str], list[tuple[float, UUID]]] = defaultdict(
            list
        )
        self.released: dict[UUID, tuple[Released, Pick, float]] = {}
        #: Renders in slots that both lanes wanted.
        self.contended: set[UUID] = set()
        self.queues: defaultdict[Place, deque[UUID]] = defaultdict(deque)
        self._number = itertools.count(1)
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        for job in jobs:
            self.at(job.at_s, lambda job=job: self.ask(job))

    def at(self, when_s: float, happens: Callable[[], None]) -> None:
        """Let something happen then."""
        heapq.heappush(self.events, (when_s, next(self._number), happens))

    def run(self) -> Figures:
        """Until all is rendered."""
        while self.events:
            self.now_s, _, happens = heapq.heappop(self.events)
            happens()
            while self.events and self.events[0][0] == self.now_s:
                heapq.heappop(self.events)[2]()
            self.release()
            self.watch()
        return self.figures

    # People

    def ask(self, job: Job) -> None:
        """A run is asked for."""
        run_id = UUID(int=next(self._number))
        candidate = Candidate(
            run_id=run_id,
            lane=job.lane,
            renderer=Renderer.COMFYUI,
            user=job.user,
            needs=job.needs,
            needs_key=job.models,
            turn=job.at_s,
            estimate_s=job.estimate_s,
        )
        run = Run(
            run_id=run_id,
            job=job,
            left=job.segments,
            candidate=candidate,
            asked_s=self.now_s,
            waits_since_s=self.now_s,
        )
        self.runs[run_id] = run
        self.wait(run)

    def wait(self, run: Run) -> None:
        """Its next segment can be rendered."""
        run.waits_since_s = self.now_s
        run.passed = 0
        insort(self.waiting[self.key(run)], run.candidate.order)

    @staticmethod
    def key(run: Run) -> tuple[Lane, int, str]:
        """Runs with equal keys are looked at in their order."""
        return run.job.lane, run.job.user, run.job.models

    # Dispatcher

    def release(self) -> None:
        """Give free slots to what waits."""
        if not any(self.waiting.values()):
            return
        began = perf_counter()
        free = free_slots(self.workers(), [released for released, *_ in self.released.values()])
        picks = self.choose(self.candidates(len(free)), free) if free else []
        self.figures.decisions_s += perf_counter() - began
        self.figures.decisions += 1
        for run_id, times in self.policy.passed.items():
            self.runs[run_id].passed += times
        self.policy.passed.clear()
        both = {place for place in CAPABILITIES if len(self.lanes_wanting(place)) > 1}
        for pick in picks:
            run = self.runs[pick.run.run_id]
            self.waiting[self.key(run)].remove(pick.run.order)
            released = Released(
                render_id=UUID(int=next(self._number)),
                run_id=run.run_id,
                place=pick.slot.place,
                meant_for=pick.slot.worker,
                needs=run.candidate.needs,
            )
            self.released[released.render_id] = (released, pick, self.now_s)
            if pick.slot.place in both:
                self.contended.add(released.render_id)
            self.at(self.now_s + RELEASE_S, lambda released=released: self.arrive(released))

    def lanes_wanting(self, place: Place) -> set[Lane]:
        """The lanes that want a slot of the place."""
        return {
            lane
            for (lane, _, _), runs in self.waiting.items()
            if runs and self.policy.fits(self.runs[runs[0][1]].candidate, place)
        }

    def workers(self) -> list[Worker]:
        """The workers as the dispatcher knows them."""
        return [
            Worker(
                name=gpu.name,
                place=gpu.place,
                stages=self.stages,
                holds=frozenset(filter(None, (gpu.renders, gpu.staged))),
                warm_models=gpu.models,
            )
            for gpu in self.gpus.values()
        ]

    def candidates(self, free: int) -> list[Candidate]:
        """What the dispatcher reads: the first runs of each key."""
        found = []
        for runs in self.waiting.values():
            for _, run_id in runs[:free]:
                run = self.runs[run_id]
                found.append(
                    replace(
                        run.candidate,
                        passed=run.passed,
                        alike=len(runs),
                        waited_s=self.now_s - run.waits_since_s,
                    )
                )
        return found

    # Workers

    def arrive(self, released: Released) -> None:
        """A render is in its work queue."""
        self.queues[released.place].append(released.render_id)
        self.take(released.place)

    def take(self, place: Place) -> None:
        """Idle workers take first, the one that is idle longest before others."""
        here = [gpu for gpu in self.gpus.values() if gpu.place == place]
        queue = self.queues[place]
        for gpu in sorted(here, key=lambda gpu: gpu.idle_since_s):
            if queue and gpu.renders is None:
                self.begin(gpu, queue.popleft())
        for gpu in here:
            if queue and self.stages and gpu.staged is None:
                gpu.staged = queue.popleft()

    def begin(self, gpu: Gpu, render_id: UUID) -> None:
        """A backend begins with a render, and loads models first if it has others."""
        released, _, _ = self.released[render_id]
        run = self.runs[released.run_id]
        if gpu.starved_since_s is not None:
            self.figures.starved_s += self.now_s - gpu.starved_since_s
            gpu.starved_since_s = None
        takes_s = run.job.render_s
        if released.needs.model_names != gpu.models:
            self.figures.swaps += 1
            takes_s += SWAP_S
        gpu.models, gpu.renders = released.needs.model_names, render_id
        if render_id in self.contended:
            self.figures.contended_s[run.job.lane] += takes_s
        if run.job.lane is Lane.PREVIEW:
            self.figures.waits_s.append(self.now_s - run.asked_s)
            self.figures.windows[int(self.now_s // self.window_s)][run.job.user] += run.job.render_s
        self.figures.busy_s += takes_s
        self.figures.renders += 1
        self.at(self.now_s + takes_s, lambda: self.end(gpu, render_id, takes_s))

    def end(self, gpu: Gpu, render_id: UUID, took_s: float) -> None:
        """A render ends: its cost is known, and what is staged begins."""
        released, pick, _ = self.released.pop(render_id)
        run = self.runs[released.run_id]
        gpu.renders, gpu.idle_since_s = None, self.now_s
        if gpu.staged is not None:
            staged, gpu.staged = gpu.staged, None
            self.begin(gpu, staged)
        self.take(gpu.place)
        self.shares.at(gpu.place).settle(
            run.job.lane, run.job.user, 1, took_s - pick.cost_s, contended=pick.contended
        )
        self.shares.learn(run.job.lane, took_s)
        run.left -= 1
        if run.left:
            self.wait(run)

    # What is measured

    def watch(self) -> None:
        """Note idle workers with work that waits for them, and users who wait for nothing."""
        there = [self.runs[runs[0][1]].candidate for runs in self.waiting.values() if runs]
        meant = {
            released.meant_for
            for released, _, at_s in self.released.values()
            if at_s + RELEASE_S > self.now_s
        }
        for gpu in self.gpus.values():
            if gpu.renders is not None:
                continue
            wanted = self.queues[gpu.place] or any(
                self.policy.fits(run, gpu.place) for run in there
            )
            if not (wanted or gpu.name in meant):
                gpu.starved_since_s = None
            elif gpu.starved_since_s is None:
                gpu.starved_since_s = self.now_s
        window = int(self.now_s // self.window_s)
        waits = {
            user for (lane, user, _), runs in self.waiting.items() if runs and lane is Lane.PREVIEW
        }
        self.figures.absent[window] |= set(USERS) - waits

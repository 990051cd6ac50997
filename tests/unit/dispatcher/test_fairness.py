"""The policy over any day: never beyond the slots, nobody starves, a shot waits for one render."""

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from screentest.common.events import Lane, Needs
from screentest.common.ids import new_id
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.capabilities import Capability, Place
from screentest.dispatcher.domain.lanes import Candidate, Released, Worker, free_slots
from screentest.dispatcher.domain.policy import Bounds, Policy, slots_by_place
from screentest.dispatcher.domain.shares import Shares

LARGE, SMALL = (Place(renderer=Renderer.COMFYUI, capability_class=name) for name in ("l", "s"))
CAPABILITIES = {
    LARGE: Capability(models={"loras": frozenset("abc")}),
    SMALL: Capability(models={"loras": frozenset("a")}),
}
COST_S = 10.0
LOOK_AHEAD = 4
PATIENCE = 2


class Day(RuleBasedStateMachine):
    """Renders of equal cost on two large workers and a small one, which come and go."""

    def __init__(self):
        super().__init__()
        self.shares = Shares(production_share=0.2)
        self.workers = {"l1": LARGE, "l2": LARGE, "s1": SMALL}
        self.waiting = {}
        self.out = {}
        self.asked = 0

    def live(self):
        return [Worker(name=name, place=place) for name, place in self.workers.items()]

    @rule(
        user=st.integers(1, 4),
        lane=st.sampled_from(Lane),
        model=st.sampled_from("abc"),
        runs=st.integers(1, 12),
    )
    def ask(self, user, lane, model, runs):
        for _ in range(runs):
            self.asked += 1
            run = Candidate(
                run_id=new_id(),
                lane=lane,
                renderer=Renderer.COMFYUI,
                user=user,
                needs=Needs(models={"loras": (model,)}),
                needs_key=model,
                turn=self.asked,
                estimate_s=COST_S,
            )
            self.waiting[run.run_id] = run

    @rule(name=st.sampled_from(["l1", "l2", "s1"]))
    def worker_goes_or_comes(self, name):
        if name in self.workers:
            del self.workers[name]
        else:
            self.workers[name] = LARGE if name.startswith("l") else SMALL

    @precondition(lambda self: self.out)
    @rule(data=st.data(), took_s=st.floats(5, 20))
    def render_ends(self, data, took_s):
        pick, _ = self.out.pop(data.draw(st.sampled_from(list(self.out))))
        run = pick.run
        self.shares.settle(
            run.lane, run.user, run.weight, took_s - pick.cost_s, contended=pick.contended
        )
        self.shares.learn(run.lane, took_s)

    @rule()
    def release(self):
        workers = self.live()
        free = free_slots(workers, [released for _, released in self.out.values()])
        policy = Policy(
            shares=self.shares,
            capabilities=CAPABILITIES,
            bounds=Bounds(look_ahead=LOOK_AHEAD, patience=PATIENCE, slots=slots_by_place(workers)),
        )
        picks = policy.choose(list(self.waiting.values()), free)

        assert len({pick.run.run_id for pick in picks}) == len(picks), "released twice"
        assert not Counter(pick.slot.worker for pick in picks) - Counter(
            slot.worker for slot in free
        ), "released beyond the slots"
        for pick in picks:
            assert policy.fits(pick.run, pick.slot.place)
            del self.waiting[pick.run.run_id]
            render_id = new_id()
            released = Released(
                render_id=render_id,
                run_id=pick.run.run_id,
                place=pick.slot.place,
                meant_for=pick.slot.worker,
                needs=pick.run.needs,
            )
            self.out[render_id] = (pick, released)
        for run_id, times in policy.passed.items():
            if run := self.waiting.get(run_id):
                self.waiting[run_id] = passed(run, times)
        left = {slot.worker for slot in free} - {pick.slot.worker for pick in picks}
        for run in self.waiting.values():
            for worker in left:
                assert not policy.fits(run, self.workers[worker]), "a slot idles while work waits"

    @invariant()
    def nobody_is_passed_for_ever(self):
        bound = max(LOOK_AHEAD, PATIENCE * 2)
        assert all(run.passed <= bound for run in self.waiting.values())

    def teardown(self):
        """Whatever has happened, all that waits is rendered once workers are there."""
        self.workers = {"l1": LARGE, "s1": SMALL}
        for _ in range(2 * self.asked + 2):
            for render_id in list(self.out):
                del self.out[render_id]
            self.release()
        assert not self.waiting, "somebody starves"


def passed(run, times):
    return Candidate(**{**vars(run), "passed": run.passed + times})


TestDay = Day.TestCase
TestDay.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)

"""The policy over any day: never beyond the slots, nobody starves, everybody has their share."""

from collections import Counter
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from screentest.common.events import Lane, Needs
from screentest.common.ids import new_id
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.capabilities import Capability, Place
from screentest.dispatcher.domain.lanes import Candidate, Released, Slot, Worker, free_slots
from screentest.dispatcher.domain.passing import Bounds
from screentest.dispatcher.domain.policy import Policy, slots_by_place
from screentest.dispatcher.domain.shares import Shares

LARGE, SMALL = (Place(renderer=Renderer.COMFYUI, capability_class=name) for name in ("l", "s"))
CAPABILITIES = {
    LARGE: Capability(models={"loras": frozenset("abc")}),
    SMALL: Capability(models={"loras": frozenset("a")}),
}
COST_S = 10.0
MOST_S = 20.0
WEIGHTS = {1: 1.0, 2: 1.0, 3: 2.0, 4: 0.5}
BOUNDS = Bounds(look_ahead=4, patience=2, patience_of_few=2)


class Day(RuleBasedStateMachine):
    """Renders of equal cost on two large workers and a small one, which come and go."""

    def __init__(self):
        super().__init__()
        self.shares = Shares(production_share=0.2)
        self.workers = {"l1": LARGE, "l2": LARGE, "s1": SMALL}
        self.waiting = {}
        self.out = {}
        self.asked = 0
        self.paused = set()

    def live(self):
        return [
            Worker(name=name, place=place, stages=name == "l2")
            for name, place in self.workers.items()
        ]

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
                weight=WEIGHTS[user],
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

    @rule(lane=st.sampled_from(Lane))
    def lane_is_paused_or_goes_on(self, lane):
        self.paused ^= {lane}

    @precondition(lambda self: self.out)
    @rule(data=st.data(), took_s=st.floats(5, MOST_S))
    def render_ends(self, data, took_s):
        pick, _ = self.out.pop(data.draw(st.sampled_from(list(self.out))))
        run = pick.run
        self.shares.at(pick.slot.place).settle(
            run.lane, run.user, run.weight, took_s - pick.cost_s, contended=pick.contended
        )
        self.shares.learn(run.lane, took_s)

    @rule(taken_back=st.integers(0, 2))
    def release(self, taken_back=0):
        workers = self.live()
        free = free_slots(workers, [released for _, released in self.out.values()])
        policy = Policy(
            shares=self.shares,
            capabilities=CAPABILITIES,
            slots=slots_by_place(workers),
            bounds=BOUNDS,
            paused_lanes=self.paused,
        )
        picks = policy.choose(list(self.waiting.values()), free)

        assert len({pick.run.run_id for pick in picks}) == len(picks), "released twice"
        assert not Counter(pick.slot.worker for pick in picks) - Counter(
            slot.worker for slot in free
        ), "released beyond the slots"
        for pick in picks[:taken_back]:
            policy.take_back(pick)
        for pick in picks[taken_back:]:
            assert policy.fits(pick.run, pick.slot.place)
            assert pick.run.lane not in self.paused
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
        taken = {pick.run.run_id for pick in picks}
        for run in self.waiting.values():
            for worker in left if run.run_id not in taken else ():
                fits = policy.fits(run, self.workers[worker]) and run.lane not in self.paused
                assert not fits, "a slot idles while work waits"

    @invariant()
    def nobody_is_passed_for_ever(self):
        bound = max(BOUNDS.look_ahead, BOUNDS.patience * 2)
        assert all(run.passed <= bound for run in self.waiting.values())

    @invariant()
    def production_has_its_share_while_both_lanes_want_slots(self):
        """But for a few renders that it is ahead or behind, and what is not yet settled."""
        render_s = 2 * MOST_S
        unsettled_s = (len(self.out) + 1) * MOST_S
        most_s = BOUNDS.behind * render_s + unsettled_s
        for account in self.shares.places.values():
            credit_s = account.production_credit_s
            assert -BOUNDS.ahead * render_s - unsettled_s <= credit_s <= most_s

    def teardown(self):
        """Whatever has happened, all that waits is rendered once workers are there."""
        self.workers = {"l1": LARGE, "s1": SMALL}
        self.paused = set()
        for _ in range(2 * self.asked + 2):
            for render_id in list(self.out):
                del self.out[render_id]
            self.release()
        assert not self.waiting, "somebody starves"


def passed(run, times):
    return Candidate(**{**vars(run), "passed": run.passed + times})


TestDay = Day.TestCase
TestDay.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)


@given(
    weights=st.lists(st.sampled_from([0.5, 1.0, 2.0, 5.0]), min_size=2, max_size=5),
    costs=st.lists(st.floats(1, 60), min_size=5, max_size=5),
)
@settings(deadline=None)
def test_who_waits_all_the_time_has_what_their_weight_says(weights, costs):
    """At any moment, to a render of each; where a colleague renders elsewhere all the while."""
    elsewhere = Place(renderer=Renderer.BUILTIN)
    shares = Shares(production_share=0.2)
    cost_s = dict(enumerate(costs))
    given_s = Counter()

    def waits(user, renderer=Renderer.COMFYUI):
        return Candidate(
            run_id=new_id(),
            lane=Lane.PREVIEW,
            renderer=renderer,
            user=user,
            weight=weights[user] if user < len(weights) else 1,
            turn=0,
            estimate_s=cost_s.get(user, COST_S),
        )

    for _ in range(60):
        policy = Policy(shares=shares, capabilities={})
        waiting = [waits(user) for user in range(len(weights))]
        waiting.append(waits(99, Renderer.BUILTIN))
        here, _there = policy.choose(
            waiting, [Slot(worker="l", place=LARGE), Slot(worker="b", place=elsewhere)]
        )
        given_s[here.run.user] += here.cost_s
        for (one, w1), (other, w2) in combinations(enumerate(weights), 2):
            step_s = cost_s[one] / w1 + cost_s[other] / w2
            assert abs(given_s[one] / w1 - given_s[other] / w2) <= step_s + 1e-6

"""Staged renders give way: to whom, which, and over any day never twice for one shot."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from screentest.common.events import Lane, Needs
from screentest.common.ids import new_id
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.capabilities import Capability, Place
from screentest.dispatcher.domain.displacing import Displacing, given_place
from screentest.dispatcher.domain.lanes import Candidate, Released, Worker, free_slots
from screentest.dispatcher.domain.policy import Policy, slots_by_place
from screentest.dispatcher.domain.shares import Shares

LARGE, SMALL = (Place(renderer=Renderer.COMFYUI, capability_class=name) for name in ("l", "s"))
CAPABILITIES = {
    LARGE: Capability(models={"loras": frozenset("ab")}),
    SMALL: Capability(models={"loras": frozenset("a")}),
}
COST_S = 10.0
BATCH, SINGLE, OTHER = 1, 2, 3


def run(user=SINGLE, *, lane=Lane.PREVIEW, model="a", turn=0.0):
    return Candidate(
        run_id=new_id(),
        lane=lane,
        renderer=Renderer.COMFYUI,
        user=user,
        needs=Needs(models={"loras": (model,)}),
        needs_key=model,
        turn=turn,
        estimate_s=COST_S,
    )


def out(user=BATCH, **facts):
    facts = {"place": LARGE, "charged_s": COST_S} | facts
    return Released(render_id=new_id(), run_id=new_id(), user=user, **facts)


def worker(begun, staged, name="w1", *, place=LARGE, **facts):
    return Worker(
        name=name,
        place=place,
        stages=1,
        holds=frozenset([begun.render_id, staged.render_id]),
        staged=frozenset([staged.render_id]),
        **facts,
    )


def displaced(waiting, workers, released, *, shares=None, paused=(), served=()):
    """Pairs of what gives way and what it gives way to."""
    policy = Policy(
        shares=shares or Shares(production_share=0.2),
        capabilities=CAPABILITIES,
        slots=slots_by_place(workers),
        paused_lanes=paused,
    )
    found = Displacing(
        waiting=waiting, workers=workers, released=released, policy=policy, served=served
    ).displacements()
    return [(each.render, each.run) for each in found]


@pytest.fixture
def busy():
    """A worker that renders one of a batch and has staged another, and that batch's next run."""
    begun, staged = out(), out()
    return [worker(begun, staged)], [begun, staged], run(BATCH, turn=-1)


class TestWhoIsGivenAPlace:
    def test_a_shot_of_somebody_who_has_nothing_out(self, busy):
        workers, (begun, staged), following = busy
        shot = run()

        assert displaced([following, shot], workers, [begun, staged]) == [(staged, shot)]

    def test_nobody_who_has_something_out(self, busy):
        workers, released, _ = busy

        assert displaced([run(BATCH)], workers, released) == []
        assert displaced([run(SINGLE)], workers, [*released, out(SINGLE)]) == []

    def test_one_shot_of_each_user(self, busy):
        workers, released, _ = busy
        second = [out(OTHER), out(OTHER)]
        workers = [*workers, worker(*second, "w2")]

        found = displaced([run(turn=1), run(turn=2)], workers, [*released, *second])

        assert [shot.turn for _, shot in found] == [1]

    def test_two_users_each_get_one(self, busy):
        workers, released, _ = busy
        second = [out(), out()]
        workers = [*workers, worker(*second, "w2")]

        found = displaced([run(5), run(6)], workers, [*released, *second])

        assert {shot.user for _, shot in found} == {5, 6}
        assert len({render.render_id for render, _ in found}) == 2

    def test_nobody_a_render_was_asked_to_give_way_to(self, busy):
        workers, released, _ = busy

        assert displaced([run()], workers, released, served={SINGLE}) == []

    def test_no_scene_and_nothing_in_a_paused_lane(self, busy):
        workers, released, _ = busy

        assert displaced([run(lane=Lane.PRODUCTION)], workers, released) == []
        assert displaced([run()], workers, released, paused={Lane.PREVIEW}) == []

    def test_nobody_who_finds_a_free_slot(self, busy):
        workers, released, _ = busy

        assert displaced([run()], [*workers, Worker(name="w2", place=LARGE)], released) == []

    def test_a_free_slot_that_cannot_render_it_is_none(self, busy):
        workers, (begun, staged), _ = busy
        idle = Worker(name="w2", place=SMALL)
        shot = run(model="b")

        assert displaced([shot], [*workers, idle], [begun, staged]) == [(staged, shot)]

    def test_nobody_who_has_had_more_than_others_that_wait(self, busy):
        workers, released, following = busy
        shares = Shares(production_share=0.2)
        shares.at(LARGE).users[Lane.PREVIEW, SINGLE] = 100

        assert displaced([following, run()], workers, released, shares=shares) == []


class TestWhatGivesWay:
    def test_only_where_it_can_be_rendered(self):
        begun, staged = out(place=SMALL), out(place=SMALL)

        assert (
            displaced([run(model="b")], [worker(begun, staged, place=SMALL)], [begun, staged]) == []
        )

    def test_never_what_has_begun_or_nobody_is_known_to_have(self, busy):
        workers, released, _ = busy
        begun_both = replace(workers[0], staged=frozenset())
        nowhere = replace(workers[0], holds=frozenset(), staged=frozenset())

        assert displaced([run()], [begun_both], released) == []
        assert displaced([run()], [nowhere], released) == []

    def test_never_the_only_one_of_its_user(self):
        begun, staged = out(OTHER), out(BATCH)

        assert displaced([run()], [worker(begun, staged)], [begun, staged]) == []

    def test_never_what_was_asked_or_is_shared(self, busy):
        workers, (begun, staged), _ = busy

        for changed in (replace(staged, displaced=True), replace(staged, shared=True)):
            assert displaced([run()], workers, [begun, changed]) == []

    def test_not_what_a_draining_worker_is_about_to_hand_back(self, busy):
        workers, released, _ = busy

        assert displaced([run()], [replace(workers[0], draining=True)], released) == []

    def test_of_who_has_most_out_the_latest(self):
        pairs = [(out(BATCH), out(BATCH, age_s=age_s)) for age_s in (9, 4)]
        pairs.append((out(OTHER), out(OTHER, age_s=1)))
        workers = [worker(*pair, f"w{number}") for number, pair in enumerate(pairs)]

        ((render, _),) = displaced([run()], workers, [each for pair in pairs for each in pair])

        assert render is pairs[1][1]

    def test_production_beyond_its_guarantee(self):
        begun = out()
        beyond = out(OTHER, lane=Lane.PRODUCTION)
        guaranteed = replace(beyond, contended=True)
        shot = run()

        assert displaced([shot], [worker(begun, beyond)], [begun, beyond]) == [(beyond, shot)]
        assert displaced([shot], [worker(begun, guaranteed)], [begun, guaranteed]) == []

    def test_nothing_where_the_place_would_be_productions(self, busy):
        workers, released, _ = busy
        shares = Shares(production_share=0.2)
        shares.at(LARGE).production_credit_s = 100
        scene = run(OTHER, lane=Lane.PRODUCTION)

        assert displaced([run(), scene], workers, released, shares=shares) == []


class Day(RuleBasedStateMachine):
    """Workers that stage; batches of some users, and shots one at a time of others."""

    def __init__(self):
        super().__init__()
        self.shares = Shares(production_share=0.2)
        self.places = {"l1": LARGE, "l2": LARGE, "s1": SMALL}
        #: Worker -> what it renders, and what it has staged.
        self.line = {name: [] for name in self.places}
        self.waiting = {}
        self.picks = {}
        self.asked = 0
        self.given = Counter()
        #: Renders that were asked to give way, and those that have not answered: for which run.
        self.asked_to = set()
        self.wishes = {}

    def workers(self):
        return [
            Worker(
                name=name,
                place=place,
                stages=1,
                holds=frozenset(self.line[name]),
                staged=frozenset(self.line[name][1:]),
            )
            for name, place in self.places.items()
        ]

    def released(self):
        return [
            Released(
                render_id=render_id,
                run_id=pick.run.run_id,
                place=pick.slot.place,
                meant_for=pick.slot.worker,
                needs=pick.run.needs,
                lane=pick.run.lane,
                user=pick.run.user,
                charged_s=pick.cost_s,
                contended=pick.contended,
                displaced=render_id in self.asked_to,
            )
            for render_id, pick in self.picks.items()
        ]

    def policy(self):
        return Policy(
            shares=self.shares,
            capabilities=CAPABILITIES,
            slots=slots_by_place(self.workers()),
        )

    def ask(self, user, lane, model):
        self.asked += 1
        asked = run(user, lane=lane, model=model, turn=self.asked)
        self.waiting[asked.run_id] = asked

    @rule(user=st.integers(1, 3), lane=st.sampled_from(Lane), model=st.sampled_from("ab"))
    def ask_for_a_batch(self, user, lane, model):
        for _ in range(6):
            self.ask(user, lane, model)
        self.release()

    @rule(user=st.integers(4, 6), model=st.sampled_from("ab"))
    def ask_for_a_shot(self, user, model):
        self.ask(user, Lane.PREVIEW, model)
        self.release()

    @precondition(lambda self: any(self.line.values()))
    @rule(data=st.data())
    def a_render_ends(self, data):
        name = data.draw(st.sampled_from([name for name, line in self.line.items() if line]))
        self.end(name)

    def end(self, name):
        render_id = self.line[name].pop(0)
        del self.picks[render_id]
        self.wishes.pop(render_id, None)
        self.release()

    @precondition(lambda self: self.wishes)
    @rule(data=st.data())
    def a_wish_is_heard(self, data):
        self.answer(data.draw(st.sampled_from(list(self.wishes))))

    def answer(self, render_id):
        first = self.wishes.pop(render_id)
        pick = self.picks[render_id]
        line = self.line[pick.slot.worker]
        if render_id not in line[1:]:
            return  # it had begun
        line.remove(render_id)
        del self.picks[render_id]
        self.policy().take_back(pick)
        self.waiting[pick.run.run_id] = pick.run
        self.release(first)

    def release(self, first=None):
        for only in ([first] if first else []) + [None]:
            policy = self.policy()
            free = free_slots(self.workers(), self.released())
            waiting = list(self.waiting.values())
            if only:
                waiting, free = given_place(only, waiting, free, policy)
            for pick in policy.choose(waiting, free):
                del self.waiting[pick.run.run_id]
                render_id = new_id()
                self.picks[render_id] = pick
                self.line[pick.slot.worker].append(render_id)
        self.displace()

    def displace(self):
        users = Counter(pick.run.user for pick in self.picks.values())
        found = Displacing(
            waiting=list(self.waiting.values()),
            workers=self.workers(),
            released=self.released(),
            policy=self.policy(),
            served={run.user for run in self.waiting.values() if self.given[run.run_id]},
        ).displacements()
        for each in found:
            assert not users[each.run.user], "it had something out"
            self.given[each.run.run_id] += 1
            self.asked_to.add(each.render.render_id)
            self.wishes[each.render.render_id] = each.run.run_id

    @invariant()
    def nothing_gives_way_twice_to_a_shot(self):
        assert all(times == 1 for times in self.given.values())

    def teardown(self):
        """Whatever has happened, all is rendered: nothing is called back for ever."""
        for _ in range(2 * self.asked + 2):
            for render_id in list(self.wishes):
                self.answer(render_id)
            for name in [name for name, line in self.line.items() if line]:
                self.end(name)
        assert not self.waiting, "somebody starves"


TestDay = Day.TestCase
TestDay.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)

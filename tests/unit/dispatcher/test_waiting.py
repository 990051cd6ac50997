"""Why what waits waits, at which place, and when it is expected to start."""

import pytest

from screentest.common.events import Lane, Needs, WaitingCode
from screentest.common.ids import new_id
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.capabilities import Capability, Place
from screentest.dispatcher.domain.lanes import Candidate, Released, Worker
from screentest.dispatcher.domain.reuse import Reuse
from screentest.dispatcher.domain.shares import Shares
from screentest.dispatcher.domain.status import Status
from screentest.dispatcher.domain.waiting import Awaiting, Queue, Waiting

LARGE, SMALL = (Place(renderer=Renderer.COMFYUI, capability_class=name) for name in ("l", "s"))
BUILTIN = Place(renderer=Renderer.BUILTIN)
CAPABILITIES = {
    LARGE: Capability(
        models={"loras": frozenset("ab")}, nodes=frozenset(["Film"]), vram_bytes=48 * 10**9
    ),
    SMALL: Capability(models={"loras": frozenset("a")}, vram_bytes=16 * 10**9),
}


def run(turn=0.0, *, needs=None, **facts):
    needs = needs or Needs(models={"loras": ("a",)})
    return Candidate(
        **{
            "run_id": new_id(),
            "lane": Lane.PREVIEW,
            "renderer": Renderer.COMFYUI,
            "user": 1,
            "turn": turn,
            "needs": needs,
            "needs_key": needs.model_dump_json(),
            "estimate_s": 10.0,
        }
        | facts
    )


NEEDS_LARGE = Needs(models={"loras": ("b",)})


def out(place=LARGE, **facts):
    return Released(
        render_id=new_id(), run_id=new_id(), place=place, **({"estimate_s": 60.0} | facts)
    )


def worker(name="w1", begun=(), staged=(), *, place=LARGE, **facts):
    ids = [each.render_id for each in staged]
    return Worker(
        name=name,
        place=place,
        stages=1,
        holds=frozenset([*(each.render_id for each in begun), *ids]),
        staged=frozenset(ids),
        **facts,
    )


def explained(*waiting, workers=(), released=(), shares=None, paused=(), awaiting=()):
    queue = Queue(
        waiting=[each if isinstance(each, Waiting) else Waiting(run=each) for each in waiting],
        workers=workers,
        released=released,
        capabilities=CAPABILITIES,
        shares=shares or Shares(production_share=0.2),
        paused_lanes=paused,
        awaiting=awaiting,
    )
    reasons, outlooks = queue.explain()
    return {each.run_id: each for each in reasons}, {
        (each.place, each.lane): each.starts_in_s for each in outlooks
    }


def said_of(one, *others, **facts):
    said, _ = explained(one, *others, **facts)
    return said[(one.run if isinstance(one, Waiting) else one).run_id]


class TestHindrances:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"paused_by": "run"}, WaitingCode.RUN_PAUSED),
            ({"paused_by": "batch"}, WaitingCode.BATCH_PAUSED),
            ({"reuse": Reuse.SHARES}, WaitingCode.SHARES_RENDER),
            ({"reuse": Reuse.CHECK}, WaitingCode.CHECKS_REUSE),
            ({"reuse": Reuse.NEW, "paused_by": "run"}, WaitingCode.CHECKS_REUSE),
            ({"reuse": Reuse.DECLINED}, WaitingCode.SLOTS_BUSY),
        ],
    )
    def test_what_keeps_a_run_out_of_the_order(self, changes, code):
        begun = out()
        asked = run()

        said, _ = explained(
            Waiting(run=asked, **changes), workers=[worker(begun=[begun])], released=[begun]
        )

        assert said[asked.run_id].code is code

    def test_what_will_not_take_a_slot_delays_nobody(self):
        begun = out()
        taken = Waiting(run=run(-1), reuse=Reuse.CHECK)

        said = said_of(run(), taken, workers=[worker(begun=[begun])], released=[begun])

        assert (said.position, said.starts_in_s) == (1, 60)

    @pytest.mark.parametrize(
        ("needs", "code", "what"),
        [
            (Needs(models={"loras": ("c",)}), "missing_model", "the model c"),
            (Needs(nodes=("Upscale",)), "missing_node", "the node Upscale"),
            (Needs(vram_bytes=50 * 10**9), "short_of_vram", "2.0 GB of VRAM more"),
        ],
    )
    def test_what_is_missing(self, needs, code, what):
        said = said_of(run(needs=needs), workers=[worker()])

        assert (said.code, said.position, said.starts_in_s) == (code, None, None)
        assert what in said.reason

    def test_nobody_is_there_or_takes_work(self):
        assert said_of(run()).code is WaitingCode.NO_WORKER
        assert said_of(run(), workers=[worker(place=BUILTIN)]).code is WaitingCode.NO_WORKER
        drains = said_of(run(), workers=[worker(draining=True)])
        assert (drains.code, drains.reason) == (
            WaitingCode.WORKERS_DRAINING,
            "every live worker that renders with comfyui is draining",
        )

    def test_a_paused_lane(self):
        assert said_of(run(), workers=[worker()], paused=[Lane.PREVIEW]).code is (
            WaitingCode.LANE_PAUSED
        )

    def test_between_two_segments(self):
        qa, frame = (
            Awaiting(run_id=new_id(), lane=Lane.PREVIEW, status=status, segment=2)
            for status in (Status.AWAITING_QA, Status.AWAITING_FRAME)
        )

        said, _ = explained(awaiting=[qa, frame])

        assert said[qa.run_id].reason == "it waits for the verdict on segment 2"
        assert said[qa.run_id].code is WaitingCode.AWAITING_QA
        assert said[frame.run_id].code is WaitingCode.AWAITING_FRAME


class TestReleased:
    def test_what_is_staged_begins_after_the_present_render(self):
        begun, staged = out(begun_s=20.0), out(age_s=5)

        said, _ = explained(workers=[worker("gpu-1", [begun], [staged])], released=[begun, staged])

        assert set(said) == {staged.run_id}, "what has begun does not wait"
        reason = said[staged.run_id]
        assert (reason.code, reason.position, reason.starts_in_s) == ("staged", None, 40)
        assert reason.reason == "worker gpu-1 takes it after the present render"

    def test_what_nobody_has_taken_yet(self):
        begun, queued = out(begun_s=20.0), out()

        said, _ = explained(workers=[worker(begun=[begun])], released=[begun, queued])

        assert (said[queued.run_id].code, said[queued.run_id].starts_in_s) == ("released", 40)

    def test_what_nobody_takes_now(self):
        queued, handed_back = out(), out()

        said, _ = explained(
            workers=[worker(staged=[handed_back], draining=True), worker("w2", place=SMALL)],
            released=[queued, handed_back],
        )

        for each in (queued, handed_back):
            assert (said[each.run_id].code, said[each.run_id].starts_in_s) == ("released", None)
            assert said[each.run_id].reason == "no worker of its class takes work now"


class TestForecast:
    def test_each_place_has_slots_of_its_own(self):
        """An idle worker that cannot render it is of no use to a run."""
        begun = out(LARGE, estimate_s=600.0, begun_s=0.0)
        workers = [worker("idle", place=SMALL), worker("busy", [begun])]

        said = said_of(run(needs=NEEDS_LARGE), workers=workers, released=[begun])

        assert said.starts_in_s == 600
        assert said.reason == "the only slot for it is busy; it is next"

    def test_a_run_takes_the_first_slot_that_fits(self):
        large, small = out(LARGE, estimate_s=30.0), out(SMALL, estimate_s=20.0)
        workers = [worker("w1", [large]), worker("w2", [small], place=SMALL)]
        anywhere, large_only = run(1), run(2, needs=NEEDS_LARGE)

        said, _ = explained(anywhere, large_only, workers=workers, released=[large, small])

        assert said[anywhere.run_id].starts_in_s == 20
        assert said[large_only.run_id].starts_in_s == 30
        assert said[anywhere.run_id].reason == "all 2 slots for it are busy; it is next"

    def test_a_place_in_line_counts_who_could_have_the_same_slots(self):
        large, small = out(LARGE), out(SMALL)
        workers = [worker("w1", [large]), worker("w2", [small], place=SMALL)]
        small_only = Needs(nodes=("Upscale",), models={"loras": ("a",)})
        runs = [run(1, needs=NEEDS_LARGE), run(2, needs=small_only), run(3)]

        said, _ = explained(*runs, workers=workers, released=[large, small])

        assert [said[one.run_id].position for one in runs] == [1, 1, 3]

    def test_a_draining_workers_render_is_nobody_elses_slot(self):
        here, there = out(estimate_s=30.0), out(estimate_s=300.0)
        workers = [worker("w1", [here]), worker("w2", [there], draining=True)]

        said = said_of(run(1), run(2), workers=workers, released=[here, there])

        assert said.starts_in_s == 30
        assert said.reason.startswith("the only slot")

    def test_two_that_wait_for_one_slot(self):
        begun = out(estimate_s=30.0, begun_s=10.0)
        first, second = run(1), run(2)

        said, _ = explained(first, second, workers=[worker(begun=[begun])], released=[begun])

        assert [said[one.run_id].starts_in_s for one in (first, second)] == [20, 30]
        assert said[second.run_id].reason == "the only slot for it is busy; runs ahead of it: 1"

    def test_nothing_is_made_up(self):
        """Neither an estimate nor a finished render of the lane: nobody knows."""
        begun = out(estimate_s=None)
        workers = [worker(begun=[begun])]

        assert said_of(run(), workers=workers, released=[begun]).starts_in_s is None

        shares = Shares(production_share=0.2)
        shares.learn(Lane.PREVIEW, 25)
        said = said_of(run(), workers=workers, released=[begun], shares=shares)
        assert said.starts_in_s == 25

    def test_what_is_unknown_is_unknown_to_those_behind_it_only(self):
        begun = out(estimate_s=30.0)
        first, second = run(1, estimate_s=None), run(2)

        said, _ = explained(first, second, workers=[worker(begun=[begun])], released=[begun])

        assert [said[one.run_id].starts_in_s for one in (first, second)] == [30, None]


class TestOutlooks:
    def test_behind_all_that_waits_at_each_place(self):
        begun = out(estimate_s=30.0)
        workers = [worker("w1", [begun]), worker("w2", place=SMALL)]
        shot, scene = run(needs=NEEDS_LARGE), run(needs=NEEDS_LARGE, lane=Lane.PRODUCTION)

        _, outlooks = explained(shot, scene, workers=workers, released=[begun])

        assert outlooks == {
            (LARGE, Lane.PREVIEW): 40,
            (LARGE, Lane.PRODUCTION): 50,
            (SMALL, Lane.PREVIEW): 0,
            (SMALL, Lane.PRODUCTION): 0,
        }

    def test_nothing_of_paused_lanes_and_of_places_that_take_nothing(self):
        workers = [worker(), worker("w2", place=SMALL, draining=True)]

        _, outlooks = explained(workers=workers, paused=[Lane.PRODUCTION])

        assert outlooks == {(LARGE, Lane.PREVIEW): 0}

    def test_nothing_is_made_up(self):
        begun = out(estimate_s=None)

        _, outlooks = explained(workers=[worker(begun=[begun])], released=[begun])

        assert outlooks[LARGE, Lane.PREVIEW] is None

from screentest.common.events import Needs
from screentest.common.ids import new_id
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.capabilities import Place
from screentest.dispatcher.domain.lanes import Released, Worker, free_slots, stranded

BUILTIN = Place(renderer=Renderer.BUILTIN)
LARGE = Place(renderer=Renderer.COMFYUI, capability_class="large")
SMALL = Place(renderer=Renderer.COMFYUI, capability_class="small")


def worker(name="w1", *, place=BUILTIN, **facts):
    return Worker(name=name, place=place, **facts)


def released(*, place=BUILTIN, meant_for=None, **facts):
    return Released(render_id=new_id(), run_id=new_id(), place=place, meant_for=meant_for, **facts)


def names(slots):
    return [slot.worker for slot in slots]


class TestFreeSlots:
    def test_no_worker_no_slot(self):
        assert free_slots([], []) == []

    def test_each_place_has_its_own(self):
        workers = [worker(slots=2), worker("w2"), worker("w3", place=LARGE)]

        free = free_slots(workers, [released(), released(place=SMALL)])

        assert sorted(slot.place for slot in free) == [BUILTIN, BUILTIN, LARGE]

    def test_released_renders_have_a_claim_whether_taken_or_not(self):
        render = released()

        assert free_slots([worker(holds=frozenset([render.render_id]))], [render]) == []
        assert free_slots([worker()], [render]) == []

    def test_a_worker_that_holds_what_has_ended_is_free(self):
        assert names(free_slots([worker(holds=frozenset([new_id()]))], [])) == ["w1"]

    def test_the_free_slot_is_of_the_worker_that_no_render_is_meant_for(self):
        workers = [worker("w1"), worker("w2"), worker("w3")]

        free = free_slots(workers, [released(meant_for="w1"), released(meant_for="w3")])

        assert names(free) == ["w2"]

    def test_who_holds_a_render_counts_not_whom_it_was_meant_for(self):
        render = released(meant_for="w1")
        workers = [worker("w1"), worker("w2", holds=frozenset([render.render_id]))]

        assert names(free_slots(workers, [render])) == ["w1"]

    def test_a_draining_worker_offers_nothing_and_keeps_what_it_has(self):
        render = released()
        draining = worker(draining=True, stages=1, holds=frozenset([render.render_id]))

        assert names(free_slots([draining, worker("w2")], [render])) == ["w2"]

    def test_what_a_draining_worker_will_not_take_needs_a_slot(self):
        workers = [worker("w1", draining=True), worker("w2")]

        assert free_slots(workers, [released(meant_for="w1")]) == []

    def test_what_a_dead_worker_left_needs_a_slot(self):
        assert free_slots([worker()], [released(meant_for="w9")]) == []

    def test_what_was_released_to_a_class_stays_with_it(self):
        """The worker has learned a model since; its render is in the old queue."""
        workers = [worker("w1", place=LARGE), worker("w2", place=SMALL)]

        free = free_slots(workers, [released(place=SMALL, meant_for="w1")])

        assert names(free) == ["w1"]

    def test_idle_workers_before_staging(self):
        render = released(meant_for="w1")
        workers = [worker("w1", stages=1), worker("w2", stages=1)]

        assert names(free_slots(workers, [render])) == ["w2", "w1", "w2"]

    def test_a_backend_that_is_away_stages_nothing(self):
        assert free_slots([worker(slots=0, stages=1)], []) == []

    def test_the_latest_claim_decides_what_will_be_warm(self):
        needs = [Needs(models={"loras": (name,)}) for name in ("now", "next")]
        claims = [
            released(meant_for="w1", needs=needs[0], age_s=40),
            released(meant_for="w1", needs=needs[1], age_s=2),
        ]
        tools = [worker(slots=1, stages=2, warm_models=("then",)), worker("w2", warm_models=("x",))]

        free = free_slots(tools, claims)

        assert [slot.warm_models for slot in free] == [("x",), ("next",)]


class TestStranded:
    def test_only_what_no_live_worker_takes_or_holds(self):
        lost, held, fresh = (released(place=SMALL, age_s=age_s) for age_s in (60, 60, 1))
        served = released(place=LARGE, age_s=60)
        workers = [worker(place=LARGE, holds=frozenset([held.render_id]))]

        found = stranded(workers, [lost, held, fresh, served], after_s=20)

        assert found == [lost]

    def test_a_queue_that_is_only_drained_is_served_by_nobody(self):
        """Two classes: what the draining one has not begun is for the idle one to render."""
        left, begun = (released(place=SMALL, age_s=60) for _ in range(2))
        draining = worker(place=SMALL, draining=True, holds=frozenset([begun.render_id]))

        assert stranded([draining, worker("w2", place=LARGE)], [left, begun], after_s=20) == [left]

    def test_a_colleague_of_a_draining_worker_serves_its_queue(self):
        left = released(place=SMALL, age_s=60)
        workers = [worker(place=SMALL, draining=True), worker("w2", place=SMALL)]

        assert stranded(workers, [left], after_s=20) == []

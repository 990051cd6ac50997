from datetime import UTC, datetime, timedelta

from screentest.common.events import Lane
from screentest.common.ids import new_id
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.lanes import WaitingRun, Worker, choose, free_slots

BUILTIN, COMFYUI = Renderer.BUILTIN, Renderer.COMFYUI
DAWN = datetime(2026, 1, 1, tzinfo=UTC)


def waiting(lane=Lane.PREVIEW, *, minute=0, renderer=BUILTIN):
    return WaitingRun(
        run_id=new_id(),
        lane=lane,
        renderer=renderer,
        requested_at=DAWN + timedelta(minutes=minute),
    )


def worker(slots=1, *, renderer=BUILTIN, draining=False, busy_with=()):
    return Worker(
        name=str(new_id()),
        renderer=renderer,
        slots=slots,
        draining=draining,
        busy_with=frozenset(busy_with),
    )


class TestFreeSlots:
    def test_no_worker_no_slot(self):
        assert free_slots([], {}) == {}

    def test_each_renderer_has_its_own(self):
        workers = [worker(2), worker(1), worker(1, renderer=COMFYUI)]

        assert free_slots(workers, {new_id(): BUILTIN}) == {BUILTIN: 2, COMFYUI: 1}

    def test_released_renders_have_a_claim_whether_taken_or_not(self):
        render = new_id()

        assert free_slots([worker(busy_with=[render])], {render: BUILTIN}) == {}
        assert free_slots([worker()], {render: BUILTIN}) == {}

    def test_a_worker_that_says_busy_with_what_has_ended_is_free(self):
        assert free_slots([worker(busy_with=[new_id()])], {}) == {BUILTIN: 1}

    def test_a_draining_worker_offers_nothing_and_keeps_what_it_has(self):
        render = new_id()
        workers = [worker(draining=True, busy_with=[render]), worker()]

        assert free_slots(workers, {render: BUILTIN}) == {BUILTIN: 1}

    def test_what_a_dead_worker_left_needs_a_slot(self):
        assert free_slots([worker()], {new_id(): BUILTIN}) == {}

    def test_fewer_slots_than_releases(self):
        assert free_slots([worker()], {new_id(): BUILTIN, new_id(): BUILTIN}) == {}


class TestChoose:
    def test_preview_first_then_the_oldest(self):
        late, early = waiting(minute=5), waiting(minute=4)
        scene = waiting(Lane.PRODUCTION, minute=0)

        assert choose([late, scene, early], {BUILTIN: 3}) == [early, late, scene]
        assert choose([late, scene, early], {BUILTIN: 2}) == [early, late]

    def test_a_renderer_without_slots_holds_nobody_else_up(self):
        here, there = waiting(minute=9), waiting(renderer=COMFYUI)

        assert choose([here, there], {BUILTIN: 1}) == [here]

"""What waits says why: shots, batches, the gallery and scenes, from what the dispatcher said."""

from uuid import UUID

import pytest

from screentest.api.domain.waiting import STALE_S
from screentest.api.handlers.progress import on_render_begun
from screentest.api.handlers.waiting import QueueNews
from screentest.api.waiting import Queue
from screentest.common.db import transaction
from screentest.common.events import QueueChanged, WaitingRun
from screentest.common.ids import new_id
from support.shots import add_catalogue


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=2)


def said_of(run_id: str, position: int = 1, code: str = "slots_busy") -> WaitingRun:
    return WaitingRun(
        run_id=UUID(run_id), code=code, reason="busy", position=position, starts_in_s=3600.0
    )


def snapshot(*waiting: WaitingRun) -> QueueChanged:
    return QueueChanged(snapshot=new_id(), part=1, parts=1, waiting=waiting)


async def test_a_shot_says_why_it_waits_wherever_it_is_shown(creator, api, catalogue):
    body = {"scene_type_id": catalogue.scene_type_id, "character_ids": catalogue.character_ids}
    batch = (await creator.post("/api/test-shots/batch", json=body)).json()
    first, second = batch["shots"]
    api.deps.queue.hear(snapshot(said_of(first["run_id"], 1), said_of(second["run_id"], 2)))

    shown = (await creator.get(f"/api/test-shots/{second['id']}")).json()["waiting"]
    assert (shown["code"], shown["reason"], shown["position"]) == ("slots_busy", "busy", 2)
    assert 3590 < shown["starts_in_s"] <= 3600
    again = (await creator.get(f"/api/batches/{batch['id']}")).json()["shots"]
    assert [shot["waiting"]["position"] for shot in again] == [1, 2]
    listed = (await creator.get("/api/test-shots/gallery")).json()["items"]
    assert [shot["waiting"]["position"] for shot in listed] == [2, 1]


async def test_a_shot_that_was_just_asked_for_waits_for_a_reason_nobody_said(creator, catalogue):
    path = f"/api/scenes/{catalogue.scene_ids[0]}/test-shot"
    waiting = (await creator.post(path)).json()["waiting"]

    assert waiting["code"] == "unknown"
    assert (waiting["position"], waiting["starts_in_s"]) == (None, None)


async def test_what_does_not_wait_has_no_reason(creator, api, pool, catalogue):
    shot = (await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")).json()
    api.deps.queue.hear(snapshot(said_of(shot["run_id"])))
    async with transaction(pool) as tx:
        await on_render_begun(UUID(shot["run_id"]), 1, tx)

    assert (await creator.get(f"/api/test-shots/{shot['id']}")).json()["waiting"] is None


async def test_a_scenes_run_waits_before_its_first_segment_and_between_two(
    creator, api, pool, catalogue
):
    path = f"/api/scenes/{catalogue.scene_ids[0]}"
    asked = (await creator.post(f"{path}/generate")).json()["run"]

    async def waiting():
        return (await creator.get(path)).json()["chain"]["run"]["waiting"]

    assert asked["waiting"]["code"] == "unknown"
    api.deps.queue.hear(snapshot(said_of(asked["run_id"], code="lane_paused")))
    assert (await waiting())["code"] == "lane_paused"
    async with transaction(pool) as tx:
        await on_render_begun(UUID(asked["run_id"]), 1, tx)
    assert (await waiting())["code"] == "lane_paused"
    api.deps.queue.hear(snapshot())
    assert await waiting() is None


class Browser:
    """Takes what a feed publishes."""

    def __init__(self) -> None:
        self.told: list[dict] = []

    def publish(self, event) -> None:
        assert event.type == "queue.changed"
        self.told.append(event.data)


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def news(browser, clock) -> QueueNews:
    return QueueNews(Queue(clock), browser, clock)


async def test_browsers_hear_of_changes_and_of_nothing_else(news, browser, clock):
    runs = [str(new_id()), str(new_id())]
    await news.on_queue_changed(snapshot(said_of(runs[0], 1), said_of(runs[1], 2)))
    for second in range(1, 4):
        clock.now_s = second
        await news.on_queue_changed(snapshot(said_of(runs[0], 1), said_of(runs[1], 2)))
    assert browser.told == [{"waiting": 2, "codes": {"slots_busy": 2}}]

    clock.now_s = 5
    await news.on_queue_changed(snapshot(said_of(runs[1], 1, code="no_worker")))
    assert browser.told[1:] == [{"waiting": 1, "codes": {"no_worker": 1}}]


async def test_browsers_hear_at_most_once_a_second_and_miss_no_last_state(news, browser, clock):
    run_id = str(new_id())
    for tenth in range(10):
        clock.now_s = tenth / 10
        await news.on_queue_changed(snapshot(said_of(run_id, tenth + 1)))
    assert len(browser.told) == 1
    clock.now_s = 1.0
    await news.on_queue_changed(snapshot())

    assert browser.told[1:] == [{"waiting": 0, "codes": {}}]


async def test_a_picture_that_nobody_renews_is_forgotten(clock):
    queue, run_id = Queue(clock), new_id()
    queue.hear(snapshot(said_of(str(run_id))))
    assert run_id in queue.places
    clock.now_s = STALE_S

    assert queue.places == {}

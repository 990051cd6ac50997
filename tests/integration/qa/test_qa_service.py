"""A qa process: SegmentRendered on a real broker becomes a stored score and a QAScored."""

import asyncio
import hashlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from screentest.common import outbox
from screentest.common.bus import Bus
from screentest.common.consumer import Consumer, Subscription
from screentest.common.db import transaction
from screentest.common.events import (
    Artefact,
    ClipFacts,
    ExpectedClip,
    Limits,
    QAPolicy,
    QAScored,
    SegmentArtefacts,
    SegmentRendered,
    Verdict,
)
from screentest.common.objects import Objects
from screentest.common.outbox import Relay
from screentest.media.encode import encode
from screentest.media.stills import png
from screentest.qa.domain import Measurement, judge
from screentest.qa.engine.pool import ClipPool
from screentest.qa.handlers import on_segment_rendered
from support.face_models import FACE_PX, write_detector, write_recognizer
from support.waiting import until

WIDTH, HEIGHT, FPS, FRAMES = 208, 120, 16, 16


def moving_shot(seed: int = 1) -> list[np.ndarray]:
    """Big soft shapes that drift by a pixel a frame."""
    rng = np.random.default_rng(seed)
    cells = rng.integers(30, 220, (10, 16, 3)).astype(np.float64)
    wide = np.repeat(np.repeat(cells, 16, axis=0), 16, axis=1)
    fine = rng.normal(scale=6, size=wide.shape)
    picture = np.clip(wide + fine, 0, 255).astype(np.uint8)
    return [picture[:HEIGHT, index : index + WIDTH].copy() for index in range(FRAMES)]


def magenta(frame: np.ndarray) -> np.ndarray:
    """The frame in grey, with a square that the tests' detector takes for a face."""
    grey = np.repeat(frame.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    grey[:FACE_PX, 32 : 32 + FACE_PX] = (200, 0, 60)
    return grey


class Workshop:
    """Stores clips and makes the events that announce them."""

    def __init__(self, objects: Objects, folder: Path) -> None:
        self.objects, self._folder = objects, folder

    async def store(self, picture: np.ndarray, key: str) -> Artefact:
        return await self.objects.put(key, png(picture), media_type="image/png")

    async def render(self, frames: list[np.ndarray], **changes: object) -> SegmentRendered:
        """A rendered segment 1, seeded by the first frame of `moving_shot`."""
        run_id, render_id = uuid4(), uuid4()
        clip = self._folder / f"{render_id}.mp4"
        encode(frames, clip, fps=FPS)
        prefix = f"renders/{run_id}/1/{render_id}"
        video = await self.objects.put(f"{prefix}.mp4", clip, media_type="video/mp4")
        seed = await self.objects.put(
            f"images/{render_id}.png", png(moving_shot()[0]), media_type="image/png"
        )
        other = Artefact(key="x", sha256=hashlib.sha256(b"").hexdigest(), size_bytes=0)
        facts = {
            "run_id": run_id,
            "segment": 1,
            "render_id": render_id,
            "recipe_hash": hashlib.sha256(b"recipe").hexdigest(),
            "artefacts": SegmentArtefacts(video=video, last_frame=other, poster=other),
            "clip": ClipFacts(
                duration_s=FRAMES / FPS, fps=FPS, frames=FRAMES, width=WIDTH, height=HEIGHT
            ),
            "expected": ExpectedClip(fps=FPS, frames=FRAMES, width=WIDTH, height=HEIGHT),
            "seed_image": seed,
            "gpu_seconds": 1.0,
            "worker": "test",
        }
        return SegmentRendered(**(facts | changes))


@pytest.fixture
def workshop(objects_url: str, tmp_path: Path) -> Workshop:
    return Workshop(Objects.open(objects_url), tmp_path)


@pytest.fixture
async def clip_pool() -> AsyncIterator[ClipPool]:
    async with ClipPool(size=1, time_limit_s=30) as pool:
        yield pool


@pytest.fixture
async def models(tmp_path) -> AsyncIterator[ClipPool]:
    """A pool that knows faces."""
    files = (write_detector(tmp_path / "yunet.onnx"), write_recognizer(tmp_path / "sface.onnx"))
    async with ClipPool(size=1, time_limit_s=30, face_models=files) as pool:
        yield pool


@pytest.fixture
def handled(workshop, clip_pool, pool_of, tmp_path):
    """Handle an event as the consumer does; returns what was said of it."""

    async def handle(event: SegmentRendered, measuring: ClipPool = clip_pool) -> QAScored:
        record = await on_segment_rendered(
            event, objects=workshop.objects, pool=measuring, temp_dir=tmp_path
        )
        pool = await pool_of("qa")
        async with transaction(pool) as tx:
            await record(tx)
        body = await pool.fetchval("select body from outbox order by position desc limit 1")
        return QAScored.model_validate(body)

    return handle


def check(scored: QAScored, name: str):
    return next(each for each in scored.checks if each.name == name)


class TestHandler:
    async def test_a_good_clip_is_scored_explained_and_stored(self, workshop, handled, pool_of):
        event = await workshop.render(moving_shot())

        scored = await handled(event)

        assert (scored.run_id, scored.render_id) == (event.run_id, event.render_id)
        assert scored.verdict is Verdict.PASS
        assert scored.score > 0.95
        assert check(scored, "boundary_ssim").verdict is Verdict.NOT_MEASURED
        assert check(scored, "boundary_ssim").message
        pool = await pool_of("qa")
        stored = await pool.fetchrow("select score, verdict, measurements from scores")
        assert (stored["score"], stored["verdict"]) == (scored.score, "pass")
        again = judge(Measurement.from_json(each) for each in stored["measurements"])
        assert again.score == scored.score

    async def test_a_frozen_clip_fails_and_says_where(self, workshop, handled):
        scored = await handled(await workshop.render([moving_shot()[0]] * FRAMES))

        assert scored.verdict is Verdict.FAIL
        assert check(scored, "frozen").frame == 0
        assert "stands still" in check(scored, "frozen").message

    async def test_a_loop_is_looked_for_where_the_scene_type_asks_for_one(self, workshop, handled):
        there = moving_shot()
        back_again = [*there, *there[-2:0:-1]]

        unasked = await handled(await workshop.render(there))
        closed = await handled(await workshop.render(back_again, qa=QAPolicy(loop=True)))
        open_ended = await handled(await workshop.render(there, qa=QAPolicy(loop=True)))

        assert check(unasked, "loop_closure").verdict is Verdict.NOT_MEASURED
        assert check(closed, "loop_closure").verdict is Verdict.PASS
        assert check(open_ended, "loop_closure").verdict is Verdict.WARN

    async def test_the_scene_types_own_limits_count(self, workshop, handled):
        strict = QAPolicy(limits={"noise_texture": Limits(warn=0.999, fail=0.998)})

        scored = await handled(await workshop.render(moving_shot(), qa=strict))

        texture = check(scored, "noise_texture")
        assert (texture.warn, texture.fail) == (0.999, 0.998)
        assert texture.verdict is Verdict.FAIL

    async def test_a_clip_that_is_gone_scores_nothing(self, workshop, handled):
        event = await workshop.render(moving_shot())
        await workshop.objects.delete(event.artefacts.video.key)

        scored = await handled(event)

        assert (scored.score, scored.verdict) == (0, Verdict.FAIL)
        assert "is not in storage" in check(scored, "unreadable").message

    async def test_a_clip_changed_in_storage_is_not_measured(self, workshop, handled):
        event = await workshop.render(moving_shot())
        await workshop.objects.put(event.artefacts.video.key, b"swapped", media_type="video/mp4")

        scored = await handled(event)

        assert "has changed in storage" in check(scored, "unreadable").message

    async def test_without_its_seed_image_a_clip_is_judged_by_the_rest(self, workshop, handled):
        event = await workshop.render(moving_shot())
        await workshop.objects.delete(event.seed_image.key)

        scored = await handled(event)

        assert scored.verdict is Verdict.PASS
        assert check(scored, "colour_cast").verdict is Verdict.NOT_MEASURED
        assert "is not in storage" in check(scored, "colour_cast").message

    async def test_faces_are_compared_with_the_source_image_of_the_chain(
        self, workshop, handled, models
    ):
        """Segment 2 began with segment 1's last frame; the source image is another file."""
        character = await workshop.store(magenta(moving_shot()[0]), "images/character.png")
        event = await workshop.render(
            [magenta(frame) for frame in moving_shot()], segment=2, reference_image=character
        )

        scored = await handled(event, models)

        assert check(scored, "likeness").verdict is Verdict.PASS
        assert check(scored, "likeness").value > 0.95

    @pytest.mark.parametrize("why", ["gone", "nobody said"])
    async def test_without_a_source_image_likeness_says_why(self, workshop, handled, models, why):
        character = await workshop.store(magenta(moving_shot()[0]), "images/character.png")
        if why == "gone":
            await workshop.objects.delete(character.key)
        event = await workshop.render(
            moving_shot(), segment=2, reference_image=character if why == "gone" else None
        )

        scored = await handled(event, models)

        assert check(scored, "likeness").verdict is Verdict.NOT_MEASURED
        reason = "is not in storage" if why == "gone" else "nobody said which source image"
        assert reason in check(scored, "likeness").message
        assert check(scored, "frozen").verdict is Verdict.PASS

    async def test_asked_twice_it_says_the_same_and_stores_one_row(
        self, workshop, handled, pool_of
    ):
        event = await workshop.render(moving_shot())

        first, second = await handled(event), await handled(event)

        # How long it took is no part of what it says.
        assert first.model_copy(update={"seconds": second.seconds}) == second
        assert await (await pool_of("qa")).fetchval("select count(*) from scores") == 1

    async def test_temporary_files_are_gone(self, workshop, handled, tmp_path):
        await handled(await workshop.render(moving_shot()))

        assert not list(tmp_path.glob("screentest-qa-*"))


@pytest.fixture
async def qa_process(database, amqp_url, objects_url) -> AsyncIterator[asyncio.subprocess.Process]:
    """``python -m screentest.qa``, stopped by SIGTERM if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "screentest.qa",
        env=os.environ
        | {
            "SCREENTEST_PG_DSN": database.dsn("qa"),
            "SCREENTEST_AMQP_URL": amqp_url,
            "SCREENTEST_OBJECTS_URL": objects_url,
            "SCREENTEST_QA_PROCESSES": "1",
        },
    )
    yield process
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    await process.wait()


@asynccontextmanager
async def neighbours(
    database, amqp_url: str, pool_of: Callable
) -> AsyncIterator[tuple[Callable, list[QAScored]]]:
    """A gpu-runner that announces segments and a dispatcher that hears scores."""
    heard: list[QAScored] = []
    runner_pool, dispatcher_pool = await pool_of("gpu_runner"), await pool_of("dispatcher")

    async def hear(event: QAScored, _tx: object) -> None:
        heard.append(event)

    async def announce(*events: SegmentRendered) -> None:
        async with transaction(runner_pool) as tx:
            for event in events:
                await outbox.add(tx, event)

    runner, dispatcher = Bus(amqp_url, "gpu-runner"), Bus(amqp_url, "dispatcher")
    await runner.connect()
    await dispatcher.connect()
    subscription = Subscription(event=QAScored, handle=hear)
    await Consumer(subscription, bus=dispatcher, pool=dispatcher_pool, replica="test").subscribe()
    await dispatcher.start()
    relay = Relay(database.dsn("gpu_runner"), "gpu_runner", runner.publish_letter)
    relaying = asyncio.create_task(relay.run())
    try:
        yield announce, heard
    finally:
        relaying.cancel()
        await asyncio.gather(relaying, return_exceptions=True)
        await dispatcher.stop_consuming()
        await dispatcher.close()
        await runner.close()


async def test_every_segment_announced_is_scored_once_and_the_process_stops_clean(
    qa_process, database, amqp_url, pool_of, workshop
):
    events = [await workshop.render(moving_shot(seed)) for seed in (1, 2, 3)]

    async with neighbours(database, amqp_url, pool_of) as (announce, heard):
        await announce(*events)
        await until(lambda: len(heard) >= len(events), what="a QAScored for every segment")

    assert {each.render_id for each in heard} == {each.render_id for each in events}
    qa_process.send_signal(signal.SIGTERM)
    assert await qa_process.wait() == 0
    pool = await pool_of("qa")
    assert await pool.fetchval("select count(*) from scores") == len(events)
    assert await pool.fetchval("select count(*) from outbox") == 0


async def test_a_killed_process_loses_no_segment(
    qa_process, database, amqp_url, objects_url, pool_of, workshop
):
    """Kill -9 with work in hand: the broker hands it to the next process."""
    events = [await workshop.render(moving_shot(seed)) for seed in range(1, 7)]

    async with neighbours(database, amqp_url, pool_of) as (announce, heard):
        await announce(*events)
        await until(lambda: heard, what="the first score")
        qa_process.kill()
        await qa_process.wait()
        second = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "screentest.qa",
            env=os.environ
            | {
                "SCREENTEST_PG_DSN": database.dsn("qa"),
                "SCREENTEST_AMQP_URL": amqp_url,
                "SCREENTEST_OBJECTS_URL": objects_url,
            },
        )
        try:
            await until(lambda: len(heard) >= len(events), what="a score for every segment")
        finally:
            second.send_signal(signal.SIGTERM)
            await second.wait()

    assert {each.render_id for each in heard} == {each.render_id for each in events}
    count = await (await pool_of("qa")).fetchval("select count(*) from scores")
    assert count == len(events)

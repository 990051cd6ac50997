"""A render from its request to its one end."""

import io
import json
from zipfile import ZipFile

import aio_pika
import pytest
from PIL import Image

from screentest.common.events import (
    ExpectedClip,
    QAPolicy,
    SegmentFailed,
    SegmentProgressed,
    SegmentRendered,
    WorkerSeen,
)
from screentest.common.ids import new_id
from screentest.common.model_files import ModelFiles
from screentest.common.object_info import ObjectInfo, object_info_key
from screentest.common.outbox import MAX_BODY_BYTES
from screentest.common.stored_facts import StoredFacts
from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.gpu_runner.engine.builtin.backend import BuiltinBackend
from screentest.media.metadata import read_metadata
from screentest.media.stills import last_frame, png
from support.events import BROKEN_NODE
from support.waiting import until


def hashes(result: SegmentRendered) -> list[str]:
    files = result.artefacts
    return [file.sha256 for file in (files.video, files.last_frame, files.poster)]


async def test_request_becomes_a_stored_segment(
    dispatcher, runner_of, backend, request_of, objects, pool, tmp_path
):
    backend.finish.set()
    request = request_of(segment=3, attempt=2, qa=QAPolicy(mode="halt"))
    async with runner_of(backend):
        await dispatcher.say(request)
        result = await dispatcher.end(request)

    assert isinstance(result, SegmentRendered)
    folder = f"renders/{request.run_id}/003/{request.render_id}"
    files = result.artefacts
    assert [files.video.key, files.last_frame.key, files.poster.key] == [
        f"{folder}.mp4",
        f"{folder}.last.png",
        f"{folder}.poster.webp",
    ]
    for artefact in (files.video, files.last_frame, files.poster):
        assert await objects.sha256(artefact.key) == artefact.sha256
    assert result.expected == ExpectedClip(fps=8, frames=8, width=64, height=48)
    assert (result.clip.frames, result.clip.fps, result.clip.width) == (8, 8, 64)
    assert (result.segment, result.attempt, result.worker) == (3, 2, "worker-a")
    assert result.device == "a stage"
    assert (result.gpu_seconds, result.qa, result.seed_image) == (
        1.5,
        request.qa,
        request.seed_image,
    )
    assert result.reference_image == request.reference_image
    assert result.reference_image is not None
    video = await objects.download(files.video.key, tmp_path / "stored.mp4")
    assert await objects.get(files.last_frame.key) == png(last_frame(video))
    assert Image.open(io.BytesIO(await objects.get(files.poster.key))).format == "WEBP"
    row = await pool.fetchrow("select status, gpu_seconds from renders")
    assert dict(row) == {"status": "rendered", "gpu_seconds": 1.5}
    assert await pool.fetchval("select count(*) from leases") == 0


@pytest.mark.parametrize(
    ("original", "suffix", "media_type"),
    [
        ({"00000.webm": b"a clip"}, "webm", "video/webm"),
        ({"00000.png": b"one", "00001.png": b"two"}, "zip", "application/zip"),
    ],
    ids=["one file", "frames"],
)
async def test_what_the_clip_was_encoded_from_is_stored_beside_it(
    dispatcher, runner_of, backend, request_of, objects, original, suffix, media_type
):
    backend.original = original
    backend.finish.set()
    request = request_of()
    async with runner_of(backend):
        await dispatcher.say(request)
        result = await dispatcher.end(request)

    kept = result.artefacts.original
    assert kept.key == f"renders/{request.run_id}/001/{request.render_id}.original.{suffix}"
    assert kept.media_type == media_type
    assert await objects.sha256(kept.key) == kept.sha256
    stored = await objects.get(kept.key)
    if suffix == "zip":
        with ZipFile(io.BytesIO(stored)) as archive:
            stored = {name: archive.read(name) for name in archive.namelist()}
        assert stored == original
    else:
        assert [stored] == list(original.values())


async def test_clip_that_the_backend_made_has_no_original(
    dispatcher, runner_of, backend, request_of
):
    backend.finish.set()
    request = request_of()
    async with runner_of(backend):
        await dispatcher.say(request)
        result = await dispatcher.end(request)

    assert "original" not in result.model_dump(mode="json")["artefacts"]


async def test_clip_carries_its_recipe(
    dispatcher, runner_of, backend, request_of, objects, tmp_path
):
    backend.finish.set()
    request = request_of()
    async with runner_of(backend):
        await dispatcher.say(request)
        result = await dispatcher.end(request)

    tags = read_metadata(
        await objects.download(result.artefacts.video.key, tmp_path / "stored.mp4")
    )
    assert json.loads(tags["prompt"]) == request.recipe.graph
    recipe = json.loads(tags["screentest"])
    assert recipe["recipe_hash"] == request.recipe_hash
    assert recipe["values"] == request.recipe.values
    assert recipe["seed_image_sha256"] == request.seed_image.sha256


async def test_equal_recipes_store_equal_bytes(dispatcher, runner_of, backend, request_of):
    backend.finish.set()
    first, second = request_of(), request_of()
    async with runner_of(backend):
        await dispatcher.say(first)
        await dispatcher.say(second)
        one, other = await dispatcher.end(first), await dispatcher.end(second)

    assert hashes(one) == hashes(other)


async def test_built_in_renderer_tells_its_progress_and_repeats_itself_to_the_byte(
    dispatcher, runner_of, film_of
):
    builtin = BuiltinBackend()
    one, other = film_of(), film_of()
    try:
        async with runner_of(builtin):
            for request in (one, other):
                await dispatcher.say(request)
            results = [await dispatcher.end(request) for request in (one, other)]
    finally:
        await builtin.close()

    assert [result.clip.frames for result in results] == [8, 8]
    assert hashes(results[0]) == hashes(results[1])
    assert all(result.gpu_seconds > 0 for result in results)
    told = dispatcher.heard_of(SegmentProgressed)
    assert {event.render_id for event in told} == {one.render_id, other.render_id}


async def test_repeated_request_is_rendered_once(dispatcher, runner_of, backend, request_of):
    """The same message twice, and the same render under another message id."""
    backend.finish.set()
    request, last, message_id = request_of(), request_of(), new_id()
    async with runner_of(backend):
        await dispatcher.say(request, message_id=message_id)
        await dispatcher.say(request, message_id=message_id)
        await dispatcher.say(request)
        await dispatcher.say(last)
        await dispatcher.end(last)

    assert len(backend.jobs) == 2
    assert len(dispatcher.ends(request)) == 1


async def test_no_delivery_is_held_beyond_what_is_staged(
    dispatcher, runner_of, backend, request_of, amqp_url
):
    """While one worker renders and has staged another, the next is free for a colleague."""
    first, staged, free = requests = [request_of() for _ in range(3)]
    connection = await aio_pika.connect(amqp_url)
    async with runner_of(backend), connection, connection.channel() as channel:

        async def lies_untouched() -> bool:
            queue = await channel.declare_queue("gpu-runner.render.builtin", passive=True)
            facts = queue.declaration_result
            return (facts.message_count, facts.consumer_count) == (1, 0)

        await dispatcher.say(first)
        await until(lambda: backend.jobs)
        await dispatcher.say(staged)
        await until(lambda: str(staged.render_id) in backend.prepared)
        await dispatcher.say(free)
        await until(lies_untouched)
        assert len(backend.jobs) == 1
        backend.finish.set()
        await dispatcher.end(free)

    assert [job.render_id for job in backend.jobs] == [str(one.render_id) for one in requests]


async def test_backend_says_why_it_failed(dispatcher, runner_of, backend, request_of, pool):
    backend.finish.set()
    backend.error = RenderFailed(
        "out_of_memory", "Allocation on device 0 failed", retryable=True, detail=BROKEN_NODE
    )
    request = request_of()
    async with runner_of(backend):
        await dispatcher.say(request)
        result = await dispatcher.end(request)

    assert isinstance(result, SegmentFailed)
    assert (result.code, result.message, result.retryable) == (
        "out_of_memory",
        "Allocation on device 0 failed",
        True,
    )
    assert result.detail == BROKEN_NODE
    assert await pool.fetchval("select code from renders") == "out_of_memory"
    assert await pool.fetchval("select count(*) from leases") == 0


async def test_bug_in_a_backend_is_a_failure_and_the_worker_goes_on(
    dispatcher, runner_of, backend, request_of
):
    backend.finish.set()
    backend.error = ZeroDivisionError("division by zero")
    broken, fine = request_of(), request_of()
    async with runner_of(backend):
        await dispatcher.say(broken)
        failure = await dispatcher.end(broken)
        backend.error = None
        await dispatcher.say(fine)
        result = await dispatcher.end(fine)

    assert (failure.code, failure.retryable) == ("internal_error", True)
    assert "division by zero" in failure.message
    assert isinstance(result, SegmentRendered)


async def test_backend_that_hands_out_no_clip_failed(
    dispatcher, runner_of, backend, request_of, clip
):
    clip.write_bytes(clip.read_bytes()[:1000])
    backend.finish.set()
    request = request_of()
    async with runner_of(backend):
        await dispatcher.say(request)
        result = await dispatcher.end(request)

    assert (result.code, result.retryable) == ("broken_output", True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": "images/gone.png"}, "seed_image_missing"),
        ({"sha256": "0" * 64}, "seed_image_changed"),
    ],
)
async def test_seed_image_that_is_not_the_requested_one(
    dispatcher, runner_of, backend, request_of, seed_image, change, code
):
    request = request_of(seed_image=seed_image.model_copy(update=change))
    async with runner_of(backend):
        await dispatcher.say(request)
        result = await dispatcher.end(request)

    assert (result.code, result.retryable) == (code, False)
    assert backend.jobs == []


async def test_request_that_cannot_be_read_is_buried_and_the_worker_goes_on(
    dispatcher, runner_of, backend, request_of, amqp_url
):
    backend.finish.set()
    request = request_of()
    connection = await aio_pika.connect(amqp_url)
    async with connection, connection.channel() as channel:
        await channel.default_exchange.publish(
            aio_pika.Message(b"{}", headers={"ce-id": 5}), "gpu-runner.render.builtin"
        )
        async with runner_of(backend):
            await dispatcher.say(request)
            await dispatcher.end(request)
        dead = await channel.get_queue("gpu-runner.render.builtin.dead", ensure=False)
        letter = await until(lambda: dead.get(fail=False, no_ack=True))

    assert "AttributeError" in letter.headers["x-dead-reason"]


async def test_progress_is_told_with_a_small_preview(dispatcher, runner_of, backend, request_of):
    request = request_of()
    large = io.BytesIO()
    Image.effect_noise((1024, 1024), 50).save(large, "PNG")
    async with runner_of(backend):
        await dispatcher.say(request)
        await until(lambda: backend.jobs)
        backend.report(0.5, node="KSampler", preview=large.getvalue())
        [told] = await until(lambda: dispatcher.heard_of(SegmentProgressed))
        backend.finish.set()
        await dispatcher.end(request)

    assert (told.render_id, told.fraction, told.node) == (request.render_id, 0.5, "KSampler")
    assert told.preview.startswith("data:image/jpeg;base64,")
    assert told.eta_s is not None


async def test_worker_tells_at_once_what_it_does(dispatcher, runner_of, backend, request_of):
    """The period is an hour: every WorkerSeen but the first tells of a change."""
    request = request_of()

    def seen(**facts: object) -> bool:
        wanted = facts.items()
        return any(
            all(getattr(event, name) == value for name, value in wanted)
            for event in dispatcher.heard_of(WorkerSeen)
        )

    async with runner_of(backend, seen_s=3600) as runner:
        await until(lambda: seen(slots=1, busy_with=(), device="a stage"))
        await dispatcher.say(request)
        await until(lambda: seen(busy_with=(request.render_id,), draining=False))
        backend.finish.set()
        await dispatcher.end(request)
        await until(lambda: dispatcher.heard_of(WorkerSeen)[-1].busy_with == ())
        await runner.stop()
        await until(lambda: seen(draining=True))


async def test_the_description_of_the_backend_is_stored_before_it_is_named(
    dispatcher, runner_of, backend, objects
):
    backend.object_info = ObjectInfo.reduce({"SaveVideo": {"output_node": True}})
    sha256 = backend.object_info.sha256

    async with runner_of(backend, seen_s=0.05):
        await until(
            lambda: any(one.object_info_sha256 == sha256 for one in dispatcher.heard_of(WorkerSeen))
        )
        stored = await objects.get(object_info_key(sha256))

    assert ObjectInfo.model_validate_json(stored) == backend.object_info


async def test_a_server_with_thousands_of_nodes_fits_into_a_report(
    dispatcher, runner_of, backend, objects
):
    """Its description has them; readers look there."""
    classes = {f"Custom node {number} of a long-winded collection": {} for number in range(5000)}
    backend.object_info = ObjectInfo.reduce(classes)
    sha256 = backend.object_info.sha256

    async with runner_of(backend, seen_s=0.05):
        await until(
            lambda: any(one.object_info_sha256 == sha256 for one in dispatcher.heard_of(WorkerSeen))
        )
    told = next(one for one in dispatcher.heard_of(WorkerSeen) if one.object_info_sha256 == sha256)

    assert len(told.model_dump_json()) < MAX_BODY_BYTES
    assert told.nodes_sha256
    completed = await StoredFacts(objects).completed(told)
    assert completed.nodes == tuple(sorted(classes))


async def test_a_server_with_thousands_of_model_files_fits_into_a_report(
    dispatcher, runner_of, backend, objects
):
    """Its list is stored under its hash, and anew when a file is added."""
    names = tuple(f"loras/of a long-winded collection/number {n}.safetensors" for n in range(3000))
    backend.models = {"loras": names}
    backend.model_hashes = {"loras": dict.fromkeys(names, "228462944@1754500000.5")}

    def told(count: int):
        files = {"loras": names[:count] if count <= len(names) else (*names, "new.safetensors")}
        sha256 = ModelFiles(models=files, hashes=backend.model_hashes).sha256
        heard = dispatcher.heard_of(WorkerSeen)
        return next((one for one in heard if one.model_files_sha256 == sha256), None)

    async with runner_of(backend, seen_s=0.05):
        await until(lambda: told(3000), what="the list to be told")
        first = await until_complete(objects, told(3000))
        backend.models = {"loras": (*names, "new.safetensors")}
        await until(lambda: told(3001), what="the longer list to be told")
        second = await until_complete(objects, told(3001))

    assert len(told(3000).model_dump_json()) < MAX_BODY_BYTES
    assert first.models == {"loras": names}
    assert first.model_hashes == backend.model_hashes
    assert second.models == backend.models


async def until_complete(objects, told):
    """The report as its readers see it, once they can."""
    completed = []

    async def is_complete() -> bool:
        completed.append(await StoredFacts(objects).completed(told))
        return completed[-1].is_complete

    await until(is_complete)
    return completed[-1]


async def test_worker_whose_backend_is_away_offers_no_slot_and_takes_nothing(
    dispatcher, runner_of, backend, request_of
):
    backend.is_there = False
    backend.finish.set()
    request = request_of()
    async with runner_of(backend, seen_s=0.05):
        await until(lambda: len(dispatcher.heard_of(WorkerSeen)) >= 3)
        assert {event.slots for event in dispatcher.heard_of(WorkerSeen)} == {0}
        await dispatcher.say(request)
        await until(lambda: len(dispatcher.heard_of(WorkerSeen)) >= 6)
        assert backend.jobs == []
        backend.is_there = True
        result = await dispatcher.end(request)

    assert isinstance(result, SegmentRendered)

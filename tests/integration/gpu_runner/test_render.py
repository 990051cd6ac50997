"""A render from its request to its stored segment."""

import io
import json
from zipfile import ZipFile

import aio_pika
import pytest
from PIL import Image

from screentest.common.events import ExpectedClip, QAPolicy, SegmentProgressed, SegmentRendered
from screentest.common.ids import new_id
from screentest.gpu_runner.engine.builtin.backend import BuiltinBackend
from screentest.media.metadata import read_metadata
from screentest.media.stills import last_frame, png
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

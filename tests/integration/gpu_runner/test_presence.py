"""What a worker says of itself, and of the backend it has."""

from screentest.common.events import SegmentRendered, WorkerSeen
from screentest.common.model_files import ModelFiles
from screentest.common.object_info import ObjectInfo, object_info_key
from screentest.common.outbox import MAX_BODY_BYTES
from screentest.common.stored_facts import StoredFacts
from support.waiting import until


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

"""What a report says, or leaves to the documents that it names."""

import pytest

from screentest.common.events import WorkerSeen
from screentest.common.model_files import ModelFiles, model_files_key
from screentest.common.object_info import ObjectInfo, object_info_key
from screentest.common.objects import Objects
from screentest.common.recipes import Renderer
from screentest.common.stored_facts import StoredFacts

INFO = ObjectInfo.reduce({"SaveVideo": {"output_node": True}, "KSampler": {}})


def report(**facts) -> WorkerSeen:
    return WorkerSeen(worker="w1", renderer=Renderer.COMFYUI, **facts)


@pytest.fixture
def objects() -> Objects:
    return Objects.open("memory:///")


async def store(objects: Objects) -> None:
    key = object_info_key(INFO.sha256)
    await objects.put(key, INFO.document, media_type="application/json")


async def test_are_read_from_the_description_once(objects):
    await store(objects)
    classes = StoredFacts(objects)
    told = report(object_info_sha256=INFO.sha256)
    first = await classes.completed(told)

    await objects.delete(object_info_key(INFO.sha256))

    assert first.nodes == ("KSampler", "SaveVideo")
    assert await classes.completed(told) == first


@pytest.mark.parametrize("facts", [{"nodes": ("Film",)}, {}])
async def test_of_a_worker_that_names_no_description_are_what_it_says(objects, facts):
    assert await StoredFacts(objects).completed(report(**facts)) == report(**facts)


async def test_of_an_older_worker_that_says_both_are_what_it_says(objects):
    told = report(nodes=("Film",), object_info_sha256=INFO.sha256)

    assert await StoredFacts(objects).completed(told) == told


async def test_are_not_known_until_the_description_can_be_read(objects):
    classes = StoredFacts(objects)
    told = report(object_info_sha256=INFO.sha256)
    before = await classes.completed(told)

    await store(objects)

    assert before == told
    assert (await classes.completed(told)).nodes == ("KSampler", "SaveVideo")


async def test_long_lists_of_model_files_are_read_once(objects):
    files = ModelFiles(
        models={"loras": ("a.safetensors",)}, hashes={"loras": {"a.safetensors": "1@2"}}
    )
    facts = StoredFacts(objects)
    told = report(model_files_sha256=files.sha256)
    before = await facts.completed(told)
    key = model_files_key(files.sha256)
    await objects.put(key, files.document, media_type="application/json")
    completed = await facts.completed(told)
    await objects.delete(key)

    assert before == told
    assert not before.is_complete
    assert (completed.models, completed.model_hashes) == (files.models, files.hashes)
    assert completed.is_complete
    assert await facts.completed(told) == completed


async def test_short_lists_are_in_the_report():
    assert report(models={"loras": ("a.safetensors",)}).is_complete
    assert report().is_complete


@pytest.mark.parametrize(("count", "is_long"), [(40, False), (1000, True)])
def test_how_long_a_list_may_be(count, is_long):
    names = tuple(
        f"a-model-file-of-the-usual-length-{number:04}.safetensors" for number in range(count)
    )
    files = ModelFiles(models={"loras": names})

    assert files.is_long is is_long
    assert ModelFiles.model_validate_json(files.document) == files

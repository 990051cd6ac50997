"""Node classes of a report: said, or in the description that it names."""

import pytest

from screentest.common.events import WorkerSeen
from screentest.common.node_classes import NodeClasses
from screentest.common.object_info import ObjectInfo, object_info_key
from screentest.common.objects import Objects
from screentest.common.recipes import Renderer

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
    classes = NodeClasses(objects)
    told = report(object_info_sha256=INFO.sha256)
    first = await classes.completed(told)

    await objects.delete(object_info_key(INFO.sha256))

    assert first.nodes == ("KSampler", "SaveVideo")
    assert await classes.completed(told) == first


@pytest.mark.parametrize("facts", [{"nodes": ("Film",)}, {}])
async def test_of_a_worker_that_names_no_description_are_what_it_says(objects, facts):
    assert await NodeClasses(objects).completed(report(**facts)) == report(**facts)


async def test_of_an_older_worker_that_says_both_are_what_it_says(objects):
    told = report(nodes=("Film",), object_info_sha256=INFO.sha256)

    assert await NodeClasses(objects).completed(told) == told


async def test_are_not_known_until_the_description_can_be_read(objects):
    classes = NodeClasses(objects)
    told = report(object_info_sha256=INFO.sha256)
    before = await classes.completed(told)

    await store(objects)

    assert before == told
    assert (await classes.completed(told)).nodes == ("KSampler", "SaveVideo")

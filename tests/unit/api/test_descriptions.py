"""Descriptions of servers are read once, and one that cannot be read stands in nobody's way."""

import pytest

from screentest.api.descriptions import Descriptions
from screentest.common.object_info import ObjectInfo, object_info_key
from screentest.common.objects import Objects

INFO = ObjectInfo.reduce({"SaveVideo": {"output_node": True}})


@pytest.fixture
async def objects() -> Objects:
    store = Objects.open("memory:///")
    key = object_info_key(INFO.sha256)
    await store.put(key, INFO.document, media_type="application/json")
    return store


async def test_what_was_read_once_is_not_read_again(objects):
    descriptions = Descriptions()
    first = await descriptions.read(objects, [INFO.sha256, INFO.sha256, ""])

    await objects.delete(object_info_key(INFO.sha256))

    assert first == {INFO.sha256: INFO}
    assert await descriptions.read(objects, [INFO.sha256]) == first


@pytest.mark.parametrize("document", [None, b"{", b"[]"])
async def test_one_that_cannot_be_read_is_left_out(objects, document):
    if document is not None:
        key = object_info_key("0" * 64)
        await objects.put(key, document, media_type="application/json")

    found = await Descriptions().read(objects, ["0" * 64, INFO.sha256])

    assert found == {INFO.sha256: INFO}


async def test_those_asked_for_last_are_kept(objects):
    descriptions = Descriptions()
    many = [ObjectInfo.reduce({f"Node{number}": {}}) for number in range(40)]
    for info in many:
        key = object_info_key(info.sha256)
        await objects.put(key, info.document, media_type="application/json")
        await descriptions.read(objects, [info.sha256])
        await objects.delete(key)

    assert await descriptions.read(objects, [many[-1].sha256])
    assert not await descriptions.read(objects, [many[0].sha256])

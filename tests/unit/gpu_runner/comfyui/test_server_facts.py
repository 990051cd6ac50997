"""Addresses, versions, queue and history entries."""

import pytest

from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.gpu_runner.engine.comfyui.clip import frame_rate
from screentest.gpu_runner.engine.comfyui.history import HistoryEntry
from screentest.gpu_runner.engine.comfyui.options import ComfyUIOptions
from screentest.gpu_runner.engine.comfyui.queue import QueueSnapshot
from screentest.gpu_runner.engine.comfyui.seed_image import ImageFormat
from screentest.gpu_runner.engine.comfyui.tags import Tag
from screentest.gpu_runner.engine.comfyui.version import Version


@pytest.mark.parametrize(
    ("url", "base", "socket"),
    [
        ("http://127.0.0.1:8188", "http://127.0.0.1:8188/", "ws://127.0.0.1:8188/ws?clientId=c"),
        ("https://gpu/comfy/", "https://gpu/comfy/", "wss://gpu/comfy/ws?clientId=c"),
    ],
)
def test_addresses(url, base, socket):
    options = ComfyUIOptions(url=url)

    assert options.base_url == base
    assert options.socket_url("c") == socket


@pytest.mark.parametrize("url", ["127.0.0.1:8188", "ftp://gpu", "http://", ""])
def test_what_is_no_address(url):
    with pytest.raises(ValueError, match="should look like http"):
        ComfyUIOptions(url=url)


@pytest.mark.parametrize(
    ("version", "can"),
    [("0.3.57", True), ("v0.4", True), ("1.0.0", True), ("0.3.56", False), ("", False), (7, False)],
)
def test_only_servers_known_to_aim_are_interrupted(version, can):
    assert Version.of({"system": {"comfyui_version": version}}).interrupts_by_id is can


@pytest.mark.parametrize(
    ("version", "can"), [("0.3.45", True), ("0.3.64", True), ("0.3.44", False), ("", False)]
)
def test_only_servers_known_to_take_our_ids_are_asked_by_them(version, can):
    assert Version.of({"system": {"comfyui_version": version}}).takes_prompt_ids is can


@pytest.mark.parametrize("extra", [None, [], {"screentest": 7}, {"screentest": {"render_id": "x"}}])
def test_what_is_no_tag_of_ours_is_an_empty_one(extra):
    assert Tag.parse(extra).render_id == ""


def test_a_queue_knows_whose_prompts_it_holds():
    ours = [2, "b", {}, {"client_id": "r"}, []]
    queue = QueueSnapshot.parse({"queue_running": [[1, "a", {}, {}, []]], "queue_pending": [ours]})

    assert queue.holds("a")
    assert queue.holds("b")
    assert not queue.holds("c")
    assert queue.prompt_of("r") == "b"
    assert queue.prompt_of("s") is None


@pytest.mark.parametrize("body", [{}, {"queue_running": None}, {"queue_running": [[], "x", [1]]}])
def test_a_queue_of_a_strange_shape_is_empty(body):
    queue = QueueSnapshot.parse(body)

    assert (queue.running, queue.pending) == ((), ())


def test_history_without_timestamps_says_nothing_of_time():
    status = {"status_str": "success", "messages": [["execution_start", {}], "?", [1, 2]]}
    entry = HistoryEntry.parse("p", {"p": {"status": status, "outputs": None}})

    assert entry is not None
    assert entry.succeeded
    assert entry.outputs == {}
    assert entry.execution_s is None


def test_an_early_server_keeps_no_status():
    entry = HistoryEntry.parse("p", {"p": {"outputs": {"9": {}}}})

    assert entry is not None
    assert entry.succeeded


@pytest.mark.parametrize(
    ("values", "graph", "fps"),
    [
        ({"fps": 24}, {"1": {"inputs": {"fps": 8}}}, 24.0),
        ({}, {"1": {"inputs": {"frame_rate": 12.5}}}, 12.5),
        ({}, {"1": {"inputs": {"fps": ["4", 0]}}}, None),
        ({"fps": True}, {"1": {}}, None),
        ({"fps": 0}, {}, None),
        (
            {},
            {
                "left over": {"inputs": {"fps": 8}},
                "2": {"inputs": {}},
                "3": {"inputs": {"images": ["2", 0], "fps": 24}},
            },
            24.0,
        ),
    ],
)
def test_where_a_frame_rate_is_written(values, graph, fps):
    assert frame_rate(values, graph) == fps


def test_a_picture_is_known_by_its_first_bytes():
    assert ImageFormat.of(b"RIFF\0\0\0\0WEBPVP8 ").suffix == "webp"
    with pytest.raises(RenderFailed, match="not a PNG, JPEG or WebP"):
        ImageFormat.of(b"%PDF-1.7")

"""Reading the server's socket: what is understood, and that the rest does no harm."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screentest.gpu_runner.engine.comfyui.messages import (
    NodesCached,
    NodeStarted,
    NodeState,
    NodeStates,
    NodeStep,
    Preview,
    PromptEnded,
    Started,
    parse_frame,
)

JPEG = b"\xff\xd8\xff\xe0 a picture"
PNG = b"\x89PNG\r\n\x1a\n a picture"


def event(kind: str, **data: object) -> str:
    return json.dumps({"type": kind, "data": data})


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (event("execution_start", prompt_id="p", timestamp=1), Started(prompt_id="p")),
        (
            event("execution_cached", prompt_id="p", nodes=["1", "2"]),
            NodesCached(prompt_id="p", nodes=("1", "2")),
        ),
        (
            event("executing", prompt_id="p", node="7.0.0.3", display_node="7"),
            NodeStarted(prompt_id="p", node="7"),
        ),
        (event("executing", node="7"), NodeStarted(prompt_id=None, node="7")),
        (event("executing", prompt_id="p", node=None), PromptEnded(prompt_id="p")),
        (
            event("progress", prompt_id="p", node="7", value=3, max=20),
            NodeStep(prompt_id="p", node="7", value=3.0, maximum=20.0),
        ),
        (event("execution_success", prompt_id="p"), PromptEnded(prompt_id="p")),
        (event("execution_error", prompt_id="p"), PromptEnded(prompt_id="p")),
        (event("execution_interrupted", prompt_id="p"), PromptEnded(prompt_id="p")),
    ],
)
def test_events_we_use(frame, message):
    assert parse_frame(frame) == message


def test_all_nodes_at_once():
    nodes = {
        "4": {"value": 1.0, "max": 1.0, "state": "finished", "display_node_id": "4"},
        "7.0": {"value": 2, "max": 8, "state": "running", "display_node_id": "7"},
        "8": "of a later version",
    }

    message = parse_frame(event("progress_state", prompt_id="p", nodes=nodes))

    assert message == NodeStates(
        prompt_id="p",
        states=(
            NodeState(node="4", display_node="4", value=1.0, maximum=1.0, finished=True),
            NodeState(node="7.0", display_node="7", value=2.0, maximum=8.0, finished=False),
        ),
    )


@pytest.mark.parametrize("picture", [JPEG, PNG])
def test_a_preview_with_metadata_says_whose_it_is(picture):
    header = json.dumps({"prompt_id": "p", "image_type": "image/jpeg"}).encode()
    frame = struct.pack(">II", 4, len(header)) + header + picture

    assert parse_frame(frame) == Preview(prompt_id="p", image=picture)


@pytest.mark.parametrize("header_bytes", [4, 28], ids=["ComfyUI", "VideoHelperSuite"])
@pytest.mark.parametrize("picture", [JPEG, PNG])
def test_a_preview_of_the_old_kind_begins_where_its_picture_does(picture, header_bytes):
    frame = struct.pack(">I", 1) + b"\0" * header_bytes + picture

    assert parse_frame(frame) == Preview(prompt_id=None, image=picture)


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "no json",
        "[]",
        '{"type": "progress"}',
        event("VHS_latentpreview", id="7", length=16),
        event("progress", prompt_id="p", value=None, max=4),
        event("progress", prompt_id="p", value=1, max=0),
        event("execution_cached", prompt_id="p"),
        event("progress_state", prompt_id="p", nodes=[]),
        event("status", status={"exec_info": {"queue_remaining": 1}}),
        b"",
        struct.pack(">II", 3, 1) + b"7text of a node",
        struct.pack(">II", 1, 1) + b"no picture",
        struct.pack(">II", 4, 4) + b"nope" + JPEG,
        struct.pack(">II", 4, 2**32 - 1) + b"{}" + JPEG,
        struct.pack(">II", 99, 1) + JPEG,
    ],
)
def test_what_is_not_for_us_is_left_out(frame):
    assert parse_frame(frame) is None


@given(st.one_of(st.text(), st.binary()))
def test_no_frame_does_harm(frame):
    parse_frame(frame)


@given(
    st.sampled_from(["executing", "progress", "progress_state", "execution_cached"]),
    st.dictionaries(
        st.sampled_from(["node", "nodes", "value", "max", "prompt_id", "display_node"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
    ),
)
def test_no_event_of_a_strange_shape_does_harm(kind, data):
    parse_frame(json.dumps({"type": kind, "data": data}))

"""One fraction out of many messages, whichever of them arrive."""

import json
from typing import Any

import pytest

from screentest.gpu_runner.engine.comfyui.messages import (
    NodesCached,
    NodeStarted,
    NodeStep,
    Preview,
    PromptEnded,
    Started,
    parse_frame,
    parse_text,
)
from screentest.gpu_runner.engine.comfyui.progress import PromptProgress
from support.comfyui_recording import Recording, binary_frame

GRAPH: dict[str, Any] = {
    "1": {"class_type": "LoadImage", "inputs": {}, "_meta": {"title": "picture"}},
    "2": {"class_type": "KSampler", "inputs": {}},
    "3": {"class_type": "VAEDecode", "inputs": {}},
    "4": {"class_type": "SaveVideo", "inputs": {}},
}


def test_it_starts_at_nothing_and_ends_just_before_the_clip_is_fetched():
    progress = PromptProgress(GRAPH, "p")
    assert progress.fraction == 0

    for node in GRAPH:
        progress.apply(NodeStep(prompt_id="p", node=node, value=1, maximum=1))

    assert progress.fraction == pytest.approx(0.98)


def test_the_sampler_is_most_of_it():
    progress = PromptProgress(GRAPH, "p")
    progress.apply(NodeStarted(prompt_id="p", node="2"))
    progress.apply(NodeStep(prompt_id="p", node="2", value=10, maximum=20))

    assert 0.35 < progress.fraction < 0.6
    assert progress.node_title == "KSampler"


def test_an_old_server_only_says_which_node_began():
    progress = PromptProgress(GRAPH, "p")
    seen = []
    for node in GRAPH:
        progress.apply(NodeStarted(prompt_id="p", node=node))
        seen.append(progress.fraction)

    assert seen == sorted(seen)
    assert seen[-1] > 0.9


def test_cached_nodes_are_no_work():
    progress = PromptProgress(GRAPH, "p")
    progress.apply(NodesCached(prompt_id="p", nodes=("1", "2", "3")))
    progress.apply(NodeStep(prompt_id="p", node="4", value=1, maximum=2))

    assert progress.fraction == pytest.approx(0.49)


def test_it_never_goes_back():
    progress = PromptProgress(GRAPH, "p")
    progress.apply(NodeStep(prompt_id="p", node="2", value=19, maximum=20))
    before = progress.fraction
    # A second pass of the same sampler counts from one again.
    progress.apply(NodeStep(prompt_id="p", node="2", value=1, maximum=20))

    assert progress.fraction == before


def test_nodes_that_were_expanded_at_run_time_do_not_count():
    progress = PromptProgress(GRAPH, "p")
    progress.apply(NodeStep(prompt_id="p", node="2.0.0.7", value=5, maximum=5))

    assert progress.fraction == 0


def test_whose_message_it_is():
    progress = PromptProgress(GRAPH, "p")
    legacy = Preview(prompt_id=None, image=b"")

    assert progress.concerns(Started(prompt_id="p"))
    assert not progress.concerns(Started(prompt_id="another"))
    # The one message a reconnected socket gets first has no prompt id.
    assert progress.concerns(NodeStarted(prompt_id=None, node="2"))
    # A prompt without a client id sends its previews to everybody.
    assert not progress.concerns(legacy)
    progress.apply(Started(prompt_id="p"))
    assert progress.concerns(legacy)
    progress.apply(PromptEnded(prompt_id="p"))
    assert not progress.concerns(legacy)


def test_a_preview_is_taken_once():
    progress = PromptProgress(GRAPH, "p")
    progress.apply(Preview(prompt_id="p", image=b"first"))
    progress.apply(Preview(prompt_id="p", image=b"second"))

    assert progress.take_preview() == b"second"
    assert progress.take_preview() is None


@pytest.mark.parametrize("name", ["success_mp4", "previews", "vhs", "webp", "frames"])
def test_recorded_runs_come_to_their_end(name):
    """Every node of a recorded run that was not cached ends up finished."""
    recording = Recording.named(name)
    ran = {
        node
        for message in recording.messages
        if message.get("type") == "progress_state"
        for node in message["data"]["nodes"]
    }
    progress = PromptProgress({node: {"class_type": "Any", "inputs": {}} for node in ran}, "p")

    for message in recording.messages_for("p"):
        if "binary" in message:
            parsed = parse_frame(binary_frame(message["binary"]))
        else:
            parsed = parse_text(json.dumps(message))
        if parsed is not None and progress.concerns(parsed):
            progress.apply(parsed)

    assert progress.fraction == pytest.approx(0.98)

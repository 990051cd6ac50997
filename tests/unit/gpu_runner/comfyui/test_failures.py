"""The server's refusals and breakdowns as sentences that people can act on."""

import json
from typing import Any

import pytest

from screentest.gpu_runner.engine.comfyui.failures import breakdown, redact, refusal
from screentest.gpu_runner.engine.comfyui.history import HistoryEntry
from support.comfyui_recording import FIXTURES, Recording

REFUSALS: list[dict[str, Any]] = json.loads((FIXTURES / "refusals.json").read_text())["refusals"]


def recorded(case: str) -> Any:
    return next(entry for entry in REFUSALS if entry["case"] == case)


@pytest.mark.parametrize("entry", REFUSALS, ids=lambda entry: entry["case"])
def test_every_recorded_refusal_has_words(entry):
    failure = refusal(entry["status"], entry["body"], {})

    assert failure.code in {"invalid_workflow", "missing_node"}
    assert len(failure.message) > len("ComfyUI does not accept the workflow: ")
    assert "Traceback" not in failure.message
    assert "{" not in failure.message


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        (
            "missing image file",
            'node 1 "start" (LoadImage), input image: Invalid image file: nope.png',
        ),
        (
            "required input missing",
            "node 9 (SaveVideo), input filename_prefix: Required input is missing",
        ),
        (
            "not convertible to INT",
            (
                "node 6 (RepeatImageBatch), input amount: Failed to convert an input value to a "
                "INT value (many, invalid literal for int() with base 10: 'many')"
            ),
        ),
        (
            "link of wrong type",
            (
                "node 9 (SaveVideo), input video: Return type mismatch between linked nodes "
                "(received_type(IMAGE) mismatch input_type(VIDEO))"
            ),
        ),
        ("link to missing node", "node 9 (SaveVideo): Exception when validating node ('99')"),
        (
            "seed above max int64",
            (
                "node 3 (PrimitiveInt), input value: "
                "Value 9223372036854775813 bigger than max of 9223372036854775807"
            ),
        ),
        ("no output node", "Prompt has no outputs"),
        ("cycle", "Prompt outputs failed validation"),
    ],
)
def test_a_refusal_names_node_input_and_reason(case, sentence):
    entry = recorded(case)
    graph = {"1": {"class_type": "LoadImage", "inputs": {}, "_meta": {"title": "start"}}}

    failure = refusal(entry["status"], entry["body"], graph)

    assert failure.message == f"ComfyUI does not accept the workflow: {sentence}"
    assert not failure.retryable


def test_a_missing_model_file_may_be_on_another_worker():
    error = {
        "type": "value_not_in_list",
        "message": "Value not in list",
        "details": "ckpt_name: 'wan2.2.safetensors' not in ['sd15.safetensors']",
        "extra_info": {"input_name": "ckpt_name"},
    }
    report = {"errors": [error], "class_type": "CheckpointLoaderSimple"}
    body = {"error": {"message": "m", "details": ""}, "node_errors": {"4": report}}

    failure = refusal(400, body, {})

    assert (failure.code, failure.retryable) == ("missing_model", True)
    assert "'wan2.2.safetensors' not in" in failure.message


def test_a_very_old_server_answers_with_a_word():
    failure = refusal(400, {"error": "no prompt", "node_errors": []}, {})

    assert failure.message == "ComfyUI does not accept the workflow: no prompt"


def test_a_breakdown_is_no_longer_than_can_be_read():
    entry = broken(exception_message="word " * 1000)

    assert len(breakdown(entry, {}).message) <= 600


def test_a_device_error_may_pass():
    assert breakdown(broken(exception_message="CUDA error: unspecified"), {}).retryable
    assert not breakdown(broken(exception_message="list index out of range"), {}).retryable


@pytest.mark.parametrize("name", ["node_error", "out_of_memory_gpu", "corrupt_input"])
def test_recorded_breakdowns_show_no_traceback(name):
    recording = Recording.named(name)
    body = {"p": recording.history_of("p", [], interrupted=False)}
    entry = HistoryEntry.parse("p", body)
    assert entry is not None

    assert ".py" not in breakdown(entry, {}).message


def test_the_end_of_a_traceback_is_kept_without_the_servers_folders():
    lines = [f'  File "/home/ann/ComfyUI/nodes_{n}.py", line {n}, in execute' for n in range(900)]
    entry = broken(traceback=[f"{line}\n" for line in lines])
    graph = {"7": {"class_type": "KSampler", "_meta": {"title": "second pass"}}}

    detail = breakdown(entry, graph).detail

    assert (detail.node, detail.node_title, detail.node_type) == ("7", "second pass", "KSampler")
    assert detail.exception == "RuntimeError"
    assert detail.traceback.endswith('  File "nodes_899.py", line 899, in execute')
    assert "ann" not in detail.traceback
    assert len(detail.traceback) <= 4000


@pytest.mark.parametrize("said", [None, "no list", [], [None, 7]])
def test_a_traceback_of_another_shape_does_no_harm(said):
    assert breakdown(broken(traceback=said), {}).detail.node == "7"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "cannot identify image file '/home/ann lee/ComfyUI/input/a b.png'",
            "cannot identify image file 'a b.png'",
        ),
        (r"no such file: C:\ComfyUI\models\vae\x.pt", "no such file: x.pt"),
        (r"no such file: '\\nas\share\x.pt'", "no such file: 'x.pt'"),
        ("failed at /srv/comfy/nodes.py, line 3", "failed at nodes.py, line 3"),
        ("see https://example.org/a/b for 1/2 of it", "see https://example.org/a/b for 1/2 of it"),
        ("shapes (1/2/3) and w/h differ", "shapes (1/2/3) and w/h differ"),
    ],
)
def test_folders_of_the_server_stay_with_the_server(said, shown):
    assert redact(said) == shown


def broken(**error: Any) -> HistoryEntry:
    facts = {"node_id": "7", "node_type": "KSampler", "exception_type": "RuntimeError"}
    return HistoryEntry(
        prompt_id="p",
        succeeded=False,
        outputs={},
        events=(("execution_error", facts | error),),
    )

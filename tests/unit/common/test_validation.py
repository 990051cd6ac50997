"""What a server is found to lack for a graph: every fault names its node and how to mend it."""

import copy
import json
from pathlib import Path

import pytest

from screentest.common.graphs import Place
from screentest.common.object_info import ObjectInfo
from screentest.common.validation import FaultCode, graph_faults, nearest_names

FIXTURES = Path(__file__).parents[2] / "fixtures" / "comfyui"

INFO = {
    "CheckpointLoaderSimple": {
        "input": {"required": {"ckpt_name": [["wan\\base.safetensors"], {}]}},
        "output": ["MODEL", "CLIP", "VAE"],
    },
    "LoraLoaderModelOnly": {
        "input": {
            "required": {
                "model": ["MODEL"],
                "lora_name": ["COMBO", {"options": ["film_look.safetensors", "grain.safetensors"]}],
                "strength_model": ["FLOAT", {"min": -100.0, "max": 100.0}],
            }
        },
        "output": ["MODEL"],
    },
    "LoadImage": {
        "input": {"required": {"image": [["example.png"], {"image_upload": True}]}},
        "output": ["IMAGE", "MASK"],
    },
    "KSampler": {
        "input": {
            "required": {
                "model": ["MODEL"],
                "pixels": ["IMAGE"],
                "seed": ["INT", {"min": 0, "max": 2**64 - 1}],
                "steps": ["INT", {"min": 1, "max": 10000}],
                "sampler_name": [["euler", "dpmpp_2m"], {}],
            },
            "optional": {"mask": ["MASK"]},
        },
        "output": ["IMAGE"],
    },
    "Reroute": {"input": {"required": {"any": ["*"]}}, "output": ["*"]},
    "SaveVideo": {
        "input": {
            "required": {
                "images": ["IMAGE"],
                "codec": ["COMBO", {"options": ["auto", "h264"]}],
            }
        },
        "output": [],
        "output_node": True,
    },
}
GRAPH = {
    "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "wan\\base.safetensors"}},
    "2": {
        "class_type": "LoraLoaderModelOnly",
        "inputs": {"model": ["1", 0], "lora_name": "grain.safetensors", "strength_model": 1},
    },
    "3": {"class_type": "LoadImage", "inputs": {"image": "screentest/x/seed.png"}},
    "4": {
        "class_type": "KSampler",
        "_meta": {"title": "Sampler"},
        "inputs": {
            "model": ["2", 0],
            "pixels": ["3", 0],
            "seed": 42,
            "steps": 20,
            "sampler_name": "euler",
        },
    },
    "5": {"class_type": "SaveVideo", "inputs": {"images": ["4", 0], "codec": "h264"}},
}


def faults(info=INFO, supplied=(), **changed):
    """The faults of the graph with ``node_input=value`` changed."""
    graph = copy.deepcopy(GRAPH)
    for place, value in changed.items():
        node, name = place[1:].split("_", 1)
        graph[node]["inputs"][name] = value
    return graph_faults(graph, ObjectInfo.reduce(info), supplied=supplied)


def test_a_graph_that_the_server_can_run_has_no_fault():
    assert faults() == ()


def test_a_class_that_is_not_there_is_named_with_its_neighbours():
    info = {name: body for name, body in INFO.items() if name != "KSampler"}

    (fault,) = faults(info | {"KSamplerSelect": {}})

    assert (fault.code, fault.node, fault.title) == (FaultCode.MISSING_NODE, "4", "Sampler")
    assert fault.nearest == ("KSamplerSelect",)
    assert 'Node 4 "Sampler" is of class KSampler' in fault.message


def test_an_unknown_class_is_a_fault_wherever_it_stands():
    """ComfyUI refuses the graph for it, though it would never run the node."""
    graph = GRAPH | {"9": {"class_type": "Gone", "inputs": {}}}

    assert [fault.node for fault in graph_faults(graph, ObjectInfo.reduce(INFO))] == ["9"]


def test_a_file_that_is_not_there_is_named_with_its_folder_and_the_nearest():
    (fault,) = faults(_2_lora_name="film-look.safetensors")

    assert fault.code is FaultCode.MISSING_MODEL
    assert (fault.folder, fault.nearest) == ("loras", ("film_look.safetensors",))
    assert "models/loras" in fault.message
    assert "or choose film_look.safetensors" in fault.message


def test_the_same_file_in_another_folder_is_the_nearest():
    (fault,) = faults(_1_ckpt_name="base.safetensors")

    assert (fault.folder, fault.nearest) == ("checkpoints", ("wan\\base.safetensors",))
    assert nearest_names("a/B.pt", ("x.pt", "b.pt", "c/b.pt")) == ("b.pt", "c/b.pt")


@pytest.mark.parametrize(
    ("place", "value", "code", "words"),
    [
        ("_4_sampler_name", "dpmpp_2", FaultCode.NOT_OFFERED, "choose one of dpmpp_2m"),
        ("_5_codec", "prores", FaultCode.NOT_OFFERED, "choose one of auto, h264"),
        ("_4_steps", 0, FaultCode.OUT_OF_RANGE, "takes values from 1 to 10000"),
        ("_4_seed", 2**64, FaultCode.OUT_OF_RANGE, "choose one of them"),
        ("_2_strength_model", "much", FaultCode.WRONG_TYPE, 'is "much" and must be a number'),
        ("_4_steps", None, FaultCode.WRONG_TYPE, "a whole number"),
        ("_4_model", ["3", 0], FaultCode.BAD_LINK, "takes MODEL and is linked to IMAGE"),
        ("_4_model", ["2", 7], FaultCode.BAD_LINK, "output 7"),
    ],
)
def test_a_value_that_the_server_would_refuse_is_a_fault(place, value, code, words):
    (fault,) = faults(**{place: value})

    assert fault.code is code
    assert fault.input == place[3:]
    assert words in fault.message
    assert fault.message.endswith(".")


def test_values_are_read_as_the_server_reads_them():
    assert faults(_4_steps="20", _2_strength_model=True, _4_seed=2.9) == ()


def test_a_required_input_that_is_missing_is_a_fault_and_an_optional_one_is_not():
    graph = copy.deepcopy(GRAPH)
    del graph["4"]["inputs"]["pixels"]

    (fault,) = graph_faults(graph, ObjectInfo.reduce(INFO))

    assert (fault.code, fault.input) == (FaultCode.INPUT_MISSING, "pixels")
    assert "link a node that gives IMAGE" in fault.message


def test_what_the_worker_supplies_is_no_fault():
    info = INFO | {
        "LoadImage": {**INFO["LoadImage"], "input": {"required": {"image": [["a.png"]]}}}
    }

    assert len(faults(info)) == 1
    assert faults(info, supplied=[Place("3", "image")]) == ()


def test_what_leads_to_no_output_is_not_looked_at():
    graph = GRAPH | {"9": {"class_type": "KSampler", "inputs": {}}}

    assert graph_faults(graph, ObjectInfo.reduce(INFO)) == ()


def test_a_graph_without_an_output_is_a_fault():
    graph = {node: body for node, body in GRAPH.items() if node != "5"}

    (fault,) = graph_faults(graph, ObjectInfo.reduce(INFO))

    assert fault.code is FaultCode.NO_OUTPUT


def test_any_type_fits_any_link():
    graph = copy.deepcopy(GRAPH) | {"6": {"class_type": "Reroute", "inputs": {"any": ["3", 0]}}}
    graph["4"]["inputs"]["pixels"] = ["6", 0]

    assert graph_faults(graph, ObjectInfo.reduce(INFO)) == ()


def recorded() -> list[dict]:
    """What ComfyUI 0.3.64 refused because of a value, with its description of the input."""
    bodies = []
    for name in ("invalid_value", "partly_invalid", "refusals"):
        written = json.loads((FIXTURES / f"{name}.json").read_text())
        replies = written.get("refusals") or [written["reply"]]
        bodies += [reply["body"] for reply in replies if isinstance(reply["body"], dict)]
    errors = [
        error["extra_info"]
        for body in bodies
        for node in (body.get("node_errors") or {}).values()
        for error in node["errors"]
    ]
    return [error for error in errors if {"input_config", "received_value"} <= error.keys()]


@pytest.mark.parametrize("refused", recorded(), ids=lambda refused: refused["input_name"])
def test_what_a_real_server_refused_is_a_fault(refused):
    name = refused["input_name"]
    groups = {"required": {name: refused["input_config"]}}
    info = ObjectInfo.reduce({"Node": {"input": groups, "output_node": True}})
    graph = {"2": {"class_type": "Node", "inputs": {name: refused["received_value"]}}}

    (fault,) = graph_faults(graph, info)

    assert (fault.node, fault.input) == ("2", name)


def test_there_are_recorded_refusals():
    assert len(recorded()) >= 4

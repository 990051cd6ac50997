"""Every workflow of the library is whole: it can be filled in and submitted."""

import json
from pathlib import Path

import pytest

from screentest.common.graphs import Place, class_of, inputs_of, links_of, literal, live_nodes
from screentest.common.library import library, named
from screentest.common.recipes import Position, Prompts, Renderer, RunRecipe
from screentest.common.slots import discover_slots
from screentest.common.workflows import check_graph
from support.comfyui_recording import FIXTURES

DOCS = Path(__file__).parents[3] / "docs"
EXAMPLE = DOCS / "examples" / "model-free-image-to-video.json"

#: What a real server said of the node classes that the library uses.
NODES = json.loads((FIXTURES / "library_nodes.json").read_text())["nodes"]
#: The folder that a loader takes a file from, by the name of its input.
MODEL_FOLDERS = {
    ("CLIPLoader", "clip_name"): "text_encoders",
    ("CLIPVisionLoader", "clip_name"): "clip_vision",
    ("CheckpointLoaderSimple", "ckpt_name"): "checkpoints",
    ("ImageOnlyCheckpointLoader", "ckpt_name"): "checkpoints",
    ("UNETLoader", "unet_name"): "diffusion_models",
    ("VAELoader", "vae_name"): "vae",
}
NAMES_OF_FILES = {*MODEL_FOLDERS, ("LoadImage", "image")}
TYPES = {"INT": int, "FLOAT": (int, float), "STRING": str, "BOOLEAN": bool}
#: Slots that people want and that no walk of the graph can know the meaning of.
BY_HAND = {"image_compression", "image_strength"}


@pytest.fixture(params=library(), ids=lambda one: one.name)
def workflow(request):
    return request.param


def input_of(graph, node, name):
    """The type of an input, or its choices, and what else is known of it."""
    inputs = NODES[class_of(graph, node)]["input"]
    found = {**inputs["required"], **inputs.get("optional", {})}[name]
    return found[0], found[1] if len(found) > 1 else {}


def test_what_the_library_has():
    assert [one.name for one in library()] == [
        "ltx-video-i2v-2b",
        "model-free-i2v",
        "svd-xt-i2v",
        "wan-2.1-i2v-14b-480p",
        "wan-2.2-i2v-14b",
        "wan-2.2-ti2v-5b",
    ]
    assert named("svd-xt-i2v").title == "Stable Video Diffusion XT image to video"
    assert named("another") is None


def test_a_graph_can_be_submitted_and_has_no_node_too_many(workflow):
    check_graph(workflow.graph)
    assert set(live_nodes(workflow.graph)) == set(workflow.graph)


def test_it_saves_one_clip_at_the_rate_of_its_fps_slot(workflow):
    classes = [class_of(workflow.graph, node) for node in workflow.graph]
    assert classes.count("SaveVideo") == 1

    video = next(node for node in workflow.graph if class_of(workflow.graph, node) == "CreateVideo")
    written = literal(workflow.graph, Place(video, "fps"))
    assert workflow.default("fps") == (written or 16)


def test_every_input_is_one_that_its_node_has(workflow):
    for node, body in workflow.graph.items():
        inputs = NODES[body["class_type"]]["input"]

        assert set(inputs["required"]) <= set(body["inputs"]), node
        assert set(body["inputs"]) <= {*inputs["required"], *inputs.get("optional", {})}, node


def test_every_link_gives_what_its_input_takes(workflow):
    graph = workflow.graph
    for node in graph:
        for name, link in links_of(graph, node):
            given = NODES[class_of(graph, link.node)]["output"]
            assert link.output in range(len(given)), f"{node}.{name}"
            assert given[link.output] == input_of(graph, node, name)[0], f"{node}.{name}"


def test_every_value_is_one_that_its_input_takes(workflow):
    graph = workflow.graph
    for node in graph:
        for name in inputs_of(graph, node):
            value = literal(graph, Place(node, name))
            if value is None or (class_of(graph, node), name) in NAMES_OF_FILES:
                continue
            kind, facts = input_of(graph, node, name)
            choices = kind if isinstance(kind, list) else facts.get("options")
            if choices is None:
                assert isinstance(value, TYPES[kind]), f"{node}.{name}"
            else:
                assert value in choices, f"{node}.{name}"
            if "min" in facts:
                assert facts["min"] <= value <= facts["max"], f"{node}.{name}"
                steps = kind == "INT" and facts.get("step")
                assert not steps or (value - facts["min"]) % steps == 0, f"{node}.{name}"


def test_every_slot_is_a_literal_of_its_kind_within_its_range(workflow):
    types = {"int": int, "float": (int, float), "text": str, "choice": str, "image": str}
    places = [(slot.node, slot.input) for slot in workflow.slots]
    assert len(set(places)) == len(places)
    for slot in workflow.slots:
        value = literal(workflow.graph, Place(slot.node, slot.input))
        assert isinstance(value, types[slot.kind]) or value == slot.default, slot
        if slot.kind != "image":
            assert slot.default is not None, slot
        if isinstance(slot.default, int | float):
            assert (slot.minimum or 0) <= slot.default <= (slot.maximum or 2**64), slot


def test_places_of_one_slot_have_one_value(workflow):
    for slot in workflow.slots:
        assert slot.default == workflow.default(slot.name), slot


def test_the_walk_of_the_graph_finds_the_same_slots(workflow):
    """So that whoever imports the file alone gets the same, but for names it cannot know."""
    found = {(slot.name, slot.node, slot.input) for slot in discover_slots(workflow.graph)}
    declared = {(slot.name, slot.node, slot.input) for slot in workflow.slots}

    assert {one for one in declared if one[0] not in BY_HAND} <= found


def test_what_every_workflow_lets_people_choose(workflow):
    names = {slot.name for slot in workflow.slots}

    assert {"image", "seed", "width", "height", "frames", "fps"} <= names
    assert ("prompt" in names) == (workflow.name != "svd-xt-i2v")


def test_its_own_length_is_one_it_can_make(workflow):
    counts = workflow.frame_counts
    frames = workflow.default("frames")
    if counts is None:
        assert workflow.name == "model-free-i2v"
        return

    assert frames in counts
    assert all(workflow.frame_rule.allows(count) for count in counts)
    # A test shot takes two to four seconds.
    assert 2 <= frames / workflow.default("fps") <= 4


def test_legal_numbers_of_frames():
    assert named("svd-xt-i2v").frame_counts == (14, 25)
    assert named("wan-2.1-i2v-14b-480p").frame_counts[:3] == (5, 9, 13)
    assert named("wan-2.2-i2v-14b").frame_counts[-1] == 161
    assert named("ltx-video-i2v-2b").frame_counts[:3] == (9, 17, 25)


def test_the_model_files_it_names_are_those_of_its_graph(workflow):
    graph = workflow.graph
    loaded = {
        (folder, inputs_of(graph, node)[name])
        for node in graph
        for (class_type, name), folder in MODEL_FOLDERS.items()
        if class_of(graph, node) == class_type
    }
    everywhere = {
        value
        for node in graph
        for value in inputs_of(graph, node).values()
        if isinstance(value, str) and value.endswith((".safetensors", ".ckpt", ".gguf", ".pt"))
    }

    assert {(model.folder, model.file) for model in workflow.models} == loaded
    assert {file for _, file in loaded} == everywhere
    assert (workflow.vram_gb is None) == (not workflow.models)


def test_a_recipe_fills_it_in(workflow):
    recipe = RunRecipe(
        renderer=Renderer.COMFYUI,
        graph=workflow.graph,
        slots=workflow.slots,
        values={"steps": 8, "fps": 12},
        seed=77,
        prompts=Prompts(full="a boat in fog"),
    ).for_segment(1, Position.START, "0" * 64)

    assert recipe.image_slot.node == "1"
    for slot in workflow.slots:
        if slot.name in {"seed", "prompt", "steps", "fps"}:
            filled = literal(recipe.graph, Place(slot.node, slot.input))
            assert (
                filled == {"seed": 77, "prompt": "a boat in fog", "steps": 8, "fps": 12}[slot.name]
            )


def test_the_documented_example_is_the_librarys():
    assert json.loads(EXAMPLE.read_text()) == named("model-free-i2v").graph


def test_the_documentation_lists_it_and_its_model_files(workflow):
    rows = [row for row in (DOCS / "workflows.md").read_text().splitlines() if "|" in row]
    size = f"{workflow.default('width')}x{workflow.default('height')}"
    measures = f"{size}, {workflow.default('frames')}, {workflow.default('fps'):g}"

    (row,) = [row for row in rows if row.startswith(f"| `{workflow.name}` | {workflow.title} |")]
    assert f"| {measures} |" in row
    assert row.endswith(f"| {workflow.vram_gb:g} GB |" if workflow.vram_gb else "| none |")
    for model in workflow.models:
        (row,) = [row for row in rows if f"| `{model.folder}` | `{model.file}` |" in row]
        assert f"`{workflow.name}`" in row

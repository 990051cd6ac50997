"""Files a workflow is imported from: the graph is found, or a sentence says why not."""

import json
from collections.abc import Callable

import pytest

from screentest.api.problems.catalogue import InvalidWorkflow
from screentest.api.workflow_files import read_graph
from screentest.common.ids import new_id
from screentest.common.output_names import marked
from screentest.common.recipes import Position, Prompts, Renderer, RunRecipe
from screentest.common.workflows import discover_slots
from support import workflow_files

GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "seed.png"}},
    "2": {"class_type": "KSampler", "inputs": {"seed": 1, "cfg": 6.5, "image": ["1", 0]}},
    "3": {
        "class_type": "SaveVideo",
        "inputs": {"video": ["2", 0], "prefix": 'a "clip" = café 猫'},
        "_meta": {"title": "Save"},
    },
}
EDITORS = json.dumps({"nodes": [{"id": 1, "type": "KSampler"}], "links": [], "version": 0.4})
KINDS = [workflow_files.png, workflow_files.webp, workflow_files.mp4, workflow_files.webm]
Write = Callable[..., bytes]


def read(data: bytes, name: str = "clip.bin") -> dict:
    return read_graph(data, file_name=name, max_graph_bytes=100_000)


def refusal(data: bytes) -> str:
    with pytest.raises(InvalidWorkflow) as caught:
        read(data)
    return caught.value.detail


@pytest.mark.parametrize("write", KINDS)
class TestTags:
    def test_the_graph_is_taken_from_the_tag_whatever_the_file_is_called(self, write: Write):
        assert read(write(prompt=json.dumps(GRAPH), workflow=EDITORS), "x.txt") == GRAPH

    def test_the_servers_own_notes_are_left_out(self, write: Write):
        executed = {**GRAPH, "1": {**GRAPH["1"], "is_changed": [float("nan")]}}

        assert read(write(prompt=json.dumps(executed))) == GRAPH

    def test_the_name_of_a_render_is_no_part_of_its_workflow(self, write: Write):
        """A clip that a worker rendered says under which name it was saved."""
        own = json.loads(json.dumps(GRAPH))
        own["3"]["inputs"]["filename_prefix"] = "film/clip"
        name = marked(
            "film/clip", render_id=str(new_id()), recipe_hash="0" * 64, node="3", attempt=1
        )
        saved = json.loads(json.dumps(own))
        saved["3"]["inputs"]["filename_prefix"] = name

        assert read(write(prompt=json.dumps(saved))) == own

    def test_the_editors_workflow_alone_does_not_do(self, write: Write):
        said = refusal(write(workflow=EDITORS))

        assert said.startswith('The file "clip.bin" cannot be imported.')
        assert "only the workflow of ComfyUI's editor" in said
        assert "Export (API)" in said

    def test_without_tags_there_is_no_workflow(self, write: Write):
        assert "carries no workflow" in refusal(write(title="holiday"))

    def test_a_tag_that_is_no_json(self, write: Write):
        assert 'tag "prompt" is not JSON' in refusal(write(prompt="a portrait"))

    def test_a_number_that_nothing_can_hold(self, write: Write):
        graph = {"1": {"class_type": "A", "inputs": {"x": float("inf")}}}

        assert "not JSON" in refusal(write(prompt=json.dumps(graph)))

    def test_a_damaged_file(self, write: Write):
        assert "cannot be imported" in refusal(write(prompt=json.dumps(GRAPH))[:40])


def test_one_comment_with_all_tags_in_it():
    """VHS_VideoCombine writes them so."""
    for prompt in (GRAPH, json.dumps(GRAPH)):
        comment = json.dumps({"prompt": prompt, "workflow": {"nodes": []}})

        assert read(workflow_files.mp4(comment=comment)) == GRAPH


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_exported_json(mark: str):
    assert read(f"{mark}{json.dumps(GRAPH)}".encode()) == GRAPH


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "not JSON"),
        (b"a portrait", "not JSON"),
        (b'{"1": NaN}', "NaN"),
        (b"[]", "JSON object of nodes"),
        (b"{}", "JSON object of nodes"),
        (EDITORS.encode(), "as ComfyUI's editor saves it"),
        (json.dumps({"prompt": GRAPH}).encode(), 'under its key "prompt"'),
        (b'{"1": {"inputs": {}}}', 'Node "1" has no class_type'),
        (b"\xff\xd8\xff\xe0 a photograph", "none of the files"),
        # A playlist, which FFmpeg would follow.
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"1": "' + b"x" * 100_000 + b'"}', "100000 are accepted"),
    ],
)
def test_what_is_no_workflow_says_so_in_one_sentence(data: bytes, sentence: str):
    said = refusal(data)

    assert said.startswith('The file "clip.bin" cannot be imported. ')
    assert sentence in said


def test_our_own_clips_can_be_imported():
    """They carry the filled graph; the seed image's place keeps what the graph said there."""
    recipe = RunRecipe(
        renderer=Renderer.COMFYUI,
        graph=GRAPH,
        slots=discover_slots(GRAPH),
        values={"cfg": 3},
        loras=(),
        seed=77,
        prompts=Prompts(),
    ).for_segment(1, Position.START, "0" * 64)
    tags = {"prompt": json.dumps(recipe.graph, sort_keys=True), "screentest": "{}"}

    graph = read(workflow_files.mp4(**tags))

    assert graph["1"]["inputs"]["image"] == "seed.png"
    found = {slot.name: slot.default for slot in discover_slots(graph)}
    assert found == {"image": None, "seed": 77, "cfg": 3}

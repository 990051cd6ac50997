"""The names of a render's files, and the workflow's own prefix back from them."""

import json

import pytest

from screentest.common.ids import new_id
from screentest.common.output_names import marked, unmarked
from support.comfyui_workflow import EXAMPLE


def ours(prefix: str, node: str = "9") -> str:
    return marked(prefix, render_id=str(new_id()), recipe_hash="ab" * 32, node=node, attempt=2)


@pytest.mark.parametrize("prefix", ["clip", "film/day 1/clip_", "猫"])
@pytest.mark.parametrize("node", ["9", "12:7", "a/../b", "", "_"])
def test_a_prefix_comes_back_as_it_was(prefix, node):
    graph = json.loads(EXAMPLE.read_text())
    graph["9"]["inputs"]["filename_prefix"] = prefix
    before = json.dumps(graph)
    graph["9"]["inputs"]["filename_prefix"] = name = ours(prefix, node)

    assert name.startswith(f"{prefix}_screentest-")
    assert "/" not in name.removeprefix(prefix)
    assert json.dumps(unmarked(graph)) == before


@pytest.mark.parametrize("prefix", ["clip", "screentest/clip", "a_screentest-1-2-3-4", 7, ["3", 0]])
def test_other_prefixes_are_left_alone(prefix):
    graph = {"9": {"class_type": "SaveVideo", "inputs": {"filename_prefix": prefix}}}

    assert unmarked(graph) == graph


def test_every_render_node_and_attempt_has_names_of_its_own():
    names = {ours("clip"), ours("clip"), ours("clip", "8")}

    assert len(names) == 3

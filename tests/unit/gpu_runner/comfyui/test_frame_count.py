"""How many frames a graph should make."""

import pytest

from screentest.common.library import library
from screentest.gpu_runner.engine.comfyui.frame_count import frame_count
from support.comfyui_workflow import example_graph
from support.unseen_families import ltx_joined


def test_it_is_what_the_graph_asks_for():
    assert frame_count(example_graph(), "9") == 40


def test_it_may_stand_in_a_node_of_its_own():
    assert frame_count(ltx_joined(), "14") == 97


@pytest.mark.parametrize("workflow", library(), ids=lambda workflow: workflow.name)
def test_the_librarys_workflows_say(workflow):
    (saver,) = (node for node, body in workflow.graph.items() if body["class_type"] == "SaveVideo")

    assert frame_count(workflow.graph, saver) == workflow.default("frames")


def test_nobody_says():
    graph = example_graph()
    graph["16"]["inputs"]["image"] = ["5", 0]

    assert frame_count(graph, "9") is None


def test_nodes_behind_it_may_do_what_they_like_but_add():
    graph = example_graph()
    graph["20"] = {"class_type": "ColorMatch", "inputs": {"image": ["7", 0]}}
    graph["8"]["inputs"]["images"] = ["20", 0]
    assert frame_count(graph, "9") == 40

    graph["20"]["class_type"] = "RIFE VFI"

    assert frame_count(graph, "9") is None


@pytest.mark.parametrize("more", [{"pingpong": True}, {"loop_count": 2}, {"meta_batch": ["3", 0]}])
def test_a_saver_that_repeats_frames(more):
    graph = example_graph()
    plain = {"images": ["7", 0], "pingpong": False, "loop_count": 0}
    graph["9"] = {"class_type": "VHS_VideoCombine", "inputs": plain}
    assert frame_count(graph, "9") == 40

    graph["9"]["inputs"] |= more

    assert frame_count(graph, "9") is None

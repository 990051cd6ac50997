"""What a render's clip is called on the server, and what a graph keeps."""

from pathlib import Path
from typing import Any

import pytest

from screentest.common.graphs import Graph
from screentest.common.ids import new_id
from screentest.common.output_names import unmarked
from screentest.common.recipes import Position, Prompts, Renderer, RunRecipe
from screentest.common.workflows import discover_slots
from screentest.gpu_runner.engine.backend import RenderJob
from screentest.gpu_runner.engine.comfyui.naming import named, savers
from support.comfyui_workflow import example_graph


def job_of(graph: Graph, render_id: str = "") -> RenderJob:
    recipe = RunRecipe(
        renderer=Renderer.COMFYUI,
        graph=graph,
        slots=discover_slots(graph),
        seed=7,
        prompts=Prompts(full="a boat in fog"),
    )
    return RenderJob(
        render_id=render_id or str(new_id()),
        run_id=str(new_id()),
        segment=1,
        recipe=recipe.for_segment(1, Position.START, "0" * 64),
        seed_image=Path("seed"),
        workdir=Path("work"),
    )


def saving(class_type: str, prefix: object = "film/clip", **inputs: Any) -> Graph:
    graph = example_graph()
    del graph["9"]
    saved = {"images": ["7", 0], "filename_prefix": prefix, **inputs}
    graph["8"] = {"class_type": class_type, "inputs": saved}
    return graph


@pytest.mark.parametrize(
    ("class_type", "inputs", "ending"),
    [
        ("SaveVideo", {"format": "auto"}, "_00003_.mp4"),
        ("SaveVideo", {"format": "webm"}, "_00003_.webm"),
        ("SaveWEBM", {}, "_00003_.webm"),
        ("SaveAnimatedWEBP", {}, "_00003_.webp"),
        ("SaveAnimatedPNG", {}, "_00003_.png"),
        ("SaveImage", {}, "_00003_.png"),
        ("VHS_VideoCombine", {"format": "video/h264-mp4"}, "_00003.mp4"),
        ("VHS_VideoCombine", {"format": "video/webm", "audio": ["5", 0]}, "_00003-audio.webm"),
        ("VHS_VideoCombine", {"format": "video/ProRes"}, "_00003.mov"),
        ("VHS_VideoCombine", {"format": "image/gif"}, "_00003.gif"),
    ],
)
def test_names_are_those_of_the_nodes(class_type, inputs, ending):
    graph = saving(class_type, **inputs)
    job = job_of(graph)

    (saver,) = savers(graph, job, 1)

    assert saver.subfolder == "film"
    assert saver.file(3).startswith(f"clip_screentest-{job.render_id}-")
    assert saver.file(3).endswith(f"-8-1{ending}")
    prefix = named(graph, job, 1)["8"]["inputs"]["filename_prefix"]
    assert f"{prefix}{ending}" == f"film/{saver.file(3)}"


@pytest.mark.parametrize(
    ("class_type", "prefix", "inputs"),
    [
        ("SaveImage", "%year%/clip", {}),
        ("SaveImage", ["3", 0], {}),
        ("SaveImage", "../clip", {}),
        ("SaveImage", "/clip", {}),
        ("SaveImage", "film\\clip", {}),
        ("SaveImage", "film/", {}),
        ("SaveImage", "", {}),
        ("SaveImage", "x" * 190, {}),
        ("VHS_VideoCombine", "clip", {"format": "video/h264-mp4", "save_output": False}),
        ("VHS_VideoCombine", "clip", {"format": "video/16bit-png"}),
        ("VHS_VideoCombine", "clip", {"format": ["3", 0]}),
        ("SomebodysVideoCombine", "clip", {}),
    ],
)
def test_where_names_cannot_be_told_the_graph_stays_as_it_is(class_type, prefix, inputs):
    graph = saving(class_type, prefix, **inputs)

    assert savers(graph, job_of(graph), 1) == ()
    assert named(graph, job_of(graph), 1) == graph


def test_nodes_with_one_prefix_do_not_share_their_names():
    graph = example_graph()
    graph["10"] = {"class_type": "SaveWEBM", "inputs": {**graph["9"]["inputs"], "codec": "vp9"}}

    nodes = savers(graph, job_of(graph), 1)

    assert len({saver.file(1) for saver in nodes}) == 2


def test_one_node_that_is_not_known_leaves_none_named():
    """It may be the one that the clip comes from."""
    graph = example_graph()
    graph["10"] = {"class_type": "SaveVideoElsewhere", "inputs": {"video": ["8", 0]}}

    assert named(graph, job_of(graph), 1) == graph


def test_stills_beside_a_video_keep_their_names():
    graph = example_graph()
    still = {"class_type": "SaveImage", "inputs": {"images": ["7", 0], "filename_prefix": "still"}}
    graph["10"] = still

    submitted = named(graph, job_of(graph), 1)

    assert submitted["10"] == still
    assert submitted["9"] != graph["9"]


def test_recipe_and_the_nodes_before_the_saver_are_what_they_were():
    """Equal recipes stay equal, and the server's cache of all that costs time is of use."""
    graph = example_graph()
    job = job_of(graph)
    before = job.recipe.hash

    submitted = named(job.recipe.graph, job, 1)

    assert job.recipe.hash == before == job_of(graph).recipe.hash
    assert {n for n in submitted if submitted[n] != job.recipe.graph[n]} == {"9"}
    assert unmarked(submitted) == job.recipe.graph
    changed = job.recipe.graph["9"]["inputs"] | {"filename_prefix": None}
    assert submitted["9"]["inputs"] | {"filename_prefix": None} == changed


def test_another_recipe_of_the_same_render_has_other_names():
    render_id = str(new_id())
    graph, other = saving("SaveImage"), saving("SaveImage")
    other["7"]["inputs"]["strength"] = 0.5

    first, second = (savers(g, job_of(g, render_id), 1)[0].file(1) for g in (graph, other))

    assert first != second

"""Which file is the clip."""

from typing import Any

import pytest

from screentest.gpu_runner.engine.comfyui.outputs import Kind, OutputFile, find_clip
from support.comfyui_recording import Recording


def saved(*names: str, folder: str = "output", **more: Any) -> dict[str, Any]:
    entries = [{"filename": name, "subfolder": "", "type": folder} for name in names]
    return {"images": entries} | more


def node(class_type: str, *sources: str) -> dict[str, Any]:
    inputs = {f"in{index}": [source, 0] for index, source in enumerate(sources)}
    return {"class_type": class_type, "inputs": inputs}


@pytest.mark.parametrize(
    ("name", "kind", "first"),
    [
        ("success_mp4", Kind.MP4, "i2v_00004_.mp4"),
        ("vhs", Kind.MP4, "vhs_00001.mp4"),
        ("webm", Kind.VIDEO, "i2v_webm_00002_.webm"),
        ("webp", Kind.ANIMATION, "i2v_anim_00002_.webp"),
        ("frames", Kind.FRAMES, "f_00006_.png"),
    ],
)
def test_recorded_outputs(name, kind, first):
    history = Recording.named(name).history
    assert history is not None

    clip = find_clip(history["outputs"], {})

    assert clip is not None
    assert (clip.kind, clip.files[0].name) == (kind, first)


def test_frames_keep_their_order():
    clip = find_clip({"8": saved("f_2.png", "f_1.png", "f_3.png")}, {})

    assert clip is not None
    assert [file.name for file in clip.files] == ["f_2.png", "f_1.png", "f_3.png"]


@pytest.mark.parametrize(
    "outputs",
    [
        {},
        {"8": {"text": ["done"]}},
        {"8": saved("one.png")},
        {"8": saved("clip.exe")},
        {"8": {"images": [{"filename": 7}, None, "x"]}},
        {"8": None},
    ],
)
def test_what_is_no_clip(outputs):
    assert find_clip(outputs, {}) is None


def test_stills_do_not_stand_in_for_a_video_that_is_missing():
    graph = {"8": node("SaveImage"), "9": node("SaveVideo")}

    assert find_clip({"8": saved("f_1.png", "f_2.png")}, graph) is None


def test_a_kept_file_wins_over_a_temporary_one():
    outputs = {"8": saved("b.mp4", folder="temp"), "9": saved("a.webm")}

    clip = find_clip(outputs, {})

    assert clip is not None
    assert clip.node == "9"


def test_of_two_videos_the_later_one_in_the_graph_is_the_finished_one():
    graph = {
        "1": node("VAEDecode"),
        "9": node("VHS_VideoCombine", "1"),
        "2": node("RIFE VFI", "1"),
        "3": node("VHS_VideoCombine", "2"),
    }

    clip = find_clip({"9": saved("raw.mp4"), "3": saved("smooth.mp4")}, graph)

    assert clip is not None
    assert clip.files[0].name == "smooth.mp4"


@pytest.mark.parametrize("name", ["../../x.mp4", "/etc/x.mp4", "C:\\temp\\x.mp4"])
def test_only_the_base_name_is_ever_used(name):
    clip = find_clip({"9": saved(name)}, {})

    assert clip is not None
    assert clip.files[0] == OutputFile(name="x.mp4", subfolder="", folder="output")


@pytest.mark.parametrize("name", ["", "..", "a/..", "x\n.mp4", "x\0.mp4"])
def test_names_that_are_none(name):
    assert find_clip({"9": saved(name)}, {}) is None


def test_a_circle_in_the_graph_does_not_trap_us():
    graph = {"1": node("SaveVideo", "2"), "2": node("Any", "1")}

    assert find_clip({"1": saved("a.mp4")}, graph) is not None

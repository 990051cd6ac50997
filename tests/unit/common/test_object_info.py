"""Descriptions of servers: both forms of a combo, and a hash that says the same for the same."""

import json
import math

from screentest.common.object_info import InputSpec, ObjectInfo, object_info_key

#: As ComfyUI 0.3.64 answered ``GET /object_info/SaveVideo``.
SAVE_VIDEO = {
    "input": {
        "required": {
            "video": ["VIDEO", {"tooltip": "The video to save."}],
            "filename_prefix": ["STRING", {"default": "video/ComfyUI", "multiline": False}],
            "format": [
                "COMBO",
                {"default": "auto", "multiselect": False, "options": ["auto", "mp4"]},
            ],
            "codec": ["COMBO", {"default": "auto", "options": ["auto", "h264"]}],
        },
        "hidden": {"prompt": ["PROMPT"], "extra_pnginfo": ["EXTRA_PNGINFO"]},
    },
    "input_order": {"required": ["video", "filename_prefix", "format", "codec"]},
    "output": [],
    "name": "SaveVideo",
    "output_node": True,
}


def spec(written, **groups):
    body = {"input": {"required": {"value": written}, **groups}}
    return ObjectInfo.reduce({"Node": body}).nodes["Node"].inputs["value"]


def test_a_recorded_description_is_reduced_to_what_workflows_need():
    node = ObjectInfo.reduce({"SaveVideo": SAVE_VIDEO}).nodes["SaveVideo"]

    assert node.is_output
    assert node.inputs["video"] == InputSpec(type="VIDEO")
    assert node.inputs["codec"].options == ("auto", "h264")
    assert "prompt" not in node.inputs


def test_both_forms_of_a_combo_are_one():
    old = spec([["euler", "dpmpp_2m"], {"default": "euler"}])
    new = spec(["COMBO", {"options": ["euler", "dpmpp_2m"], "default": "euler"}])

    assert old == new
    assert old.options == ("euler", "dpmpp_2m")


def test_files_that_are_uploaded_are_no_part_of_it():
    """They change with every upload, and the hash would with them."""
    for flag in ("image_upload", "video_upload", "upload"):
        assert spec([["a.png", "b.png"], {flag: True}]).options is None
    assert spec(["COMBO", {"remote": {"route": "/internal/files/output"}}]).options is None


def test_limits_are_kept_exactly_and_infinite_ones_are_none():
    seed = spec(["INT", {"min": 0, "max": 2**64 - 1}])
    free = spec(["FLOAT", {"min": -math.inf, "max": math.inf}])

    assert (seed.minimum, seed.maximum) == (0, 2**64 - 1)
    assert (free.minimum, free.maximum) == (None, None)


def test_odd_things_are_not_held_against_a_graph():
    for written in ([], None, "INT", [None], [{"a": 1}], [["x", ["pix_fmt", []]]]):
        assert spec(written).type in {"*", "COMBO"}
    assert ObjectInfo.reduce({"Odd": None, "Odder": {"input": [], "output": 3}}).nodes["Odd"]


def test_equal_servers_have_one_hash_and_the_document_says_all():
    one = ObjectInfo.reduce({"SaveVideo": SAVE_VIDEO, "Other": {}})
    other = ObjectInfo.reduce({"Other": {}, "SaveVideo": {**SAVE_VIDEO, "description": "new"}})

    assert one.sha256 == other.sha256
    assert ObjectInfo.model_validate_json(one.document) == one
    assert json.loads(one.document)["nodes"]["SaveVideo"]["is_output"] is True
    assert object_info_key(one.sha256) == f"object-info/{one.sha256}.json"

"""How nodes that save name their files: by the prefix in the graph, and what the folder has.

As `folder_paths.get_save_image_path` of ComfyUI 0.3.64 and VideoHelperSuite do, whose names are in
the recordings of both.
"""

import copy
import re
from collections.abc import Iterable
from typing import Any

from support.comfyui_recording import Recording

_VHS = "VHS_VideoCombine"
_SUFFIXES = {
    "SaveVideo": "mp4",
    "SaveWEBM": "webm",
    "SaveAnimatedWEBP": "webp",
    "SaveImage": "png",
}

#: File name, subfolder and folder, as `/view` is asked for one.
Key = tuple[str, str, str]


def renamed(recording: Recording, graph: dict[str, Any], there: Iterable[Key]) -> Recording:
    """``recording`` as if the nodes of ``graph`` that save had made its files."""
    own = copy.deepcopy(recording)
    assert own.history is not None
    nodes = [node for node, body in graph.items() if body["class_type"] in {*_SUFFIXES, _VHS}]
    reports = dict(zip(nodes, own.history["outputs"].values(), strict=False))
    own.history["outputs"] = reports
    own.files, taken = {}, set(there)
    for node, report in reports.items():
        for entries in report.values():
            for entry in entries:
                if not isinstance(entry, dict):
                    continue
                before = (entry["filename"], entry["subfolder"], entry["type"])
                name, subfolder = _next_name(graph[node], taken)
                entry |= {"filename": name, "subfolder": subfolder}
                own.files[name, subfolder, "output"] = recording.files.get(before, b"")
                taken.add((name, subfolder, "output"))
    return own


def _next_name(body: dict[str, Any], taken: Iterable[Key]) -> tuple[str, str]:
    inputs = body["inputs"]
    subfolder, _, stem = inputs["filename_prefix"].rpartition("/")
    numbered = re.compile(rf"{re.escape(stem)}_(\d+)(_|\D*)\..+")
    numbers = [
        int(found[1])
        for name, folder, _ in taken
        if folder == subfolder and (found := numbered.fullmatch(name))
    ]
    number = max(numbers, default=0) + 1
    if body["class_type"] != _VHS:
        return f"{stem}_{number:05}_.{_SUFFIXES[body['class_type']]}", subfolder
    sound = "-audio" if "audio" in inputs else ""
    return f"{stem}_{number:05}{sound}.{inputs['format'].rpartition('-')[2]}", subfolder

"""Which of the files a prompt left behind is the clip.

File names come from the server and are not trusted: only a plain base name is ever used, and only
to ask the server for the file. Must never open one.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from screentest.common.recipes import Graph

_VIDEO_SUFFIXES = frozenset({"mp4", "m4v", "mov", "webm", "mkv"})
_ANIMATION_SUFFIXES = frozenset({"webp", "gif", "apng", "png"})
#: What the one file of a clip can end with.
CLIP_SUFFIXES = _VIDEO_SUFFIXES | _ANIMATION_SUFFIXES
_FRAME_SUFFIXES = frozenset({"png", "jpg", "jpeg", "webp"})
_FOLDERS = frozenset({"output", "temp", "input"})
_VIDEO_SAVERS = ("SaveVideo", "VideoCombine", "SaveWEBM", "SaveAnimated", "SaveWebm")


class Kind(IntEnum):
    """What a node left behind; the greater, the better it serves as a clip."""

    FRAMES = 1
    ANIMATION = 2
    VIDEO = 3
    MP4 = 4


@dataclass(frozen=True, kw_only=True)
class OutputFile:
    """One file that the server names."""

    #: Base name; never a path.
    name: str
    #: Passed back to the server unchanged; on Windows it holds backslashes.
    subfolder: str
    #: output, temp or input: the server's folder.
    folder: str

    @property
    def suffix(self) -> str:
        """The extension in lower case without its dot."""
        return self.name.rpartition(".")[2].lower() if "." in self.name else ""


@dataclass(frozen=True, kw_only=True)
class ClipOutput:
    """What one node left behind."""

    node: str
    kind: Kind
    #: One file, or all frames in order.
    files: tuple[OutputFile, ...]


def find_clip(outputs: dict[str, Any], graph: Graph) -> ClipOutput | None:
    """The output that is the clip, or None when there is none of a usable kind.

    When the graph has nodes that save video, the clip must come from one of them: a workflow whose
    video branch was dropped still saves its stills. Among several, a kept file wins over a
    temporary one, and the node with the longest way from its sources over the others, because a
    clip that was interpolated or upscaled comes after the raw one.
    """
    savers = _video_savers(graph)
    found = [
        clip
        for node, report in outputs.items()
        if not savers or node in savers
        if (clip := _clip_of(str(node), report)) is not None
    ]
    return max(found, key=lambda clip: _preference(clip, graph), default=None)


def clip_nodes(graph: Graph) -> frozenset[str]:
    """The nodes one of which `find_clip` takes the clip from, if they keep what they make."""
    stills = (node for node, body in graph.items() if "Save" in str(body.get("class_type")))
    return _video_savers(graph) or frozenset(stills)


def _preference(clip: ClipOutput, graph: Graph) -> tuple[bool, int, int, str]:
    is_kept = clip.files[0].folder == "output"
    return (is_kept, clip.kind, _depth(graph, clip.node), clip.node)


def _video_savers(graph: Graph) -> frozenset[str]:
    return frozenset(node for node, body in graph.items() if _saves_video(body))


def _saves_video(body: dict[str, Any]) -> bool:
    return any(word in str(body.get("class_type")) for word in _VIDEO_SAVERS)


def _clip_of(node: str, report: object) -> ClipOutput | None:
    if not isinstance(report, dict):
        return None
    files = [
        file
        for entries in report.values()
        if isinstance(entries, list)
        for entry in entries
        if (file := _file(entry)) is not None
    ]
    videos = [file for file in files if file.suffix in _VIDEO_SUFFIXES]
    if videos:
        kind = Kind.MP4 if videos[0].suffix in {"mp4", "m4v"} else Kind.VIDEO
        return ClipOutput(node=node, kind=kind, files=(videos[0],))
    is_animated = report.get("animated") == [True] or "gifs" in report
    animations = [file for file in files if file.suffix in _ANIMATION_SUFFIXES]
    if is_animated and animations:
        return ClipOutput(node=node, kind=Kind.ANIMATION, files=(animations[0],))
    frames = tuple(file for file in files if file.suffix in _FRAME_SUFFIXES)
    # One still picture is no clip.
    return ClipOutput(node=node, kind=Kind.FRAMES, files=frames) if len(frames) > 1 else None


def _file(entry: object) -> OutputFile | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("filename"), str):
        return None
    name = entry["filename"].replace("\\", "/").rpartition("/")[2]
    if name in {"", ".", ".."} or not name.isprintable():
        return None
    subfolder, folder = entry.get("subfolder"), entry.get("type")
    return OutputFile(
        name=name,
        subfolder=subfolder if isinstance(subfolder, str) else "",
        folder=folder if folder in _FOLDERS else "output",
    )


def _depth(graph: Graph, node: str) -> int:
    """Length of the longest way from a source to ``node``."""
    depths: dict[str, int] = {}

    def visit(current: str) -> int:
        if current not in depths:
            depths[current] = 0  # a cycle ends here; the server refuses such graphs anyway
            inputs = graph.get(current, {}).get("inputs") or {}
            sources = [str(link[0]) for link in inputs.values() if isinstance(link, list) and link]
            depths[current] = 1 + max(map(visit, sources), default=0)
        return depths[current]

    return visit(node)

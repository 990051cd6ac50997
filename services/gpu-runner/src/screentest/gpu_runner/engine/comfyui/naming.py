"""Under which names the server saves a render's clip: found again without the server's history.

What is known of nodes that save is here: how they number their files, and which form those have.
Must never touch a prefix whose file names cannot be told before, nor anything else of a graph.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from screentest.common.graphs import Graph, Place, class_of, inputs_of, literal, with_literals
from screentest.common.output_names import PREFIX_INPUT, marked
from screentest.gpu_runner.engine.backend import RenderJob
from screentest.gpu_runner.engine.comfyui.outputs import Kind, clip_nodes

_VHS = "VHS_VideoCombine"
#: Node class -> kind and extension of what it saves; the number of a file has a _ behind it.
_FORMS = {
    "SaveVideo": (Kind.MP4, "mp4"),
    "SaveWEBM": (Kind.VIDEO, "webm"),
    "SaveAnimatedWEBP": (Kind.ANIMATION, "webp"),
    "SaveAnimatedPNG": (Kind.ANIMATION, "png"),
    "SaveImage": (Kind.FRAMES, "png"),
}
_VIDEO_KINDS = {"mp4": Kind.MP4, "webm": Kind.VIDEO, "mkv": Kind.VIDEO, "mov": Kind.VIDEO}
_ANIMATION_KINDS = {"gif": Kind.ANIMATION, "webp": Kind.ANIMATION}
_LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Saver:
    """One node whose file names are ours."""

    node: str
    class_type: str
    kind: Kind
    #: Folder below the server's output folder; empty for that folder itself.
    subfolder: str
    #: File name up to its number.
    stem: str
    #: File name from its number on.
    ending: str

    def file(self, number: int) -> str:
        """The name of its ``number``-th file, from 1."""
        return f"{self.stem}_{number:05d}{self.ending}"

    def report(self, count: int) -> dict[str, Any]:
        """What the history would say of its first ``count`` files."""
        files = [
            {"filename": self.file(number), "subfolder": self.subfolder, "type": "output"}
            for number in range(1, count + 1)
        ]
        # As the nodes themselves say it, VideoHelperSuite's of videos too.
        return {"gifs": files} if self.class_type == _VHS else {"images": files} | self._animated

    @property
    def _animated(self) -> dict[str, Any]:
        return {} if self.kind is Kind.FRAMES else {"animated": [True]}


def savers(graph: Graph, job: RenderJob, attempt: int) -> tuple[Saver, ...]:
    """The nodes that the clip can come from, with the names of their files in an ``attempt``.

    Empty when one of them is of a class that is not known here, or has a prefix whose names the
    server makes up when it saves: a part of a clip's sources does not say which one it is.
    """
    found = [_saver(graph, job, node, attempt) for node in sorted(clip_nodes(graph))]
    return tuple(each for each in found if each) if all(found) else ()


def named(graph: Graph, job: RenderJob, attempt: int) -> Graph:
    """``graph`` as it is submitted in an ``attempt``: what it saves is called after the render."""
    return with_literals(graph, list(_prefixes(graph, job, attempt)))


def _prefixes(graph: Graph, job: RenderJob, attempt: int) -> Iterator[tuple[Place, str]]:
    for saver in savers(graph, job, attempt):
        prefix = f"{saver.subfolder}/{saver.stem}" if saver.subfolder else saver.stem
        yield Place(saver.node, PREFIX_INPUT), prefix


def _saver(graph: Graph, job: RenderJob, node: str, attempt: int) -> Saver | None:
    form = _form(graph, node)
    prefix = literal(graph, Place(node, PREFIX_INPUT))
    if form is None or not isinstance(prefix, str) or not _is_plain(prefix):
        return None
    ours = marked(
        prefix,
        render_id=job.render_id,
        recipe_hash=job.recipe.hash,
        node=node,
        attempt=attempt,
    )
    subfolder, _, stem = ours.rpartition("/")
    if len(stem.encode()) > _LONGEST_NAME:
        return None
    kind, ending = form
    return Saver(
        node=node,
        class_type=class_of(graph, node),
        kind=kind,
        subfolder=subfolder,
        stem=stem,
        ending=ending,
    )


def _is_plain(prefix: str) -> bool:
    """Whether the server takes it as it stands: no %date%, and no way out of the output folder."""
    parts = prefix.split("/")
    return prefix.isprintable() and not (
        {"", ".", ".."} & set(parts) or {"%", "\\", ":"} & set(prefix)
    )


def _form(graph: Graph, node: str) -> tuple[Kind, str] | None:
    """Kind and ending of what a node saves; None where they, or its folder, cannot be told."""
    class_type = class_of(graph, node)
    if class_type == _VHS:
        return _combined(inputs_of(graph, node))
    form = _FORMS.get(class_type)
    if form is None:
        return None
    kind, suffix = form
    if class_type == "SaveVideo":
        # Newer servers have more than "auto" and "mp4", which are the same.
        asked = str(inputs_of(graph, node).get("format"))
        kind, suffix = (_VIDEO_KINDS[asked], asked) if asked in _VIDEO_KINDS else form
    return kind, f"_.{suffix}"


def _combined(inputs: dict[str, Any]) -> tuple[Kind, str] | None:
    """What VideoHelperSuite saves. With sound it writes a second file, beside a silent one."""
    family, _, name = str(inputs.get("format")).partition("/")
    suffix = name.lower().rpartition("-")[2]
    suffix = "mov" if suffix == "prores" else suffix
    kinds = _ANIMATION_KINDS if family == "image" else _VIDEO_KINDS
    if suffix not in kinds or inputs.get("save_output", True) is not True:
        return None
    sound = "-audio" if "audio" in inputs and family == "video" else ""
    return kinds[suffix], f"{sound}.{suffix}"

"""Workflows as files: exported JSON, and pictures and clips that carry the graph they were made by.

The content decides what a file is, not its name. Reads tags only; must never decode a pixel, and
never hand FFmpeg anything but what begins as an MP4 or WebM does: it would follow playlists.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from screentest.api.problems.catalogue import InvalidWorkflow
from screentest.api.strict_json import loads
from screentest.common.output_names import unmarked
from screentest.common.workflows import HOW_TO_EXPORT, check_graph
from screentest.media.clips import UnreadableClip
from screentest.media.metadata import read_metadata
from screentest.media.picture_metadata import UnreadablePicture, read_picture_metadata

_PNG = b"\x89PNG\r\n\x1a\n"
_MATROSKA = b"\x1aE\xdf\xa3"
#: What an executed node has in the tags of ComfyUI's files that is part of its graph. The rest is
#: the server's own notes (`is_changed`), which may be NaN.
_OF_THE_GRAPH = ("class_type", "inputs", "_meta")


def read_graph(data: bytes, *, file_name: str, max_graph_bytes: int) -> dict[str, Any]:
    """The API-format graph that a file is, or carries.

    Raises:
        InvalidWorkflow: there is none in it; the sentence says why, and how to get one.
    """
    try:
        tags = _tags(data)
        text = _text(data) if tags is None else _prompt(tags)
        if len(text) > max_graph_bytes:
            raise ValueError(  # noqa: TRY301 - all of its faults are told alike
                f"The graph has {len(text)} bytes and {max_graph_bytes} are accepted: take out "
                "what is pasted into it."
            )
        graph = _json(text) if tags is None else _executed(text)
        check_graph(graph)
    except ValueError as error:
        raise InvalidWorkflow([f'The file "{file_name}" cannot be imported. {error}']) from None
    return unmarked(graph)


def _tags(data: bytes) -> dict[str, str] | None:
    """The tags of a picture or clip; None for anything else."""
    try:
        if data.startswith(_PNG) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
            return read_picture_metadata(data)
        if data[4:8] == b"ftyp" or data.startswith(_MATROSKA):
            return _clip_tags(data)
    except UnreadablePicture as error:
        raise ValueError(f"As a picture {error}: export it again.") from None
    except UnreadableClip as error:
        raise ValueError(f"As a clip, {error}: take the file as ComfyUI wrote it.") from None
    return None


def _clip_tags(data: bytes) -> dict[str, str]:
    with TemporaryDirectory(prefix="screentest-import-") as folder:
        # Faults are told by its name.
        clip = Path(folder, "it")
        clip.write_bytes(data)
        tags = read_metadata(clip)
    # VHS_VideoCombine writes all of them into one comment.
    try:
        comment = json.loads(tags.get("comment", ""))
    except (ValueError, RecursionError):
        return tags
    return {**_texts(comment), **tags} if isinstance(comment, dict) else tags


def _texts(comment: Mapping[str, Any]) -> dict[str, str]:
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in comment.items()
    }


def _prompt(tags: Mapping[str, str]) -> str:
    if prompt := tags.get("prompt"):
        return prompt
    if "workflow" in tags:
        raise ValueError(
            "It carries only the workflow of ComfyUI's editor, not the API format beside it. "
            f"Open it in ComfyUI. {HOW_TO_EXPORT}"
        )
    raise ValueError(
        "It carries no workflow: another program made or rewrote it, or ComfyUI ran with "
        f"--disable-metadata. {HOW_TO_EXPORT}"
    )


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(
            "It is none of the files a workflow is read from: JSON in API format (UTF-8), or a "
            f"PNG, WebP, MP4 or WebM that ComfyUI made. {HOW_TO_EXPORT}"
        ) from None


def _json(text: str) -> Any:
    try:
        return loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"It is not JSON ({error}). {HOW_TO_EXPORT}") from None


def _executed(text: str) -> Any:
    """The graph in a tag, without what the server noted in its nodes."""
    try:
        graph = json.loads(text)
        if isinstance(graph, dict):
            graph = {node: _of_the_graph(body) for node, body in graph.items()}
        # Only now: a note that is NaN is no fault of the graph.
        return loads(json.dumps(graph))
    except (ValueError, RecursionError) as error:
        raise ValueError(f'Its tag "prompt" is not JSON ({error}). {HOW_TO_EXPORT}') from None


def _of_the_graph(body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    return {key: body[key] for key in _OF_THE_GRAPH if key in body}

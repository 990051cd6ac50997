"""What the server says on its WebSocket, parsed: one small frozen class per message we use.

Tolerant by design: custom nodes send types of their own and versions differ, so whatever is not
understood is None and never an error. Must never decide anything.
"""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

#: The client's first text frame; only as the first one does the server read it.
HELLO = json.dumps({"type": "feature_flags", "data": {"supports_preview_metadata": True}})

_JPEG_MAGIC = b"\xff\xd8\xff"
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_EVENT_PREVIEW = 1
_EVENT_PREVIEW_WITH_METADATA = 4
#: VideoHelperSuite writes its own header into event 1: the picture starts at byte 32, not 8.
_LONGEST_PREVIEW_HEADER_BYTES = 64


@dataclass(frozen=True, kw_only=True)
class Started:
    """The server took a prompt from its queue."""

    prompt_id: str | None


@dataclass(frozen=True, kw_only=True)
class NodesCached:
    """Nodes whose results come from the server's cache and will not run."""

    prompt_id: str | None
    nodes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NodeStarted:
    """A node runs now. `prompt_id` is missing in the copy that a reconnected socket gets."""

    prompt_id: str | None
    node: str


@dataclass(frozen=True, kw_only=True)
class NodeStep:
    """One node's own progress: step ``value`` of ``maximum``."""

    prompt_id: str | None
    node: str
    value: float
    maximum: float


@dataclass(frozen=True, kw_only=True)
class NodeState:
    """A node's entry in `progress_state`."""

    node: str
    #: The node of the submitted graph that this one was expanded from; itself for most.
    display_node: str
    value: float
    maximum: float
    finished: bool


@dataclass(frozen=True, kw_only=True)
class NodeStates:
    """All nodes that have started so far (cumulative; waiting nodes are not listed)."""

    prompt_id: str | None
    states: tuple[NodeState, ...]


@dataclass(frozen=True, kw_only=True)
class PromptEnded:
    """A hint that the prompt is over; the history knows how it ended."""

    prompt_id: str | None


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A picture of the latent so far: JPEG or PNG bytes. Old servers do not say whose it is."""

    prompt_id: str | None
    image: bytes


Message = Started | NodesCached | NodeStarted | NodeStep | NodeStates | PromptEnded | Preview


def parse_frame(frame: str | bytes) -> Message | None:
    """One WebSocket message, or None when it is of no use to us."""
    return parse_text(frame) if isinstance(frame, str) else parse_binary(frame)


def parse_text(frame: str) -> Message | None:
    """A JSON event, or None: not JSON, of another type, or without the fields we need."""
    try:
        event = json.loads(frame)
    except ValueError:
        return None
    if not isinstance(event, dict) or not isinstance(event.get("data"), dict):
        return None
    parse = _PARSERS.get(str(event.get("type")))
    return parse(event["data"], _text(event["data"].get("prompt_id"))) if parse else None


def parse_binary(frame: bytes) -> Preview | None:
    """A preview in either format, or None (text frames of nodes, unknown events, no picture)."""
    if len(frame) < 8:  # noqa: PLR2004 - two 32-bit words
        return None
    event, second = struct.unpack_from(">II", frame)
    if event == _EVENT_PREVIEW:
        start = _picture_start(frame)
        return Preview(prompt_id=None, image=frame[start:]) if start is not None else None
    if event == _EVENT_PREVIEW_WITH_METADATA:
        return _preview_with_metadata(frame[8 : 8 + second], frame[8 + second :])
    return None


def _preview_with_metadata(header: bytes, image: bytes) -> Preview | None:
    try:
        metadata = json.loads(header)
    except ValueError:
        return None
    if not isinstance(metadata, dict) or not image.startswith((_JPEG_MAGIC, _PNG_MAGIC)):
        return None
    return Preview(prompt_id=_text(metadata.get("prompt_id")), image=image)


def _picture_start(frame: bytes) -> int | None:
    head = frame[: 8 + _LONGEST_PREVIEW_HEADER_BYTES]
    found = [at for at in (head.find(_JPEG_MAGIC, 8), head.find(_PNG_MAGIC, 8)) if at >= 0]
    return min(found, default=None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return None


def _started(_data: Mapping[str, Any], prompt_id: str | None) -> Message | None:
    return Started(prompt_id=prompt_id)


def _cached(data: Mapping[str, Any], prompt_id: str | None) -> Message | None:
    nodes = data.get("nodes")
    if not isinstance(nodes, list):
        return None
    return NodesCached(prompt_id=prompt_id, nodes=tuple(str(node) for node in nodes))


def _executing(data: Mapping[str, Any], prompt_id: str | None) -> Message | None:
    node = data.get("display_node") or data.get("node")
    if node is None:
        return PromptEnded(prompt_id=prompt_id)
    return NodeStarted(prompt_id=prompt_id, node=str(node))


def _progress(data: Mapping[str, Any], prompt_id: str | None) -> Message | None:
    value, maximum = _number(data.get("value")), _number(data.get("max"))
    if value is None or not maximum:
        return None
    node = str(data.get("node") or "")
    return NodeStep(prompt_id=prompt_id, node=node, value=value, maximum=maximum)


def _progress_state(data: Mapping[str, Any], prompt_id: str | None) -> Message | None:
    nodes = data.get("nodes")
    if not isinstance(nodes, dict):
        return None
    states = (_node_state(node, entry) for node, entry in nodes.items())
    return NodeStates(prompt_id=prompt_id, states=tuple(state for state in states if state))


def _node_state(node: str, entry: object) -> NodeState | None:
    if not isinstance(entry, dict):
        return None
    value, maximum = _number(entry.get("value")), _number(entry.get("max"))
    return NodeState(
        node=node,
        display_node=str(entry.get("display_node_id") or node),
        value=value or 0.0,
        maximum=maximum or 1.0,
        finished=entry.get("state") == "finished",
    )


def _ended(_data: Mapping[str, Any], prompt_id: str | None) -> Message | None:
    return PromptEnded(prompt_id=prompt_id)


_PARSERS: dict[str, Callable[[Mapping[str, Any], str | None], Message | None]] = {
    "execution_start": _started,
    "execution_cached": _cached,
    "executing": _executing,
    "progress": _progress,
    "progress_state": _progress_state,
    "execution_success": _ended,
    "execution_error": _ended,
    "execution_interrupted": _ended,
}

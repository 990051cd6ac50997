"""What the server refuses or breaks on, as one sentence in its own words.

The end of a traceback is kept beside it. Must never show a path of the server's disk; tensors and
prompt texts that the server repeats in its errors are left out as well.
"""

import re
from collections.abc import Mapping
from typing import Any

from screentest.common.events import FailureDetail
from screentest.common.recipes import Graph
from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.gpu_runner.engine.comfyui.history import HistoryEntry
from screentest.gpu_runner.engine.comfyui.progress import title_of

_MOST_CHARACTERS = 600
_MOST_OF_ONE_FAULT = 240
_MOST_OF_A_TRACEBACK = 4000
_MODEL_FILE = re.compile(r"\.(safetensors|sft|ckpt|pth?|gguf|bin|onnx)'")
_UNKNOWN_CLASS = re.compile(r"node .+ does not exist|node type .+ not found", re.IGNORECASE)

#: A quoted path may hold blanks; a bare one ends at the first of them.
_QUOTED_PATH = re.compile(r"""(['"])((?:/|[A-Za-z]:[\\/]|\\\\)[^'"\n]*[\\/])([^'"\\/\n]*)\1""")
_BARE_PATH = re.compile(r"""(?<![\w./:\\])(?:/|[A-Za-z]:[\\/]|\\\\)(?:[^\s'"<>|,;()\\/]+[\\/])+""")


def refusal(status: int, body: object, graph: Graph) -> RenderFailed:
    """Why `POST /prompt` was answered with ``status`` and ``body``, naming every bad input."""
    faults = node_faults(body, graph)
    error = body.get("error") if isinstance(body, dict) else body
    if isinstance(error, dict):
        words = _join(str(error.get("message") or ""), str(error.get("details") or ""))
    else:
        words = str(error or f"HTTP status {status}")
    if _UNKNOWN_CLASS.search(words):
        return _failed("missing_node", f"This ComfyUI cannot run the workflow: {words}", True)
    reason = faults or words
    if _MODEL_FILE.search(reason) and "not in" in reason:
        return _failed(
            "missing_model", f"This ComfyUI lacks a file of the workflow: {reason}", True
        )
    return _failed("invalid_workflow", f"ComfyUI does not accept the workflow: {reason}", False)


def node_faults(body: object, graph: Graph) -> str:
    """Every entry of ``node_errors`` as a sentence part; empty when there are none."""
    node_errors = body.get("node_errors") if isinstance(body, dict) else None
    if not isinstance(node_errors, dict):
        return ""
    return "; ".join(
        f"{_node(graph, node, report)}{_input_fault(error)}"
        for node, report in node_errors.items()
        if isinstance(report, dict)
        for error in report.get("errors") or ()
        if isinstance(error, dict)
    )


def breakdown(entry: HistoryEntry, graph: Graph) -> RenderFailed:
    """Why a prompt that ran did not succeed."""
    if entry.was_interrupted:
        message = "Somebody interrupted the render at the ComfyUI server."
        return _failed("interrupted", message, True)
    error = entry.first("execution_error")
    if error is None:
        return _failed("node_failed", "ComfyUI reports an error, but does not say which.", True)
    failure = _broken(error, graph)
    failure.detail = _detail(error, graph)
    return failure


def _broken(error: Mapping[str, Any], graph: Graph) -> RenderFailed:
    kind = str(error.get("exception_type") or "error")
    words = str(error.get("exception_message") or kind)
    node = f"{_node(graph, str(error.get('node_id')), {'class_type': error.get('node_type')})}: "
    if _is_out_of_memory(kind, words):
        hint = "Choose a smaller size or fewer frames, or a worker with more memory."
        return _failed("out_of_memory", f"ComfyUI ran out of memory in {node}{words} {hint}", False)
    # What Pillow says of a broken file depends on where it is broken.
    if kind.endswith("UnidentifiedImageError") or str(error.get("node_type")) == "LoadImage":
        return _failed("bad_seed_image", f"ComfyUI cannot read an image in {node}{words}", False)
    # Everything else of a node's own making fails again with the same recipe; the device may not.
    is_device = "cuda error" in words.lower() or "hip error" in words.lower()
    return _failed("node_failed", f"ComfyUI failed in {node}{words} ({kind})", is_device)


def _detail(error: Mapping[str, Any], graph: Graph) -> FailureDetail:
    node, lines = str(error.get("node_id")), error.get("traceback")
    traceback = "".join(map(str, lines)) if isinstance(lines, list) else ""
    # Cut before it is searched for paths: a message may be in it, as long as it likes.
    tail = redact(traceback[-2 * _MOST_OF_A_TRACEBACK :])[-_MOST_OF_A_TRACEBACK:]
    return FailureDetail(
        node=node,
        node_title=title_of(graph, node) if node in graph else "",
        node_type=str(error.get("node_type") or ""),
        exception=str(error.get("exception_type") or ""),
        traceback=tail.strip("\n"),
    )


def redact(text: str) -> str:
    """``text`` without the folders of server paths: only the last part of a path is kept."""
    text = _QUOTED_PATH.sub(lambda found: f"{found[1]}{found[3]}{found[1]}", text)
    return _BARE_PATH.sub("", text)


def _failed(code: str, message: str, retryable: bool) -> RenderFailed:
    plain = " ".join(redact(message).split())
    if len(plain) > _MOST_CHARACTERS:
        plain = plain[: _MOST_CHARACTERS - 1].rstrip() + "…"
    return RenderFailed(code, plain, retryable=retryable)


def _is_out_of_memory(kind: str, words: str) -> bool:
    lower = words.lower()
    return kind.endswith("OutOfMemoryError") or any(
        sign in lower
        for sign in ("out of memory", "can't allocate memory", "cannot allocate memory")
    )


def _node(graph: Graph, node: str, report: Mapping[str, Any]) -> str:
    kind = str(report.get("class_type") or graph.get(node, {}).get("class_type") or "node")
    title = title_of(graph, node)
    return (
        f'node {node} "{title}" ({kind})' if title not in {kind, node} else f"node {node} ({kind})"
    )


def _input_fault(error: Mapping[str, Any]) -> str:
    message, details = str(error.get("message") or "not valid"), str(error.get("details") or "")
    extra = error.get("extra_info")
    name = str(extra.get("input_name") or "") if isinstance(extra, dict) else ""
    if not name:
        return f": {_short(_join(message, details))}"
    # The details begin with the input's name in most cases, and with nothing else in some.
    rest = details.removeprefix(name).lstrip(" :,-") if details.startswith(name) else details
    # "Value not in list" and "Custom validation failed for node" say less than the details do.
    says_it_all = error.get("type") in {"value_not_in_list", "custom_validation_failed"}
    return f", input {name}: {_short(rest if says_it_all and rest else _join(message, rest))}"


def _join(message: str, details: str) -> str:
    return f"{message} ({details})" if message and details else message or details


def _short(text: str) -> str:
    return text if len(text) <= _MOST_OF_ONE_FAULT else text[: _MOST_OF_ONE_FAULT - 1] + "…"

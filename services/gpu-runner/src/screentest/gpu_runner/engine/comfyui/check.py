"""Whether a ComfyUI server can serve workers, and which workflows, told on one screen."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screentest.common.graphs import Place
from screentest.common.object_info import ObjectInfo
from screentest.common.validation import graph_faults
from screentest.common.workflows import check_graph, discover_slots
from screentest.gpu_runner.engine.backend import Capabilities, RenderFailed
from screentest.gpu_runner.engine.comfyui.client import ComfyUIClient
from screentest.gpu_runner.engine.comfyui.inventory import Inventory
from screentest.gpu_runner.engine.comfyui.options import ComfyUIOptions
from screentest.gpu_runner.engine.comfyui.queue import QueueSnapshot

_FAULTS_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Check:
    """What was found, as lines for a screen."""

    lines: tuple[str, ...]
    #: The server answers, and can run every workflow that was asked about.
    is_fit: bool


async def check_server(options: ComfyUIOptions, workflows: Sequence[Path]) -> Check:
    """Look at a server and at every workflow file for it. Nothing is queued or uploaded."""
    client = ComfyUIClient(options)
    try:
        known = await Inventory(client, time.monotonic).read()
        queue = await client.queue()
    except RenderFailed as failure:
        return Check(lines=(failure.message,), is_fit=False)
    finally:
        await client.close()
    lines = [f"ComfyUI at {options.base_url}", *_facts(known, queue)]
    verdicts = [(path, _workflow_faults(path, known.object_info)) for path in workflows]
    for path, faults in verdicts:
        lines.append(f"  {'cannot run' if faults else 'can run':<11}{path.name}")
        lines += [f"{'':<13}{fault}" for fault in faults[:_FAULTS_SHOWN]]
        if len(faults) > _FAULTS_SHOWN:
            lines.append(f"{'':<13}and {len(faults) - _FAULTS_SHOWN} more")
    return Check(lines=tuple(lines), is_fit=not any(faults for _, faults in verdicts))


def _facts(known: Capabilities, queue: QueueSnapshot) -> list[str]:
    others = ", ".join(f"{name} {version}" for name, version in known.versions.items())
    models = ", ".join(f"{folder} {len(names)}" for folder, names in known.models.items())
    facts = {
        "versions": others or "not told",
        "device": f"{known.device or 'not told'}, {known.vram_bytes / 1e9:.1f} GB",
        "queue": f"{len(queue.running)} running, {len(queue.pending)} waiting",
        "nodes": f"{len(known.nodes)} classes",
        "models": models,
    }
    return [f"  {name:<11}{fact}" for name, fact in facts.items()]


def _workflow_faults(path: Path, info: ObjectInfo | None) -> list[str]:
    """One sentence for everything that keeps the server from running the workflow in a file."""
    try:
        graph = _graph_of(json.loads(path.read_bytes()))
        check_graph(graph)
    except OSError as error:
        return [f"{path} cannot be read: {error.strerror}."]
    except ValueError as error:
        return [f"{path.name} is no workflow: {error}"]
    assert info is not None, "a server that answers has described itself"
    # The seed image comes with every render.
    images = [slot for slot in discover_slots(graph) if slot.kind == "image"]
    supplied = [Place(slot.node, slot.input) for slot in images]
    return [fault.message for fault in graph_faults(graph, info, supplied=supplied)]


def _graph_of(written: Any) -> Any:
    """The graph of a file: alone, or as `POST /api/workflows` takes it."""
    if isinstance(written, dict) and isinstance(written.get("graph"), dict):
        return written["graph"]
    return written

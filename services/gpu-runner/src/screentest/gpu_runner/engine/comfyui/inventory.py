"""What a server has: versions, device, node classes and model files, read seldom.

The list of node classes has megabytes and is built anew by the server on every request, and the
model files are looked for on its disks: both are kept for a minute, and read anew when the server
was away. Versions and device are read every time, because they show that the server lives.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from screentest.common.object_info import ObjectInfo
from screentest.common.recipes import Renderer
from screentest.gpu_runner.engine.backend import Capabilities, RenderFailed
from screentest.gpu_runner.engine.comfyui.client import ComfyUIClient
from screentest.gpu_runner.engine.comfyui.version import Version

#: Folders whose files a workflow may name, as ComfyUI calls them.
_MODEL_FOLDERS = (
    "checkpoints", "clip_vision", "controlnet", "diffusion_models", "loras", "text_encoders",
    "upscale_models", "vae",
)  # fmt: skip
#: Who is told that a file is missing puts it there and asks again.
_KEPT_FOR_S = 60.0


class Inventory:
    """The capabilities of one server."""

    def __init__(self, client: ComfyUIClient, clock: Callable[[], float]) -> None:
        self._client = client
        self._clock = clock
        self._read_at = float("-inf")
        self._version: Version | None = None
        self._object_info: ObjectInfo | None = None
        self._models: dict[str, tuple[str, ...]] = {}
        self._hashes: dict[str, dict[str, str]] = {}

    async def version(self) -> Version:
        """The server's version as it was last heard of.

        Raises:
            RenderFailed: it was never heard of, and cannot be reached.
        """
        if self._version is None:
            self._version = Version.of(await self._client.system_stats())
        return self._version

    async def read(self) -> Capabilities:
        """What the server can do now.

        Raises:
            RenderFailed: it cannot be reached.
        """
        try:
            stats = await self._client.system_stats()
        except RenderFailed:
            # It may come back with other custom nodes.
            self._read_at = float("-inf")
            raise
        self._version = Version.of(stats)
        if self._clock() - self._read_at >= _KEPT_FOR_S:
            answer = await self._client.object_info()
            self._object_info = await asyncio.to_thread(_reduced, answer, self._object_info)
            self._models = {
                folder: await self._client.model_files(folder) for folder in _MODEL_FOLDERS
            }
            hashes = {folder: await self._client.model_hashes(folder) for folder in _MODEL_FOLDERS}
            self._hashes = {folder: known for folder, known in hashes.items() if known}
            self._read_at = self._clock()
        device = _first_device(stats)
        vram_bytes = device.get("vram_total")
        return Capabilities(
            renderer=Renderer.COMFYUI,
            version=str(self._version),
            versions=_versions(stats),
            device=str(device.get("name") or ""),
            vram_bytes=vram_bytes if isinstance(vram_bytes, int) else 0,
            models=dict(self._models),
            model_hashes=dict(self._hashes),
            nodes=tuple(self._object_info.nodes) if self._object_info else (),
            object_info=self._object_info,
        )


def _reduced(answer: dict[str, Any], before: ObjectInfo | None) -> ObjectInfo:
    """The description with its hash; ``before`` where nothing has changed."""
    now = ObjectInfo.reduce(answer)
    return before if before is not None and before.sha256 == now.sha256 else now


def _versions(stats: dict[str, Any]) -> dict[str, str]:
    """Versions of what the server runs on, as far as it tells."""
    system = stats.get("system")
    system = system if isinstance(system, dict) else {}
    told = {
        "comfyui": system.get("comfyui_version"),
        # The compiler and the day it was built on follow.
        "python": str(system.get("python_version") or "").partition(" ")[0],
        "torch": system.get("pytorch_version"),
    }
    return {name: str(version) for name, version in told.items() if version}


def _first_device(stats: dict[str, Any]) -> dict[str, Any]:
    devices = stats.get("devices")
    first = devices[0] if isinstance(devices, list) and devices else None
    return first if isinstance(first, dict) else {}

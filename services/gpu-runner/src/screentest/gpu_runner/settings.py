"""Settings of the gpu-runner service, SCREENTEST_GPU_RUNNER_*."""

import os

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from screentest.common.recipes import Renderer
from screentest.common.settings import CommonSettings


def _own_name() -> str:
    return f"{os.uname().nodename}-{os.getpid()}"


class Settings(CommonSettings):
    """What a worker needs besides the common settings."""

    model_config = SettingsConfigDict(
        env_prefix="SCREENTEST_GPU_RUNNER_", frozen=True, populate_by_name=True, extra="ignore"
    )

    #: What renders: a ComfyUI server, or the built-in CPU stand-in.
    backend: Renderer = Renderer.BUILTIN
    #: Name of this worker, unique among those that are alive.
    worker: str = Field(default_factory=_own_name, min_length=1)
    #: Workers that are alike (models, nodes, memory) share one, and a work queue: it is the last
    #: word of the queue's name. None finds it out from what the backend reports; a name holds
    #: together what is to be taken for alike.
    capability_class: str | None = Field(default=None, pattern=r"^[\w-]{0,64}$")
    #: Address of the ComfyUI server this worker renders on.
    comfyui_url: str = "http://127.0.0.1:8188"
    #: Headers for every request to ComfyUI as JSON, e.g. {"Authorization": "Basic ..."}.
    comfyui_headers: dict[str, str] = Field(default_factory=dict)
    #: The built-in renderer takes at least so long: tests pull plugs in the middle of a render.
    builtin_minimum_s: float = Field(default=0.0, ge=0)
    #: A worker that says nothing for so long has lost its render.
    lease_ttl_s: float = Field(default=15.0, gt=0)
    #: How often a worker says that it still renders; three may be missed.
    heartbeat_s: float = Field(default=5.0, gt=0)
    #: How often a worker says that it is there.
    seen_s: float = Field(default=5.0, gt=0)
    #: How long a stop waits for the render that has begun before it is handed to a colleague.
    grace_s: float = Field(default=20.0, ge=0)
    #: How long a finished render waits for a storage that refuses it.
    storage_patience_s: float = Field(default=600.0, ge=0)

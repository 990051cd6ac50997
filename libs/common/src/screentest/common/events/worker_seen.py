"""WorkerSeen: a worker is alive. Said every 5 s, and at once when its state changes."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from screentest.common.events.event import Event
from screentest.common.recipes import Renderer


class WorkerSeen(Event):
    """gpu-runner -> dispatcher and api. Transient: the next one comes soon."""

    type: ClassVar[str] = "worker.seen.v1"
    transient: ClassVar[bool] = True

    worker: str
    renderer: Renderer
    #: Version of the backend, as it names itself.
    backend_version: str = ""
    #: Versions of what the backend runs on: comfyui, python, torch.
    versions: dict[str, str] = Field(default_factory=dict)
    device: str = ""
    vram_bytes: int = Field(default=0, ge=0)
    #: Model folder -> file names. Empty, as the hashes, where `model_files_sha256` names them.
    models: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    #: Model folder -> file name -> a text that changes when the file does, where it can tell.
    model_hashes: dict[str, dict[str, str]] = Field(default_factory=dict)
    #: Names what object storage has of long lists of model files, at `model_files_key`.
    model_files_sha256: str = ""
    #: Node classes. Empty where `object_info_sha256` names a description: it has them, and a server
    #: with thousands of them would not fit.
    nodes: tuple[str, ...] = ()
    #: Of the list of node classes: equal where the same ones are installed.
    nodes_sha256: str = ""
    #: Names what object storage has of their inputs, at `object_info_key`; empty: nothing.
    object_info_sha256: str = ""
    #: The work queue it takes from; see `RenderRequested.capability_class`.
    capability_class: str = ""
    #: Models of its latest render: another that needs the same starts without a swap.
    warm_models: tuple[str, ...] = ()
    #: Renders it can run at once.
    slots: int = Field(default=1, ge=0)
    #: Renders it takes beside those, to have their inputs when a slot is free.
    stages: int = Field(default=0, ge=0)
    busy_with: tuple[UUID, ...] = ()
    #: Renders it has claimed and fetched the inputs of, to start at once after the present one.
    staged: tuple[UUID, ...] = ()
    #: It finishes what it has and takes no more.
    draining: bool = False
    #: Version of Screentest.
    version: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether it says everything itself: what it leaves to documents has been read."""
        says_nodes = bool(self.nodes) or not self.object_info_sha256
        return says_nodes and (bool(self.models) or not self.model_files_sha256)

    @property
    def subject(self) -> str:
        """The worker."""
        return f"worker/{self.worker}"

"""What the service asks of a render backend: say what you can do, render one segment, stop.

Must never know of leases, runs or events: a backend turns a recipe and a picture into a clip.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from screentest.common.events import FailureDetail
from screentest.common.object_info import ObjectInfo
from screentest.common.recipes import Recipe, Renderer


@dataclass(frozen=True, kw_only=True)
class RenderJob:
    """One segment to render."""

    render_id: str
    run_id: str
    #: Index of the segment in its chain, from 1.
    segment: int
    recipe: Recipe
    #: The seed image file: PNG, JPEG or WebP.
    seed_image: Path
    #: An empty folder of this render's own; the backend may write anything below it.
    workdir: Path


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a render is."""

    #: 0..1 over the whole render.
    fraction: float
    #: What the backend is doing now: a node title or a stage name.
    node: str = ""
    #: A small JPEG or PNG of the picture so far.
    preview: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class RenderedClip:
    """What a backend hands back."""

    #: An H.264 MP4 below the job's workdir.
    video: Path
    #: Seconds of GPU (of worker time, for the built-in renderer) the render took.
    gpu_seconds: float
    #: Of those, spent before it was asked for the clip: it went on with what it had.
    salvaged_seconds: float = 0.0
    #: What the clip was encoded from, below the workdir: one file, or all frames in their order.
    #: Empty where the clip is what the backend made.
    original: tuple[Path, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Held:
    """A render that a backend has, as far as it can tell."""

    render_id: str
    #: The worker that gave it to the backend.
    worker: str


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What a worker reports of its backend."""

    renderer: Renderer
    #: Version of the backend, as it names itself.
    version: str
    #: Versions of what it runs on: comfyui, python, torch.
    versions: dict[str, str] = field(default_factory=dict)
    device: str = ""
    vram_bytes: int = 0
    #: Model folder -> file names, e.g. {"loras": (...,)}.
    models: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: Model folder -> file name -> a text that changes when the file does, where it can tell.
    model_hashes: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Node classes the backend can run.
    nodes: tuple[str, ...] = ()
    #: The same with their inputs, where the backend runs graphs.
    object_info: ObjectInfo | None = None


class RenderFailed(Exception):  # noqa: N818 - the word of the event it becomes
    """A render ended without a clip.

    ``code`` is stable and machine-readable (out_of_memory, invalid_workflow, backend_unreachable,
    no_output, bad_seed_image, node_failed, ...); ``message`` holds the backend's own words;
    ``retryable`` says whether the same recipe may succeed on another attempt or worker;
    ``detail`` is where a node of a workflow broke.
    """

    def __init__(
        self, code: str, message: str, *, retryable: bool, detail: FailureDetail | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable
        self.detail = detail


ProgressCallback = Callable[[Progress], None]


class RenderBackend(Protocol):
    """A place that renders segments, one at a time."""

    async def describe(self) -> Capabilities:
        """What this backend can do now.

        Raises:
            RenderFailed: it cannot be reached (``backend_unreachable``).
        """
        ...

    async def prepare(self, job: RenderJob) -> None:
        """Do ahead what `render` of the same job will need, while another render may be under way.

        A hint: `render` does without it, so what goes wrong here is not said. Must not disturb the
        render that is under way. A job that is not rendered after all is to be dropped.
        """
        ...

    async def render(self, job: RenderJob, on_progress: ProgressCallback) -> RenderedClip:
        """Render one segment. Cancelling the awaiting task stops the render at the backend too.

        Raises:
            RenderFailed: no clip came of it.
        """
        ...

    def leave(self, render_id: str) -> None:
        """From now on cancelling this render lets go of it, where another process can go on.

        The worker ends: what the backend has done so far is not to be done again.
        """
        ...

    async def held(self) -> tuple[Held, ...]:
        """Renders that the backend works at or will, whoever gave them to it.

        Raises:
            RenderFailed: it cannot be reached (``backend_unreachable``).
        """
        ...

    async def drop(self, render_id: str) -> None:
        """Stop a render that nobody follows; nothing when the backend does not have it.

        Raises:
            RenderFailed: it cannot be reached (``backend_unreachable``).
        """
        ...

    async def close(self) -> None:
        """Release connections and processes."""
        ...

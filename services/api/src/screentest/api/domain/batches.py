"""Batches: a grid of test shots, how far it is, and which of its cells are rendered again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from screentest.api.domain.shots import TERMINAL, Shot, ShotStatus
from screentest.api.domain.timings import Timings
from screentest.api.domain.waiting import Waiting
from screentest.common.events import Verdict
from screentest.common.recipes import Frozen


class BatchStatus(StrEnum):
    """The states of a batch."""

    WAITING = "waiting"
    RUNNING = "running"
    #: Cells are open, and none of them is begun until it is resumed.
    PAUSED = "paused"
    #: Every cell has ended.
    FINISHED = "finished"


class BatchAxis(Frozen):
    """What cells are laid out along."""

    name: str = Field(examples=["cfg"])
    kind: str = Field(description="character, slot, seed, prompt, lora, workflow or variation.")
    labels: list[str] = Field(examples=[["4", "6", "8"]])


class BatchCell(Frozen):
    """One cell of a batch and the test shot that fills it."""

    index: int
    at: list[int | None] = Field(
        description="Position on every axis; null where a baseline varies nothing."
    )
    label: str = Field(examples=["cfg 6 · film-look 0.8"])
    differs: dict[str, Any] = Field(
        description="What the axes set.", examples=[{"cfg": 6, "seed": 42}]
    )
    recipe_hash: str
    test_shot_id: int | None = Field(description="Null once it was deleted.")
    status: ShotStatus | None = Field(description="Null once the test shot was deleted.")
    reused: bool = Field(
        default=False, description="Nothing was rendered: an identical render was taken."
    )
    cancel_requested: bool = False
    quality_score: float | None = None
    verdict: Verdict | None = None
    poster_path: str | None = None
    output_video_path: str | None = None
    progress: float = Field(
        default=0.0, description="0..1: how much of its clip is there; 1 once it has ended."
    )
    waiting: Waiting | None = Field(
        default=None, description="Why it waits, and until when; null when it does not."
    )
    eta_s: float | None = Field(
        default=None,
        description="Seconds until its clip is there; 0 once it has ended, null when nobody knows.",
    )

    @property
    def is_open(self) -> bool:
        """A clip or a score is still to come, and is wanted."""
        return self.status is not None and self.status not in TERMINAL and not self.cancel_requested

    @property
    def is_kept(self) -> bool:
        """There is, or will be, a clip."""
        return self.is_open or self.status is ShotStatus.SCORED


class GridRow(Frozen):
    """One row of the grid: every axis but the last at one place."""

    label: str = Field(examples=["Mina · seed 42"])
    cells: list[int | None] = Field(description="`index` of the cell in each column.")


class Grid(Frozen):
    """Cells as a table: the last axis across, everything else down."""

    columns: list[str] = Field(examples=[["4", "6", "8"]])
    rows: list[GridRow]
    cells: list[BatchCell]


class BatchSummary(Frozen):
    """A batch and how far it is."""

    id: int
    name: str
    status: BatchStatus
    scene_type_id: int
    cells: int = Field(description="Test shots asked for.")
    priority: int
    paused_at: datetime | None
    created_by_id: int
    created_at: datetime
    updated_at: datetime
    counts: dict[ShotStatus, int] = Field(description="Cells by the status of their test shots.")
    missing: int = Field(description="Cells whose test shot was deleted.")
    progress: float = Field(description="0..1: the share of cells that have ended.")
    gpu_seconds: float = Field(description="Of all its test shots, repeated ones included.")
    eta_s: float | None = Field(
        default=None,
        description="Seconds until the last open cell has its clip, from the queue and estimates, "
        "else at the pace at which the batch renders; null when nobody knows.",
    )


class Batch(BatchSummary):
    """A batch with everything in it."""

    axes: list[BatchAxis]
    timings: Timings | None = Field(
        default=None,
        description="Where the seconds of its shots went, all together; null before the first.",
    )
    grid: Grid
    shots: list[Shot] = Field(description="Test shots of the cells, in their order.")


def status_of(counts: Mapping[ShotStatus, int], *, is_paused: bool) -> BatchStatus:
    """The state that follows from its test shots'."""
    began = sum(counts.values()) - counts[ShotStatus.WAITING]
    if not any(counts[status] for status in ShotStatus if status not in TERMINAL):
        return BatchStatus.FINISHED
    if is_paused:
        return BatchStatus.PAUSED
    return BatchStatus.RUNNING if began else BatchStatus.WAITING


def grid_of(axes: Sequence[BatchAxis], cells: Sequence[BatchCell]) -> Grid:
    """Lay cells out along their axes; baselines have a column of their own, the first."""
    *down, across = axes
    has_baseline = any(cell.at[-1] is None for cell in cells) and len(axes) > 1
    columns = (["baseline"] if has_baseline else []) + across.labels
    rows: dict[tuple[int | None, ...], list[int | None]] = {}
    baselines: dict[int | None, int] = {}
    for cell in cells:
        last = cell.at[-1]
        if last is None:
            baselines[cell.at[0]] = cell.index
            continue
        row = rows.setdefault(tuple(cell.at[:-1]), [None] * len(columns))
        row[last + has_baseline] = cell.index
    if has_baseline:
        for place, row in rows.items():
            row[0] = baselines.get(place[0])
    return Grid(
        columns=columns,
        rows=[GridRow(label=_label(down, place), cells=indices) for place, indices in rows.items()],
        cells=list(cells),
    )


def _label(axes: Sequence[BatchAxis], place: Sequence[int | None]) -> str:
    labels = (axis.labels[at] for axis, at in zip(axes, place, strict=True) if at is not None)
    return " · ".join(labels)

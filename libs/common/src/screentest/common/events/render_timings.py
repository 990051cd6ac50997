"""Where the seconds of a segment went, from when it began to wait to its recorded result."""

from pydantic import Field

from screentest.common.recipes import Frozen


class RenderTimings(Frozen):
    """Seconds by phase, without a gap between them; None where a phase was not measured."""

    #: Waiting for a slot, a worker and its backend; with what a worker that was lost had had of it.
    queue_s: float | None = Field(default=None, ge=0)
    #: Fetching inputs.
    load_s: float | None = Field(default=None, ge=0)
    render_s: float | None = Field(default=None, ge=0)
    #: Stills, hashes and upload, and waiting for them.
    store_s: float | None = Field(default=None, ge=0)
    #: The worker stood idle before this render, though work was waiting.
    idle_gap_s: float | None = Field(default=None, ge=0)

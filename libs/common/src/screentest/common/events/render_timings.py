"""Where the seconds of a render went, as its worker measured them."""

from pydantic import Field

from screentest.common.recipes import Frozen


class RenderTimings(Frozen):
    """Seconds by phase; None where a phase was not measured."""

    #: From the release to the claim.
    queue_s: float | None = Field(default=None, ge=0)
    #: Fetching inputs and loading models.
    load_s: float | None = Field(default=None, ge=0)
    render_s: float | None = Field(default=None, ge=0)
    #: Stills, hashes and upload.
    store_s: float | None = Field(default=None, ge=0)
    #: The worker stood idle before this render, though work was waiting.
    idle_gap_s: float | None = Field(default=None, ge=0)

"""What a batch would be, before anybody pays for it."""

from typing import Any

from pydantic import Field

from screentest.api.domain.batches import BatchAxis
from screentest.api.domain.estimates import Quote
from screentest.common.recipes import Frozen


class PreviewedCell(Frozen):
    """One test shot that would be asked for."""

    index: int
    at: list[int | None] = Field(
        description="Position on every axis; null where a baseline varies nothing."
    )
    character_id: int
    label: str = Field(examples=["cfg 6 · film-look 0.8"])
    differs: dict[str, Any] = Field(description="What the axes set.", examples=[{"cfg": 6}])
    recipe_hash: str
    is_kept: bool = Field(
        description="The batch that is laid out anew has its test shot, done or to come."
    )
    is_rendered: bool = Field(description="An identical render is there, and would be taken.")
    is_rendering: bool = Field(description="An identical render was asked for, and is shared.")
    estimate_s: float | None = Field(
        description="Seconds of GPU it is expected to take; null when nothing is known, 0 when "
        "nothing is rendered for it."
    )


class BatchPreview(Frozen):
    """The matrix of a batch that was not asked for yet."""

    scene_type_id: int
    count: int = Field(description="How many cells there are.")
    limit: int = Field(description="How many a batch may have.")
    to_render: int = Field(
        description="Cells a render is made for; the others are kept, or take an identical one."
    )
    estimate_s: float | None = Field(
        description="Seconds of GPU of all cells together; null when one of them is not known."
    )
    quote: Quote = Field(description="What the cells to render are expected to cost.")
    axes: list[BatchAxis]
    cells: list[PreviewedCell]

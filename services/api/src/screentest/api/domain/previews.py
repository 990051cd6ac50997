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
    is_rendered: bool = Field(description="A scored test shot of this very recipe is there.")
    estimate_s: float | None = Field(
        description="Seconds of GPU it is expected to take; null when nothing is known, 0 when "
        "an identical render is there or under way."
    )


class BatchPreview(Frozen):
    """The matrix of a batch that was not asked for yet."""

    scene_type_id: int
    count: int = Field(description="How many cells there are.")
    limit: int = Field(description="How many a batch may have.")
    to_render: int = Field(
        description="Cells that are expected to be rendered: no identical render is there, under "
        "way, or asked for by a cell before."
    )
    estimate_s: float | None = Field(
        description="Seconds of GPU of all cells together; null when one of them is not known."
    )
    quote: Quote = Field(description="What the cells to render are expected to cost.")
    axes: list[BatchAxis]
    cells: list[PreviewedCell]

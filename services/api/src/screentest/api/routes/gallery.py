"""The gallery: every test shot ever made, filtered and sorted."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field, StringConstraints

from screentest.api.api_route import router as router_for
from screentest.api.auth import Viewer
from screentest.api.deps import Wired
from screentest.api.domain.facets import Facets
from screentest.api.domain.reviews import Decided
from screentest.api.domain.shots import Shot, ShotStatus
from screentest.api.problems.general import InvalidRequest
from screentest.api.schemas.fields import Reference
from screentest.api.schemas.pages import Cursor, Limit, Page, read_cursor, write_cursor
from screentest.api.schemas.reviews import Tag
from screentest.api.store.facets import fetch_facets
from screentest.api.store.gallery import (
    Filters,
    Order,
    Position,
    Sort,
    fetch_page,
    position_of,
)
from screentest.api.unit_of_work import InTx
from screentest.common.events import Verdict

router = router_for("test shots")

_LoraName = Annotated[
    str, StringConstraints(min_length=1, max_length=400), Field(examples=["film-look.safetensors"])
]


@router.get("/test-shots/gallery")
async def browse_test_shots(
    _: Viewer,
    tx: InTx,
    deps: Wired,
    scene_type_id: Annotated[Reference | None, Query()] = None,
    character_id: Annotated[Reference | None, Query()] = None,
    workflow_id: Annotated[Reference | None, Query()] = None,
    batch_id: Annotated[Reference | None, Query()] = None,
    status: Annotated[list[ShotStatus] | None, Query(description="Any of these.")] = None,
    verdict: Annotated[list[Verdict] | None, Query(description="Any of these.")] = None,
    promoted: bool | None = None,
    created_after: Annotated[datetime | None, Query(description="At or after.")] = None,
    created_before: Annotated[datetime | None, Query(description="Before.")] = None,
    q: Annotated[
        str | None,
        Query(max_length=200, description="Words, or their beginnings, all in the prompts."),
    ] = None,
    decision: Annotated[list[Decided] | None, Query(description="Any of these.")] = None,
    min_rating: Annotated[int | None, Query(ge=1, le=5)] = None,
    tag: Annotated[list[Tag] | None, Query(max_length=20, description="All of these.")] = None,
    lora: Annotated[
        list[_LoraName] | None, Query(max_length=50, description="Any of these.")
    ] = None,
    created_by_id: Annotated[Reference | None, Query()] = None,
    sort: Sort = Sort.DATE,
    order: Order = Order.DESC,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Shot]:
    """Test shots, newest first unless asked otherwise.

    By quality, rating or ranking those that have none come last, whichever end comes first.
    """
    filters = Filters(
        scene_type_id=scene_type_id,
        character_id=character_id,
        workflow_id=workflow_id,
        batch_id=batch_id,
        statuses=status and [one.value for one in status],
        verdicts=verdict and [one.value for one in verdict],
        promoted=promoted,
        created_after=created_after,
        created_before=created_before,
        text=q,
        decisions=decision and [one.value for one in decision],
        min_rating=min_rating,
        tags=tag,
        loras=lora,
        created_by_id=created_by_id,
    )
    after = _read(cursor, sort, order)
    found = await fetch_page(tx, filters, sort=sort, order=order, after=after, limit=limit + 1)
    items = found[:limit]
    following = _write(position_of(items[-1], sort), sort, order) if len(found) > limit else None
    return Page[Shot](items=deps.queue.of_shots(items), next=following)


@router.get("/test-shots/facets")
async def list_test_shot_facets(_: Viewer, tx: InTx) -> Facets:
    """The values that the gallery can be filtered by, as far as a test shot has them.

    The most used come first, 200 of a kind at most; counts end at 1000.
    """
    return await fetch_facets(tx)


def _write(position: Position, sort: Sort, order: Order) -> str:
    values = [one.isoformat() if isinstance(one, datetime) else one for one in position.values]
    return write_cursor(sort, order, position.id, values)


def _read(cursor: str | None, sort: Sort, order: Order) -> Position | None:
    """Where the page before ended.

    Raises:
        InvalidRequest: the cursor is not one of ours, or belongs to another sort order.
    """
    if cursor is None:
        return None
    of_sort, of_order, last_id, values = read_cursor(cursor, 4)
    if (of_sort, of_order) != (sort, order):
        raise _refused(f"it belongs to sort={of_sort}&order={of_order}: begin again without it")
    if not isinstance(last_id, int) or not isinstance(values, list):
        raise _refused('pass "next" of the page before as it is, or leave it out')
    try:
        return Position(id=last_id, values=_typed(sort, values))
    except (TypeError, ValueError) as error:
        raise _refused('pass "next" of the page before as it is, or leave it out') from error


def _typed(sort: Sort, values: list[Any]) -> tuple[Any, ...]:
    match sort, values:
        case Sort.DATE, [str() as created_at]:
            return (datetime.fromisoformat(created_at),)
        case Sort.CHARACTER, [str() as name, int() as character_id]:
            return (name, character_id)
        case Sort.QUALITY | Sort.RATING | Sort.RANKING, [None | float() | int() as value]:
            return (value,)
    raise ValueError(values)


def _refused(message: str) -> InvalidRequest:
    return InvalidRequest([{"where": "query.cursor", "message": message, "kind": "cursor"}])

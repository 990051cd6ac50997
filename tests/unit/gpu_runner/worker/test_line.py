"""Renders move along the line one behind the other."""

import asyncio
from uuid import UUID

import pytest

from screentest.gpu_runner.worker.line import Line, Place, Seat


async def seated(line: Line, number: int) -> Seat:
    await line.acquire(Place.STAGING)
    return Seat(line, UUID(int=number))


async def settled() -> None:
    """Let every task go as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_three_renders_are_on_the_line_and_a_fourth_waits():
    line = Line()
    first = await seated(line, 1)
    await first.move(Place.BACKEND)
    await first.move(Place.FINISHING)
    second = await seated(line, 2)
    await second.move(Place.BACKEND)
    await seated(line, 3)
    fourth = asyncio.create_task(seated(line, 4))
    await settled()

    assert not fourth.done()
    assert line.at(*Place) == (UUID(int=3), UUID(int=2), UUID(int=1))
    fourth.cancel()


async def test_render_keeps_its_place_until_the_next_is_free():
    """Else a storage that is away would fill the disk with clips."""
    line = Line()
    first = await seated(line, 1)
    await first.move(Place.BACKEND)
    second = await seated(line, 2)
    moving = asyncio.create_task(second.move(Place.BACKEND))
    await settled()

    assert second.place is Place.STAGING
    await first.move(Place.FINISHING)
    await moving
    assert (first.place, second.place) == (Place.FINISHING, Place.BACKEND)
    assert not line.is_taken(Place.STAGING)


async def test_render_that_is_stopped_while_it_waits_leaves_the_line_whole():
    line = Line()
    first = await seated(line, 1)
    await first.move(Place.BACKEND)
    second = await seated(line, 2)
    moving = asyncio.create_task(second.move(Place.BACKEND))
    await settled()
    moving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await moving
    second.leave()
    second.leave()
    first.leave()

    assert not any(line.is_taken(place) for place in Place)
    third = await seated(line, 3)
    await third.move(Place.BACKEND)
    assert line.at(Place.BACKEND) == (UUID(int=3),)


async def test_every_move_is_told():
    told: list[tuple[UUID, ...]] = []
    line = Line(lambda: told.append(line.at(*Place)))
    seat = await seated(line, 1)
    await seat.move(Place.BACKEND)
    await seat.move(Place.BACKEND)
    seat.leave()

    assert told == [(UUID(int=1),), (), (UUID(int=1),), ()]

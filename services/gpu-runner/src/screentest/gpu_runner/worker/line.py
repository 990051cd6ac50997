"""The line a render goes through: staged, rendered, finished; one render at each place.

While one renders the next is staged and the one before is stored. A render lets go of its place
only when it has the next one, so memory and disk are bounded: a finish that takes long holds up the
backend, and a render that takes long holds up the staging.
"""

import asyncio
from collections.abc import Callable
from enum import StrEnum
from uuid import UUID


class Place(StrEnum):
    """Where on the line."""

    #: It is claimed and its inputs are fetched; then it waits for the backend.
    STAGING = "staging"
    BACKEND = "backend"
    #: Its artefacts are made and stored, its end is recorded.
    FINISHING = "finishing"


class Line:
    """The places of one worker and who is there."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        """``changed`` is called whenever a render has moved."""
        self._locks = {place: asyncio.Lock() for place in Place}
        self._renders: dict[Place, UUID] = {}
        self._changed = changed

    def at(self, *places: Place) -> tuple[UUID, ...]:
        """The renders at ``places``."""
        return tuple(self._renders[place] for place in places if place in self._renders)

    def is_taken(self, place: Place) -> bool:
        """Whether another one would have to wait for ``place``."""
        return self._locks[place].locked()

    async def acquire(self, place: Place) -> None:
        """Wait for ``place``; in the order of arrival."""
        await self._locks[place].acquire()

    def enter(self, place: Place, render_id: UUID) -> None:
        """Say who has acquired ``place``."""
        self._renders[place] = render_id
        self._changed()

    def release(self, place: Place) -> None:
        """Leave ``place`` to the next."""
        self._locks[place].release()
        if self._renders.pop(place, None) is not None:
            self._changed()


class Seat:
    """One render's place on the line. It begins at `Place.STAGING`, which must be acquired."""

    def __init__(self, line: Line, render_id: UUID) -> None:
        self._line = line
        self._render_id = render_id
        self.place: Place | None = Place.STAGING
        line.enter(Place.STAGING, render_id)

    async def move(self, place: Place) -> None:
        """Wait for ``place`` and let go of the present one; nothing when it is there already."""
        if place is self.place:
            return
        await self._line.acquire(place)
        self.leave()
        self.place = place
        self._line.enter(place, self._render_id)

    def leave(self) -> None:
        """Leave the line; nothing when it was left before."""
        if self.place is not None:
            place, self.place = self.place, None
            self._line.release(place)

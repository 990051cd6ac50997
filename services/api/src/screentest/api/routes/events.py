"""Live events: what changes, as it changes, as server-sent events.

A program sends its API key as everywhere. A browser's EventSource cannot: it asks for a ticket
first, which opens one stream within a minute, so that no key ever stands in an address.
"""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from screentest.api.api_route import router as router_for
from screentest.api.auth import Require, Viewer
from screentest.api.deps import Wired, deps_of
from screentest.api.domain.users import Role, User
from screentest.api.problems.general import InvalidRequest, Unauthenticated
from screentest.api.store import tickets
from screentest.api.unit_of_work import InTx

router = router_for("events")


class RequireKeyOrTicket(Require):
    """The user of the API key, or of the ticket in the address."""

    async def check(self, request: Request) -> User:
        """The user of the request.

        Raises:
            Unauthenticated, Forbidden: as `Require`; or the ticket was used, or is too old.
        """
        ticket = request.query_params.get("ticket")
        if ticket is not None and getattr(request.state, "user", None) is None:
            async with deps_of(request).pool.acquire() as connection:
                user = await tickets.take_ticket(connection, ticket)
            if user is None:
                raise Unauthenticated(
                    "The ticket was used before or is older than a minute: "
                    "POST /api/events/ticket gives another."
                )
            request.state.user = user
        return await super().check(request)


class Ticket(BaseModel):
    """Opens one stream, once."""

    ticket: str
    expires_in_s: int = Field(examples=[60])


@router.post("/events/ticket", status_code=HTTPStatus.CREATED)
async def make_event_ticket(user: Viewer, tx: InTx, response: Response) -> Ticket:
    """A ticket for `GET /api/events?ticket=...`, for clients that cannot send headers."""
    response.headers["Cache-Control"] = "no-store"
    ticket = await tickets.make_ticket(tx, user.id)
    return Ticket(ticket=ticket, expires_in_s=tickets.LIFETIME_S)


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events as they happen. `ready` says from where; after `reset` what is "
            "shown has to be loaded anew, because too much was missed. `progress` events have no "
            "id and are not repeated. A comment comes every 15 s when nothing happens.",
            "content": {
                "text/event-stream": {
                    "schema": {"type": "string"},
                    "example": 'id: 42\nevent: test-shot.changed\ndata: {"id":7,"status":"scored"}'
                    "\n\n",
                }
            },
        }
    },
)
async def watch_events(
    request: Request,
    _: Annotated[User, Depends(RequireKeyOrTicket(Role.VIEWER))],
    deps: Wired,
    last_event_id: Annotated[
        str | None, Header(description="The last id that was seen; EventSource sends it itself.")
    ] = None,
    after: Annotated[
        int | None, Query(ge=0, description="The same, for clients that cannot send headers.")
    ] = None,
    ticket: Annotated[str | None, Query(description="Instead of an API key.")] = None,  # noqa: ARG001 - read by RequireKeyOrTicket
) -> StreamingResponse:
    """What happens, from now on or from where a client left off.

    A stream that was opened with a session's cookie ends with the session.
    """
    last_id = _last_id(last_event_id) if last_event_id else after
    return StreamingResponse(
        deps.live.stream(deps.pool, last_id, session=getattr(request.state, "session", None)),
        media_type="text/event-stream",
        # X-Accel-Buffering: proxies like nginx would collect events before they send them.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _last_id(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        message = "an id is a whole number: send the one of the last event as it is, or none"
        fault = {"where": "header.Last-Event-ID", "message": message, "kind": "last_event_id"}
        raise InvalidRequest([fault])
    return int(text)

"""Problems any route can answer with."""

from http import HTTPStatus
from typing import Any

from screentest.api.problems.problem import Problem


class InvalidRequest(Problem):
    """The request does not have the form the endpoint asks for.

    `errors` lists every fault: where it is (`body.name`, `query.limit`), and what is wrong there.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        faults = "; ".join(f"{error['where']}: {error['message']}" for error in errors)
        super().__init__(f"The request is not valid. {faults}.", errors=errors)


class BadRequest(Problem):
    """The request could not be read."""

    status = HTTPStatus.BAD_REQUEST


class Unauthenticated(Problem):
    """The request says not, or not truthfully, who it is from.

    Send `Authorization: Bearer st_...` with an API key that was not revoked, or sign in with it for
    the cookie of a session (`POST /api/session`). An administrator makes
    keys with `POST /api/users/{id}/api-keys`; `python -m screentest.api admin-key` makes the first.
    """

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer realm="screentest"'})


class Forbidden(Problem):
    """Your role does not allow this.

    Viewers read, creators make and change things, administrators also manage users and keys.
    """

    status = HTTPStatus.FORBIDDEN


class CrossSiteRequest(Problem):
    """The request changes something, and is not known to come from a page of this server.

    With the cookie of a session a request is only taken from our own pages, so that no other site
    can act in the name of who is signed in: `Sec-Fetch-Site` is `same-origin`; where a browser does
    not send that, `Origin` is this server's; where it sends neither, there is a header
    `X-Screentest-Client`. Behind a proxy that ends TLS, have the api trust what it says of the
    scheme (`SCREENTEST_API_TRUSTED_PROXIES`). An API key needs none of this.
    """

    status = HTTPStatus.FORBIDDEN


class PathNotFound(Problem):
    """The api has no such path. `GET /api/openapi.json` describes those it has."""

    status = HTTPStatus.NOT_FOUND


class MethodNotAllowed(Problem):
    """The path exists, but not for this method; the `Allow` header names those it has."""

    status = HTTPStatus.METHOD_NOT_ALLOWED


class BodyTooLarge(Problem):
    """The request is larger than the endpoint accepts."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            f"The request is larger than {limit_bytes} bytes, the most this path takes: "
            "send less, or have the limit raised (SCREENTEST_API_MAX_BODY_BYTES, "
            "SCREENTEST_API_MAX_IMAGE_BYTES).",
            limit_bytes=limit_bytes,
        )


class UnsupportedMediaType(Problem):
    """The body is of a kind the endpoint does not read; set Content-Type to one it does."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class IdempotencyKeyReused(Problem):
    """The Idempotency-Key was used for another request in the last 24 hours.

    A key stands for one request: same method, path and body. Make a new key for a new request.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class RequestInProgress(Problem):
    """A request with the same Idempotency-Key is still being answered; ask again in a moment."""

    status = HTTPStatus.CONFLICT


class AnswerNotKept(Problem):
    """The request was carried out before, but its answer held a secret that is shown only once.

    Nothing was done a second time. If the first answer was lost, revoke the key it made and make
    another with a new Idempotency-Key.
    """

    status = HTTPStatus.CONFLICT


class UnstorableValue(Problem):
    """The request holds a value that the database cannot keep, such as a NUL character."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class InternalError(Problem):
    """A fault of the api itself. It was logged; trying again may or may not help."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self) -> None:
        super().__init__(
            "The api failed to answer this request through a fault of its own: the cause is in its "
            "log."
        )


class Unavailable(Problem):
    """The database or the storage is away or busy; nothing was changed, try again shortly."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, detail: str | None = None, **extensions: Any) -> None:
        super().__init__(
            detail
            or "The database or the storage did not answer: nothing was changed, try again soon.",
            headers={"Retry-After": "2"},
            **extensions,
        )

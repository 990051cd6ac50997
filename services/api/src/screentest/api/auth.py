"""Who is asking, and whether their role allows it.

A route takes `Viewer`, `Creator` or `Admin` as a parameter; `ApiRoute` checks it before the body is
read. Must never see the secret of a key or a session stored anywhere: only its hash is.
"""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from screentest.api.deps import deps_of
from screentest.api.domain.sessions import (
    CLIENT_HEADER,
    SAFE_METHODS,
    comes_from_own_page,
    cookie_name,
)
from screentest.api.domain.users import Role, User, is_same_key, prefix_of
from screentest.api.problems.general import CrossSiteRequest, Forbidden, Unauthenticated
from screentest.api.store import sessions, users
from screentest.common.db import Connection

_BEARER = HTTPBearer(
    scheme_name="ApiKey",
    description="An API key: `Authorization: Bearer st_<prefix>_<secret>`.",
    auto_error=False,
)
_COOKIE = APIKeyCookie(
    name=cookie_name(is_https=False),
    scheme_name="Session",
    description="The cookie of `POST /api/session`; over https it is called "
    f"`{cookie_name(is_https=True)}`.",
    auto_error=False,
)


class Require:
    """A dependency: the user of the request, who has at least this role."""

    def __init__(self, role: Role) -> None:
        self.role = role

    async def __call__(
        self,
        request: Request,
        _: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
        __: Annotated[str | None, Security(_COOKIE)],
    ) -> User:
        """The user; the parameters declare the security schemes in the OpenAPI document."""
        return await self.check(request)

    async def check(self, request: Request) -> User:
        """The user of the request.

        Raises:
            Unauthenticated: no key or cookie, or none that opens anything.
            CrossSiteRequest: see `identify`.
            Forbidden: the role is too low.
        """
        user = await identify(request)
        if not user.role.includes(self.role):
            raise Forbidden(
                f'"{user.name}" has the role {user.role} and this takes {self.role}: '
                "ask an administrator for it.",
                needs=self.role.value,
            )
        return user


async def identify(request: Request) -> User:
    """The user whose key, or else whose session's cookie, the request carries.

    Looked up once a request.

    Raises:
        Unauthenticated: no key or cookie, or none that opens anything.
        CrossSiteRequest: it has a cookie, would change something, and is not from a page of ours.
    """
    known: User | None = getattr(request.state, "user", None)
    if known is None:
        token = None if "authorization" in request.headers else token_in(request)
        known = await (_key_holder(request) if token is None else _signed_in(request, token))
        request.state.user = known
    return known


def is_https(request: Request) -> bool:
    """Whether the client came by https: to us, or to a proxy that is trusted to say so."""
    return request.url.scheme == "https"


def token_in(request: Request) -> str | None:
    """What the session's cookie holds."""
    return request.cookies.get(cookie_name(is_https=is_https(request)))


def check_own_page(request: Request) -> None:
    """Refuse what another site's page may have sent with the cookie of one of our users.

    Raises:
        CrossSiteRequest: nothing says that the request is ours.
    """
    origin = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if not comes_from_own_page(request.headers, origin):
        raise CrossSiteRequest(
            f"The request carries the cookie of a session and is not from a page of {origin}: "
            f"send it from there, or with the header {CLIENT_HEADER}, or with an API key "
            "(Authorization: Bearer st_...) instead of the cookie."
        )


async def holder_of_key(connection: Connection, secret: str) -> tuple[User, int]:
    """The user of an API key, and the key's id.

    Raises:
        Unauthenticated: it opens nothing.
    """
    found = await users.holder_of(connection, prefix_of(secret) or "")
    if not is_same_key(secret, found[1] if found else None) or found is None:
        raise Unauthenticated("The API key is unknown or was revoked: use another one.")
    user, _, key_id, is_stale = found
    if is_stale:
        await users.note_use(connection, key_id)
    return user, key_id


async def _key_holder(request: Request) -> User:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Unauthenticated("No API key came with the request: send Authorization: Bearer st_...")
    async with deps_of(request).pool.acquire() as connection:
        return (await holder_of_key(connection, secret.strip()))[0]


async def _signed_in(request: Request, token: str) -> User:
    async with deps_of(request).pool.acquire() as connection:
        found = await sessions.holder_of(connection, token)
        if found is None:
            raise Unauthenticated("The session has ended: sign in again (POST /api/session).")
        if request.method not in SAFE_METHODS:
            check_own_page(request)
        user, expires_at, key_id, is_stale = found
        if is_stale:
            await users.note_use(connection, key_id)
            expires_at = await sessions.note_use(connection, token) or expires_at
    request.state.session = sessions.name_of(token)
    request.state.session_expires_at = expires_at
    return user


Viewer = Annotated[User, Depends(Require(Role.VIEWER))]
Creator = Annotated[User, Depends(Require(Role.CREATOR))]
Admin = Annotated[User, Depends(Require(Role.ADMIN))]

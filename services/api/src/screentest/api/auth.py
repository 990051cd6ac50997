"""Who is asking, and whether their role allows it.

A route takes `Viewer`, `Creator` or `Admin` as a parameter; `ApiRoute` checks it before the body is
read. Must never see a key's secret stored anywhere: only its hash is.
"""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from screentest.api.deps import deps_of
from screentest.api.domain.users import Role, User, is_same_key, prefix_of
from screentest.api.problems.general import Forbidden, Unauthenticated
from screentest.api.store import users

_BEARER = HTTPBearer(
    scheme_name="ApiKey",
    description="An API key: `Authorization: Bearer st_<prefix>_<secret>`.",
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
    ) -> User:
        """The user; the parameter declares the security scheme in the OpenAPI document."""
        return await self.check(request)

    async def check(self, request: Request) -> User:
        """The user of the request.

        Raises:
            Unauthenticated: no key, or none that opens anything.
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
    """The user whose key the request carries; looked up once a request.

    Raises:
        Unauthenticated: no key, or none that opens anything.
    """
    known: User | None = getattr(request.state, "user", None)
    if known is None:
        known = request.state.user = await _holder(request, _secret_in(request))
    return known


def _secret_in(request: Request) -> str:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Unauthenticated("No API key came with the request: send Authorization: Bearer st_...")
    return secret.strip()


async def _holder(request: Request, secret: str) -> User:
    async with deps_of(request).pool.acquire() as connection:
        found = await users.holder_of(connection, prefix_of(secret) or "")
        if not is_same_key(secret, found[1] if found else None) or found is None:
            raise Unauthenticated("The API key is unknown or was revoked: use another one.")
        user, _, key_id, is_stale = found
        if is_stale:
            await users.note_use(connection, key_id)
    return user


Viewer = Annotated[User, Depends(Require(Role.VIEWER))]
Creator = Annotated[User, Depends(Require(Role.CREATOR))]
Admin = Annotated[User, Depends(Require(Role.ADMIN))]

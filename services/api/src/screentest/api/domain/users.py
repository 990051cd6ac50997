"""People, what their role allows, and the keys they are known by."""

import hashlib
import hmac
import secrets
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from screentest.common.recipes import Frozen

_PREFIX_BYTES = 6
_SECRET_BYTES = 32
#: Compared against when no key has the prefix, so that both cases take the same time.
_NOBODY = "0" * 64


class Role(StrEnum):
    """What a person may do. Each role may also do what the ones before it may."""

    VIEWER = "viewer"
    CREATOR = "creator"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Whether this role may do what ``other`` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)


class User(Frozen):
    """A person, or a program acting for one."""

    id: int = Field(examples=[1])
    name: str = Field(examples=["ada"])
    role: Role = Field(examples=[Role.CREATOR])
    weight: float = Field(
        default=1.0,
        description="Share of a lane, relative to others': with 2 twice as much as with 1.",
    )
    created_at: datetime
    updated_at: datetime


class ApiKey(Frozen):
    """A key as it may be shown: without its secret."""

    id: int = Field(examples=[7])
    user_id: int = Field(examples=[1])
    #: What the key begins with, to tell keys apart.
    prefix: str = Field(examples=["st_5f2c0a9be4d1"])
    created_at: datetime
    #: To the minute.
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class NewKey(Frozen):
    """A key that was just made; the only time it is seen."""

    prefix: str
    secret: str
    sha256: str


def make_key() -> NewKey:
    """A new key: ``st_<prefix>_<256 random bits>``."""
    prefix = f"st_{secrets.token_hex(_PREFIX_BYTES)}"
    secret = f"{prefix}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    return NewKey(prefix=prefix, secret=secret, sha256=sha256_of(secret))


def prefix_of(secret: str) -> str | None:
    """The part of a key it is looked up by; None when the text is no key."""
    parts = secret.split("_", 2)
    if len(parts) != 3 or parts[0] != "st" or not parts[1] or not parts[2]:  # noqa: PLR2004
        return None
    return f"st_{parts[1]}"


def sha256_of(secret: str) -> str:
    """What is stored of a key. 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_same_key(secret: str, stored_sha256: str | None) -> bool:
    """Compare in constant time, also when there is nothing to compare with."""
    return hmac.compare_digest(sha256_of(secret), stored_sha256 or _NOBODY)

"""Identifiers that sort by the time they were made (UUIDv7, RFC 9562)."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A new UUIDv7: unique everywhere, and ordered by creation within this process."""
    return uuid_utils.compat.uuid7()

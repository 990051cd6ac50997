"""The time of day; decisions that depend on it are handed it."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that may

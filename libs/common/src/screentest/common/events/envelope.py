"""The envelope: CloudEvents 1.0 attributes in the properties and headers of an AMQP message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Who said what, when, about what."""

    id: UUID
    #: The service that said it: ``screentest/dispatcher``.
    source: str
    type: str
    #: When it happened, aware.
    time: datetime
    subject: str
    #: W3C trace context of the request that caused it.
    traceparent: str | None = None
    #: How often delivery was put off after a transient failure.
    retries: int = 0

    def headers(self) -> dict[str, Any]:
        """AMQP headers; id, type and time travel as message properties as well."""
        headers: dict[str, Any] = {
            "ce-specversion": "1.0",
            "ce-id": str(self.id),
            "ce-source": self.source,
            "ce-type": self.type,
            "ce-time": self.time.isoformat(),
            "ce-subject": self.subject,
        }
        if self.traceparent:
            headers["traceparent"] = self.traceparent
        if self.retries:
            headers["x-retries"] = self.retries
        return headers

    @classmethod
    def from_headers(cls, headers: Mapping[str, Any]) -> "Envelope":
        """Read an envelope.

        Raises:
            KeyError, ValueError: an attribute is missing or not of its type.
        """
        return cls(
            id=UUID(headers["ce-id"]),
            source=headers["ce-source"],
            type=headers["ce-type"],
            time=datetime.fromisoformat(headers["ce-time"]),
            subject=headers["ce-subject"],
            traceparent=headers.get("traceparent"),
            retries=int(headers.get("x-retries", 0)),
        )

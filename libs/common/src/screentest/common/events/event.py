"""What all events have in common.

Within v1 only optional fields are added; a rename or a new meaning is a new class with a new type.
"""

from typing import ClassVar

from screentest.common.recipes import Frozen


class Event(Frozen):
    """A fact that has happened, as one frozen JSON object of at most 64 kB."""

    #: Type and routing key, with its version: ``shot.requested.v1``.
    type: ClassVar[str]
    #: Worth nothing in half a minute: published without the outbox, never stored, never retried.
    transient: ClassVar[bool] = False

    @property
    def subject(self) -> str:
        """What the event is about. Events of one subject are published in order."""
        raise NotImplementedError

    @property
    def routing_key(self) -> str:
        """Where the broker sends it: the type, and what a work queue selects by."""
        return self.type

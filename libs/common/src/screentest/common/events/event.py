"""What all events have in common.

Within v1 only optional fields are added; a rename or a new meaning is a new class with a new type.
"""

from typing import ClassVar

from screentest.common.recipes import Frozen


class Event(Frozen):
    """A fact that has happened, as one frozen JSON object of at most 64 kB."""

    #: Type and routing key, with its version: ``shot.requested.v1``.
    type: ClassVar[str]
    #: Whether somebody must be listening; an event nobody can receive waits in the outbox.
    mandatory: ClassVar[bool] = True

    @property
    def subject(self) -> str:
        """What the event is about. Events of one subject are published in order."""
        raise NotImplementedError

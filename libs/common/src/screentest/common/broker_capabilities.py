"""What a broker can do, judged by what it says of itself when we connect.

RabbitMQ accepts queue arguments it does not know in silence, so a limit can be configured and
absent. Asked once at every connect; knows nothing of connections.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Since then quorum queues have a time to live and move dead letters with confirms: we need both.
_OLDEST = (3, 10)
#: The next one nobody has tried.
_NEWEST_MAJOR = 4
_NEEDED = ("publisher_confirms", "basic.nack", "consumer_cancel_notify")


class UnfitBroker(Exception):  # noqa: N818 - says what is the matter
    """The broker lacks what the messages need; the sentence says what."""


@dataclass(frozen=True, kw_only=True)
class BrokerCapabilities:
    """What differs between the brokers that will do."""

    version: str
    #: After how many deliveries a message is dead where no policy says so; None: never.
    delivery_limit: int | None
    #: Where the time a consumer may take to acknowledge can be set: node, or policy.
    ack_timeout_set_by: str
    #: One sentence for the operator, or None.
    warning: str | None


def judge(properties: Mapping[str, Any]) -> BrokerCapabilities:
    """What the broker with these server properties can do.

    Raises:
        UnfitBroker: it lacks something that messages would be lost without.
    """
    product, version = str(properties.get("product", "")), str(properties.get("version", ""))
    told: Mapping[str, Any] = properties.get("capabilities") or {}
    if missing := [name for name in _NEEDED if not told.get(name)]:
        raise UnfitBroker(
            f"{product or 'The broker'} {version} does not offer {', '.join(missing)}, without "
            "which messages would be lost: use RabbitMQ 3.10 or newer."
        )
    number = _number(version)
    if product == "RabbitMQ" and number is not None and number < _OLDEST:
        raise UnfitBroker(
            f"RabbitMQ {version} is too old: its quorum queues have no time to live and lose dead "
            "letters; use 3.10 or newer."
        )
    is_4 = number is not None and number >= (4, 0)
    return BrokerCapabilities(
        version=version,
        delivery_limit=20 if is_4 else None,
        ack_timeout_set_by="policy" if number is not None and number >= (3, 12) else "node",
        warning=_warning(product, version, number),
    )


def _number(version: str) -> tuple[int, int] | None:
    match = re.match(r"(\d+)\.(\d+)", version)
    return (int(match[1]), int(match[2])) if match else None


def _warning(product: str, version: str, number: tuple[int, int] | None) -> str | None:
    if product != "RabbitMQ" or number is None:
        return (
            f"{product or 'The broker'} {version} is not RabbitMQ as we know it: quorum queues and "
            "dead letters have not been tried with it."
        )
    if number[0] > _NEWEST_MAJOR:
        return f"RabbitMQ {version} is newer than what has been tried (3.10 to {_NEWEST_MAJOR}.x)."
    return None

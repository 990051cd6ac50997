"""Names of exchanges and queues, and how to declare them.

A changed queue argument is a new queue name, never an edit: a broker refuses to redeclare a queue
with other arguments.
"""

from dataclasses import dataclass
from typing import Any, cast

from faststream.rabbit import ExchangeType, QueueType, RabbitExchange, RabbitQueue
from faststream.rabbit.schemas.queue import QuorumQueueArgs

from screentest.common.events import Event

EVENTS = RabbitExchange("screentest.events", type=ExchangeType.TOPIC)
#: Takes a dead letter with the name of the queue it died in as routing key.
DEAD = RabbitExchange("screentest.dead", type=ExchangeType.TOPIC)
#: Brings a message back to the queue that its routing key names: after a delay, or when it is
#: replayed. Not the default exchange: who may write to that may write into everybody's queues.
AGAIN = RabbitExchange("screentest.again", type=ExchangeType.TOPIC)


@dataclass(frozen=True)
class RetryDelay:
    """How long a message that met a transient failure waits before it is delivered again."""

    name: str
    seconds: int

    @property
    def exchange(self) -> RabbitExchange:
        """Takes a message with the name of its own queue as routing key."""
        return RabbitExchange(f"screentest.put-off.{self.name}", type=ExchangeType.TOPIC)

    def queue(self, service: str) -> RabbitQueue:
        """Holds messages for the delay; then `AGAIN` brings each back to its queue.

        One time to live per queue, because messages expire at the head only.
        """
        return _quorum(
            f"{service}.put-off.{self.name}",
            f"{service}.#",
            {
                "x-message-ttl": self.seconds * 1000,
                "x-dead-letter-exchange": AGAIN.name,
                **_NEVER_LOSE,
            },
        )


RETRY_DELAYS = (RetryDelay("1s", 1), RetryDelay("10s", 10), RetryDelay("1m", 60))
"""Growing delays; the last one repeats without limit."""


def retry_delay(retries: int) -> RetryDelay:
    """The delay after ``retries`` earlier ones."""
    return RETRY_DELAYS[min(retries, len(RETRY_DELAYS) - 1)]


#: What every service declares when it starts.
EXCHANGES = (EVENTS, DEAD, AGAIN, *(delay.exchange for delay in RETRY_DELAYS))


def kebab(event: type[Event]) -> str:
    """``shot.requested.v1`` -> ``shot-requested``."""
    return "-".join(event.type.split(".")[:-1])


def queue_name(service: str, event: type[Event]) -> str:
    """The queue of one service for one event: ``qa.on-segment-rendered``."""
    return f"{service}.on-{kebab(event)}"


def work_queue(name: str, *, routing_key: str, unused_s: int | None = None) -> RabbitQueue:
    """A durable queue whose rejected messages go to `dead_queue` of its name.

    With ``unused_s`` the broker drops it, and all that is in it, once nobody has taken from it for
    so many seconds.
    """
    arguments: dict[str, Any] = {
        "x-dead-letter-exchange": DEAD.name,
        "x-dead-letter-routing-key": name,
        **_NEVER_LOSE,
    }
    if unused_s is not None:
        arguments["x-expires"] = unused_s * 1000
    return _quorum(name, routing_key, arguments)


def dead_queue(name: str) -> RabbitQueue:
    """Where messages of queue ``name`` go that can never be handled."""
    return _quorum(f"{name}.dead", name, {})


def render_queue(service: str, renderer: str, capability_class: str = "") -> str:
    """The queue of renders for one kind of worker: ``gpu-runner.render.comfyui.a1b2``."""
    return ".".join(filter(None, (service, "render", renderer, capability_class)))


def dead_renders(service: str, renderer: str) -> RabbitQueue:
    """Where renders go that can never be done, those of all its capability classes.

    Classes come and go, and nobody would look for the dead of one that is gone.
    """
    name = render_queue(service, renderer)
    return _quorum(f"{name}.dead", f"{name}.#", {})


def fleeting_queue(name: str, *, routing_key: str) -> RabbitQueue:
    """A queue all replicas share that forgets a message nobody took in 15 s."""
    return RabbitQueue(
        name, durable=True, routing_key=routing_key, arguments={"x-message-ttl": 15_000}
    )


def private_queue(name: str, *, routing_key: str) -> RabbitQueue:
    """A queue of one process, gone with it: every replica hears the event."""
    return RabbitQueue(
        name, durable=False, exclusive=True, auto_delete=True, routing_key=routing_key
    )


# Dead letters are moved with confirms. Declared here and not left to a policy: brokers since 4.0
# drop a message after 20 deliveries, and an operator who forgot the policy would lose it.
_NEVER_LOSE = {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}


def _quorum(name: str, routing_key: str, arguments: dict[str, Any]) -> RabbitQueue:
    return RabbitQueue(
        name,
        queue_type=QueueType.QUORUM,
        durable=True,
        routing_key=routing_key,
        arguments=cast("QuorumQueueArgs", arguments),
    )

"""RabbitMQ's definitions: a user a service, what each may do, limits, exchanges and queues.

``python -m screentest.common.broker_definitions [--vhost VHOST] [--passwords]`` prints them as JSON
for `rabbitmqctl import_definitions`. Everything follows from `services` and `topology`; nothing
here knows a broker. deploy/rabbitmq/definitions.json is the output, and a test holds it to that.
"""

import argparse
import base64
import hashlib
import json
import secrets
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from faststream.rabbit import RabbitExchange, RabbitQueue
from pydantic_settings import BaseSettings, SettingsConfigDict

from screentest.common.events import Event, RenderRequested
from screentest.common.recipes import Renderer
from screentest.common.services import SERVICES
from screentest.common.topology import (
    AGAIN,
    DEAD,
    EVENTS,
    EXCHANGES,
    RETRY_DELAYS,
    dead_queue,
    dead_renders,
    queue_name,
    render_queue,
    work_queue,
)

OPERATOR = "operator"
"""Who lists, shows and replays dead letters, and may do nothing else."""

ACCOUNTS = (*SERVICES, OPERATOR)

_NOTHING = "^$"
_OUR_QUEUES = f"({'|'.join(SERVICES)})"


def user_of(account: str) -> str:
    """The broker's user of a service, or of the operator: ``screentest-qa``."""
    return f"screentest-{account}"


def definitions(
    vhost: str = "/", *, password_hashes: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Everything, for ``rabbitmqctl import_definitions``.

    ``password_hashes`` by account, as `password_hash` makes them. A user without one exists and
    cannot log in until it is given a password.
    """
    return {
        "vhosts": [{"name": vhost}],
        **accounts(vhost, password_hashes=password_hashes),
        "policies": policies(vhost),
        **_declarations(vhost),
    }


def accounts(vhost: str, *, password_hashes: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Users, and what each may do in ``vhost``."""
    hashes = password_hashes or {}
    return {
        "users": [
            {
                "name": user_of(account),
                "password_hash": hashes.get(account, ""),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": [],
            }
            for account in ACCOUNTS
        ],
        "permissions": [{"user": user_of(a), "vhost": vhost, **_access(a)} for a in ACCOUNTS],
        "topic_permissions": [
            {"user": user_of(account), "vhost": vhost, "exchange": exchange, **patterns}
            for account in ACCOUNTS
            for exchange, patterns in _topics(account)
        ],
    }


def policies(vhost: str) -> list[dict[str, Any]]:
    """Limits, the same on every broker; whoever wants others changes them here and nowhere else.

    A full queue refuses what is published: the outbox keeps it, and nothing is lost.
    """
    work = rf"^{_OUR_QUEUES}\.(on-|render\.)"
    return [
        # A message that kills its handler is delivered so often; brokers before 4.0 have no limit.
        _policy(vhost, "work", f"{work}.*(?<!\\.dead)$", {"delivery-limit": 20} | _most(100_000)),
        _policy(vhost, "put-off", rf"^{_OUR_QUEUES}\.put-off\.", _most(100_000)),
        _policy(
            vhost,
            "dead",
            rf"{work}.*\.dead$",
            {"max-length-bytes": 256 * 1024 * 1024, "overflow": "reject-publish"},
        ),
    ]


def password_hash(password: str, *, salt: bytes | None = None) -> str:
    """RabbitMQ's salted SHA-256: base64(salt + sha256(salt + password)), a salt of 4 bytes."""
    salt = secrets.token_bytes(4) if salt is None else salt
    digest = hashlib.sha256(salt + password.encode()).digest()
    return base64.b64encode(salt + digest).decode("ascii")


def _access(account: str) -> dict[str, str]:
    """What a user may configure, write and read.

    A service: its own queues and the exchanges that all declare; which keys of an exchange, the
    topic permissions say. Declaring a queue needs all three on it, and binding it to an exchange
    needs to read that.
    """
    if account == OPERATOR:
        again = f"^{_literal(AGAIN.name)}$"
        return {"configure": _NOTHING, "write": again, "read": rf"^{_OUR_QUEUES}\..+\.dead$"}
    exchanges = "|".join(_literal(exchange.name) for exchange in EXCHANGES)
    ours = rf"^({account}\..+|{exchanges})$"
    return {"configure": ours, "write": ours, "read": ours}


def _topics(account: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Exchange, and the routing keys a user may publish (write) and bind (read) there."""
    if account == OPERATOR:
        yield AGAIN.name, {"write": rf"^{_OUR_QUEUES}\..+$", "read": _NOTHING}
        return
    part = SERVICES[account]
    yield EVENTS.name, {"write": _keys(part.says), "read": _keys(part.hears)}
    own = rf"^{account}\..+$"
    for exchange in EXCHANGES:
        if exchange is not EVENTS:
            yield exchange.name, {"write": own, "read": own}


def _keys(events: tuple[type[Event], ...]) -> str:
    """The routing keys of events; a render request's also says what kind of worker is meant."""
    keys = [
        _literal(event.type) + (r"\..+" if event is RenderRequested else "") for event in events
    ]
    return f"^({'|'.join(keys)})$" if keys else _NOTHING


def _literal(name: str) -> str:
    return name.replace(".", r"\.")


def _most(messages: int) -> dict[str, Any]:
    return {"max-length": messages}


def _policy(vhost: str, name: str, pattern: str, definition: dict[str, Any]) -> dict[str, Any]:
    return {
        "vhost": vhost,
        "name": f"screentest-{name}",
        "pattern": pattern,
        "apply-to": "queues",
        "priority": 0,
        "definition": definition,
    }


def _declarations(vhost: str) -> dict[str, Any]:
    """Exchanges, queues and bindings that services declare too.

    Not those for events that may be lost: they come with who hears them.
    """
    queues: list[dict[str, Any]] = []
    bindings: list[dict[str, Any]] = []
    for queue, places in _queues():
        queues.append(
            {
                "name": queue.name,
                "vhost": vhost,
                "durable": queue.durable,
                "auto_delete": queue.auto_delete,
                "arguments": dict(queue.arguments or {}),
            }
        )
        bindings += [
            {
                "source": exchange.name,
                "vhost": vhost,
                "destination": queue.name,
                "destination_type": "queue",
                "routing_key": key,
                "arguments": {},
            }
            for exchange, key in places
        ]
    exchanges: list[dict[str, Any]] = [
        {
            "name": exchange.name,
            "vhost": vhost,
            "type": exchange.type.value,
            "durable": True,
            "auto_delete": False,
            "internal": False,
            "arguments": {},
        }
        for exchange in EXCHANGES
    ]
    return {"exchanges": exchanges, "queues": queues, "bindings": bindings}


def _queues() -> Iterator[tuple[RabbitQueue, list[tuple[RabbitExchange, str]]]]:
    """Every queue with where it is bound."""
    for service, part in SERVICES.items():
        for delay in RETRY_DELAYS:
            queue = delay.queue(service)
            yield queue, [(delay.exchange, queue.routing())]
        for event in part.hears:
            if event is RenderRequested:
                for renderer in Renderer:
                    name = render_queue(service, renderer)
                    yield _work(name, event.key_of(renderer))
                    yield _dead(dead_renders(service, renderer))
            elif not event.transient:
                name = queue_name(service, event)
                yield _work(name, event.type)
                yield _dead(dead_queue(name))


def _work(name: str, key: str) -> tuple[RabbitQueue, list[tuple[RabbitExchange, str]]]:
    return work_queue(name, routing_key=key), [(EVENTS, key), (AGAIN, name)]


def _dead(queue: RabbitQueue) -> tuple[RabbitQueue, list[tuple[RabbitExchange, str]]]:
    return queue, [(DEAD, queue.routing())]


class Passwords(BaseSettings):
    """The passwords of the broker's users, SCREENTEST_AMQP_PASSWORD_*."""

    model_config = SettingsConfigDict(env_prefix="SCREENTEST_AMQP_PASSWORD_")

    api: str
    dispatcher: str
    gpu_runner: str
    qa: str
    promotion: str
    operator: str

    def hashes(self) -> dict[str, str]:
        """By account."""
        return {
            account: password_hash(getattr(self, account.replace("-", "_"))) for account in ACCOUNTS
        }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--vhost", default="/", help="virtual host (default: %(default)s)")
    parser.add_argument(
        "--passwords",
        action="store_true",
        help="with the hashes of SCREENTEST_AMQP_PASSWORD_API, _DISPATCHER, _GPU_RUNNER, _QA, "
        "_PROMOTION and _OPERATOR",
    )
    arguments = parser.parse_args()
    hashes = Passwords().hashes() if arguments.passwords else None
    text = json.dumps(definitions(arguments.vhost, password_hashes=hashes), indent=2)
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()

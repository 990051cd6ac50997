"""The AsyncAPI documents of the services, made from the event contracts.

``python -m screentest.common.asyncapi FOLDER`` writes one a service. Made here and not by
FastStream, whose generator does not see events that leave through the outbox.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from screentest.common.events import Envelope, Event, RenderRequested
from screentest.common.services import SERVICES
from screentest.common.topology import EVENTS, queue_name


def document(service: str) -> dict[str, Any]:
    """AsyncAPI 3.0 of ``service``."""
    part = SERVICES[service]
    events = sorted({*part.hears, *part.says}, key=lambda event: event.type)
    _, schemas = models_json_schema(
        [(event, "serialization") for event in events],
        ref_template="#/components/schemas/{model}",
    )
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Screentest {service}",
            "version": version("screentest-common"),
            "description": "Events are JSON, with CloudEvents 1.0 attributes in the headers.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {event.__name__: _channel(event) for event in events},
        "operations": {
            f"{action}{event.__name__}": _operation(service, action, event)
            for action, these in (("receive", part.hears), ("send", part.says))
            for event in these
        },
        "components": {
            "messages": {event.__name__: _message(event) for event in events},
            "schemas": {"Envelope": _ENVELOPE, **schemas["$defs"]},
        },
    }


def _channel(event: type[Event]) -> dict[str, Any]:
    return {
        "address": _address(event),
        "messages": {event.__name__: {"$ref": f"#/components/messages/{event.__name__}"}},
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": EVENTS.name, "type": "topic", "durable": True},
            }
        },
    }


def _address(event: type[Event]) -> str:
    return f"{event.type}.{{renderer}}" if event is RenderRequested else event.type


def _queue(service: str, event: type[Event]) -> str:
    """The queue as `Consumer` or, for renders, `WorkQueue` names it."""
    if event is RenderRequested:
        return f"{service}.render.{{renderer}}"
    return queue_name(service, event)


def _operation(service: str, action: str, event: type[Event]) -> dict[str, Any]:
    channel = f"#/channels/{event.__name__}"
    description = {"receive": f"From queue {_queue(service, event)}.", "send": "Is said."}
    return {
        "action": action,
        "description": description[action],
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{event.__name__}"}],
    }


def _message(event: type[Event]) -> dict[str, Any]:
    return {
        "name": event.type,
        "title": event.__name__,
        "summary": (event.__doc__ or "").strip().split("\n", maxsplit=1)[0],
        "headers": {"$ref": "#/components/schemas/Envelope"},
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
    }


_ENVELOPE = {
    "type": "object",
    "description": (Envelope.__doc__ or "").strip(),
    "required": ["ce-specversion", "ce-id", "ce-source", "ce-type", "ce-time", "ce-subject"],
    "properties": {
        "ce-specversion": {"const": "1.0"},
        "ce-id": {"type": "string", "format": "uuid"},
        "ce-source": {"type": "string"},
        "ce-type": {"type": "string"},
        "ce-time": {"type": "string", "format": "date-time"},
        "ce-subject": {"type": "string"},
        "traceparent": {"type": "string"},
        "x-retries": {"type": "integer"},
    },
}


def write(folder: Path) -> None:
    """Write ``<service>.json`` for every service."""
    folder.mkdir(parents=True, exist_ok=True)
    for service in SERVICES:
        text = json.dumps(document(service), indent=1, ensure_ascii=False)
        (folder / f"{service}.json").write_text(f"{text}\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]))

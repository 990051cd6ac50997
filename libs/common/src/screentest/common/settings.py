"""Settings every service reads from the environment.

A service adds its own in its `settings.py`; must never hold a default that is only right on one
machine.
"""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

Found = TypeVar("Found", bound=BaseSettings)


def from_environment(kind: type[Found]) -> Found:
    """The settings as the environment has them.

    Raises:
        SystemExit: some are missing or wrong. The sentence names each, and never its value: that
            may be a password.
    """
    try:
        return kind()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        sentence = "; ".join(_said(kind, fault) for fault in faults)
    except SettingsError as error:  # not even JSON
        names = re.findall(r'field "(\w+)"', str(error))
        sentence = f"{', '.join(_variable(kind, name) for name in names)} is not valid JSON"
    sys.exit(f"In the environment: {sentence}.")


def _said(kind: type[BaseSettings], fault: Mapping[str, Any]) -> str:
    if not fault["loc"]:
        return str(fault["msg"]).removeprefix("Value error, ").rstrip(".")
    field, *inner = map(str, fault["loc"])
    variable = ".".join([_variable(kind, field), *inner])
    if fault["type"] == "missing":
        return f"{variable} is not set"
    return f"{variable} is not right ({fault['msg']})"


def _variable(kind: type[BaseSettings], field: str) -> str:
    """What the environment calls a field, which may be known by that already."""
    known = kind.model_fields.get(field)
    if known is None:
        return field
    return str(known.validation_alias or f"{kind.model_config['env_prefix']}{field}".upper())


def shared(name: str, default: Any = ...) -> Any:
    """A field read from SCREENTEST_<name>, whatever prefix the service's own settings have."""
    return Field(default=default, validation_alias=f"SCREENTEST_{name}")


class CommonSettings(BaseSettings):
    """What a service needs to reach its neighbours."""

    model_config = SettingsConfigDict(
        env_prefix="SCREENTEST_", frozen=True, populate_by_name=True, extra="ignore"
    )

    #: Postgres address with this service's own role; the role decides which schema it sees.
    pg_dsn: str = shared("PG_DSN")
    #: RabbitMQ address, e.g. amqp://user:password@host:5672/vhost.
    amqp_url: str = shared("AMQP_URL")
    #: Where artefacts live: file:///folder, s3://bucket/prefix or memory:///.
    objects_url: str = shared("OBJECTS_URL")
    #: Console lines for people, JSON for log collectors.
    log_format: Literal["console", "json"] = shared("LOG_FORMAT", "console")
    log_level: str = shared("LOG_LEVEL", "INFO")
    #: Interface of /healthz, /readyz and /metrics; a pod sets 0.0.0.0.
    probe_host: str = shared("PROBE_HOST", "127.0.0.1")
    #: 0 takes a free port and logs it.
    probe_port: int = shared("PROBE_PORT", 0)
    #: How long a stop waits for handlers that have begun, before their messages are handed back.
    drain_s: float = shared("DRAIN_S", 10.0)
    #: Connections to Postgres one process may hold.
    pg_pool_size: int = shared("PG_POOL_SIZE", 8)
    #: Scratch files (clips on their way); the system's temporary folder when unset.
    temp_dir: Path | None = shared("TEMP_DIR", None)

"""Settings every service reads from the environment.

A service adds its own in its `settings.py`; must never hold a default that is only right on one
machine.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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

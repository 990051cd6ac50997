"""Where the server programs of Postgres, RabbitMQ and Prometheus are on this machine.

Owns the knowledge of the places that packages use. Never runs, installs or changes anything.
"""

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

POSTGRES_PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # RPM packages of the PostgreSQL project
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/usr/local/pgsql/bin",
)
# Debian's /usr/sbin/rabbitmq-server changes user and reads system files; the one in the library
# folder does neither, so it is looked for first.
RABBITMQ_PLACES = (
    "/usr/lib/rabbitmq/bin",
    "/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin",
    "/opt/homebrew/opt/rabbitmq/sbin",
    "/usr/local/opt/rabbitmq/sbin",
    "/opt/rabbitmq/sbin",
)
PROMETHEUS_PLACES = ("/usr/bin", "/opt/homebrew/bin", "/usr/local/bin", "/opt/prometheus")
ERLANG_PLACES = (
    "/usr/lib/erlang/bin",
    "/usr/lib/erlang/erts-*/bin",
    "/usr/lib64/erlang/erts-*/bin",
    "/opt/homebrew/opt/erlang/lib/erlang/erts-*/bin",
    "/usr/local/opt/erlang/lib/erlang/erts-*/bin",
    "/usr/local/lib/erlang/erts-*/bin",
)


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """The two programs a private cluster needs, from one installation."""

    initdb: Path
    postgres: Path
    major: int


@dataclass(frozen=True, slots=True)
class RabbitMQBinaries:
    """The broker's start script and Erlang's port mapper."""

    server: Path
    epmd: Path


def find_postgres(places: Sequence[str] = POSTGRES_PLACES) -> list[PostgresBinaries]:
    """Every usable PostgreSQL server installation, newest first; empty when there is none."""
    found: dict[Path, PostgresBinaries] = {}
    for folder in _folders(places):
        initdb, postgres = folder / "initdb", folder / "postgres"
        if _runnable(initdb) and _runnable(postgres):
            home = postgres.resolve().parent
            found.setdefault(home, PostgresBinaries(initdb, postgres, _major(home)))
    return sorted(found.values(), key=lambda binaries: binaries.major, reverse=True)


def find_rabbitmq(
    places: Sequence[str] = RABBITMQ_PLACES, erlang_places: Sequence[str] = ERLANG_PLACES
) -> RabbitMQBinaries | None:
    """The broker's programs, or None when either of the two is missing."""
    server = _first("rabbitmq-server", places)
    epmd = _first("epmd", erlang_places)
    return RabbitMQBinaries(server, epmd) if server and epmd else None


def find_prometheus(places: Sequence[str] = PROMETHEUS_PLACES) -> Path | None:
    """Prometheus' program, or None."""
    return _first("prometheus", places)


def _first(program: str, places: Sequence[str]) -> Path | None:
    candidates = (folder / program for folder in _folders(places))
    return next((path for path in candidates if _runnable(path)), None)


def _folders(places: Iterable[str]) -> Iterator[Path]:
    for place in places:
        pattern = Path(place)
        yield from sorted(
            Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor))), reverse=True
        )
    for folder in os.get_exec_path():
        yield Path(folder or ".")


def _runnable(path: Path) -> bool:
    return shutil.which(path) is not None


def _major(home: Path) -> int:
    """The version a package folder's name carries; 0 when it carries none."""
    numbers = re.findall(r"(?:postgresql|pgsql)[-@/](\d+)", str(home))
    return int(numbers[-1]) if numbers else 0

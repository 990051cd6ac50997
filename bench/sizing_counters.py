"""What `sizing.py` counts: CPU time, messages, transactions, bytes, of every part of a stack."""

import asyncio
import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import aio_pika
import asyncpg
import httpx
from aio_pika.abc import AbstractIncomingMessage

from screentest.common.migrate import SCHEMAS
from screentest.common.topology import EVENTS
from screentest.stack.processes import marked
from screentest.stack.stack import Stack

#: Those whose replicas a fleet shares; a worker is there for each GPU.
REPLICATED = ("api", "dispatcher", "qa", "promotion")
TIME_LIMIT_S = 900

_DATABASE = """
select xact_commit + xact_rollback as transactions,
    tup_inserted + tup_updated + tup_deleted as rows
from pg_stat_database where datname = current_database()
"""
_WAL = "select (pg_current_wal_lsn() - '0/0'::pg_lsn)::float8"
_SIZE = """
select coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relkind = 'r'
"""
_UNPUBLISHED = "select " + " + ".join(
    f"(select count(*) from {schema}.outbox)" for schema in SCHEMAS
)
_SESSIONS = """
select usename as role, count(*)::int as open
from pg_stat_activity where usename like 'screentest\\_%' group by 1 order by 1
"""
_HANDLED = re.compile(r"^screentest_messages_handled_total\{.*\} (\S+)$", re.MULTILINE)


@dataclass
class Heard:
    """Every message on the exchange of events, by type."""

    count: Counter[str] = field(default_factory=Counter)
    size_bytes: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def listening(self, url: str) -> AsyncIterator[None]:
        """Count while the block lasts."""
        async with await aio_pika.connect(url) as connection:
            channel = await connection.channel()
            queue = await channel.declare_queue(exclusive=True)
            await queue.bind(EVENTS.name, routing_key="#")
            await queue.consume(self._count, no_ack=True)
            yield

    async def _count(self, message: AbstractIncomingMessage) -> None:
        kind = str(message.headers.get("cloudEvents:type", message.routing_key))
        headers = sum(len(str(key)) + len(str(value)) for key, value in message.headers.items())
        self.count[kind] += 1
        self.size_bytes[kind] += message.body_size + headers


@dataclass(frozen=True)
class Reading:
    """What all counters say at one moment, or between two."""

    seconds: float
    counters: dict[str, float]

    def since(self, before: "Reading") -> "Reading":
        """What was counted in between, and how long that was."""
        grown = {name: now - before.counters.get(name, 0) for name, now in self.counters.items()}
        return Reading(self.seconds - before.seconds, grown)

    def less(self, idle: "Reading", *, per: int) -> dict[str, float]:
        """What is left of each without what as long an idle time takes; a part of ``per``."""
        part = self.seconds / idle.seconds
        return {
            name: (value - idle.counters.get(name, 0) * part) / per
            for name, value in self.counters.items()
        }


class Meter:
    """Reads all counters of a stack."""

    def __init__(self, stack: Stack, database: "asyncpg.Connection", heard: Heard) -> None:
        self._stack = stack
        self._database = database
        self._heard = heard

    async def read(self) -> Reading:
        """All counters, once everything is published and Postgres has counted."""
        await self.until_none(_UNPUBLISHED)
        now = monotonic()
        counters: dict[str, float] = {"delivered": await self._delivered()}
        counters |= {f"message {kind}": count for kind, count in self._heard.count.items()}
        counters["messages"] = self._heard.count.total()
        counters["message bytes"] = self._heard.size_bytes.total()
        counters |= self._busy()
        # Sessions that rest hand in their counts after a second at most.
        await asyncio.sleep(1.5)
        row = await self._database.fetchrow(_DATABASE)
        assert row is not None
        counters |= dict(row)
        counters["wal bytes"] = await self._database.fetchval(_WAL)
        for schema in SCHEMAS:
            counters[f"size {schema}"] = await self._database.fetchval(_SIZE, schema)
        return Reading(now, counters | self._stored())

    async def until_none(self, count: str) -> None:
        """Wait until a query counts none, asking so rarely that it costs next to nothing."""
        async with asyncio.timeout(TIME_LIMIT_S):
            while await self._database.fetchval(count):  # noqa: ASYNC110 - of any table
                await asyncio.sleep(0.5)

    def peaks_mb(self) -> dict[str, float]:
        """The most memory each process ever had resident; of a child of qa as well."""
        pids = {one.name: one.pid for one in self._stack.services if one.pid}
        children = descendants(pids["qa"])
        peaks = {name: peak_mb([pid]) for name, pid in pids.items()}
        return peaks | {"qa, a child": peak_mb(children)}

    async def sessions(self) -> dict[str, int]:
        """Connections to Postgres that each role holds."""
        return {row["role"]: row["open"] for row in await self._database.fetch(_SESSIONS)}

    async def _delivered(self) -> float:
        async with httpx.AsyncClient() as http:
            pages = [
                await http.get(f"http://127.0.0.1:{one.probe_port}/metrics")
                for one in self._stack.services
            ]
        return sum(float(number) for page in pages for number in _HANDLED.findall(page.text))

    def _busy(self) -> dict[str, float]:
        pids = {one.name: one.pid for one in self._stack.services if one.pid}
        busy = {f"cpu {name}": busy_s(pids[name]) for name in REPLICATED}
        busy["cpu qa, children"] = sum(map(busy_s, descendants(pids["qa"])))
        postmaster = self._stack.servers.postgres.pid
        assert postmaster is not None
        # Sessions that have ended are their parent's to count.
        busy["cpu postgres"] = busy_s(postmaster, with_ended=True) + sum(
            map(busy_s, descendants(postmaster))
        )
        busy["cpu rabbitmq"] = sum(
            busy_s(pid) for pid in marked(self._stack.folder) if _name_of(pid) == "beam.smp"
        )
        return busy

    def _stored(self) -> dict[str, float]:
        counters: Counter[str] = Counter()
        for path in (self._stack.folder / "objects").rglob("*"):
            if path.is_file():
                kind = path.name.partition(".")[2]
                top = path.relative_to(self._stack.folder / "objects").parts[0]
                counters[f"stored {top} {kind}"] += path.stat().st_size
        return dict(counters)


def busy_s(pid: int, *, with_ended: bool = False) -> float:
    """CPU seconds a process has taken, with its ended children if they count; 0 once it is gone."""
    fields = _stat(pid)
    ticks = sum(map(int, fields[11 : 15 if with_ended else 13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def peak_mb(pids: Iterable[int]) -> float:
    """The most that one of the processes ever had resident."""
    peaks = [0.0]
    for pid in pids:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        peaks += [int(kb) / 1024 for kb in re.findall(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)]
    return max(peaks)


def descendants(pid: int) -> list[int]:
    """Every process below one."""
    parents = {
        int(entry.name): int(fields[1])
        for entry in Path("/proc").iterdir()
        if entry.name.isdecimal() and (fields := _stat(int(entry.name)))
    }
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on; none once it is gone."""
    with suppress(OSError):
        line = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return line.rpartition(")")[2].split()
    return []


def _name_of(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    return ""

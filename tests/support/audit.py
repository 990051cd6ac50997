"""The books after a storm: what was asked for against what came of it, as Jepsen would read them.

Reads the database and the storage behind the API, because what must not be there shows nowhere
else: a second accepted segment, an event that was never published, a letter nobody could read.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import asyncpg

from screentest.common import dead_letters
from screentest.common.migrate import SCHEMAS
from screentest.stack.stack import Stack
from support.live import Listener
from support.rest import ENDED, Json, Rest
from support.waiting import until


@dataclass(frozen=True)
class Render:
    """One render as its worker recorded it."""

    run_id: str
    worker: str
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True)
class Release:
    """One render as the dispatcher let it go; those of one moment go together."""

    run_id: str
    at: datetime


class Audit:
    """Compares what was requested with every place that knows what became of it."""

    def __init__(self, stack: Stack, rest: Rest) -> None:
        self._stack = stack
        self._rest = rest
        self._objects = Path(stack.folder, "objects")

    async def shots(
        self, requested: Collection[int], *, scene_type_id: int, status: str = "scored"
    ) -> list[Json]:
        """See that the gallery has exactly the requested shots, each ended as it should."""
        found = await self._rest.gallery(scene_type_id=scene_type_id)
        ids = [shot["id"] for shot in found]
        assert not set(requested) - set(ids), f"lost: {set(requested) - set(ids)}"
        assert not set(ids) - set(requested), f"unexpected: {set(ids) - set(requested)}"
        assert len(ids) == len(set(ids)), f"twice in the gallery: {sorted(ids)}"
        assert {shot["id"]: shot["status"] for shot in found} == dict.fromkeys(requested, status)
        return found

    async def segments(self, shots: Sequence[Json]) -> None:
        """See that each shot has one accepted segment, whose files are what they are said to be."""
        runs = {UUID(shot["run_id"]) for shot in shots}
        accepted = await self._fetch(
            "select run_id, index from dispatcher.segments where run_id = any($1)", runs
        )
        assert sorted((row["run_id"], row["index"]) for row in accepted) == sorted(
            (run, 1) for run in runs
        )
        for shot in shots:
            for file in shot["artefacts"].values():
                self._file(**file)

    async def chain(self, run_id: str, indices: Sequence[int]) -> None:
        """See that a scene's run has one accepted segment of each index, seeded by the last."""
        accepted = await self._fetch(
            "select index, seed_image_sha256, artefacts->'last_frame'->>'sha256' as last_frame "
            "from dispatcher.segments where run_id = $1 order by index",
            UUID(run_id),
        )
        assert [row["index"] for row in accepted] == list(indices)
        for before, after in pairwise(accepted):
            assert after["seed_image_sha256"] == before["last_frame"]

    async def renders(self, shots: Sequence[Json]) -> list[Render]:
        """What workers recorded of the renders of test shots, in the order they began."""
        rows = await self._fetch(
            "select run_id::text, worker, started_at, ended_at from gpu_runner.renders "
            "where run_id = any($1) and started_at is not null order by started_at",
            [UUID(shot["run_id"]) for shot in shots],
        )
        return [Render(**dict(row)) for row in rows]

    async def releases(self, shots: Sequence[Json]) -> list[Release]:
        """When the dispatcher let the renders of test shots go, in that order."""
        rows = await self._fetch(
            "select run_id::text, released_at as at from dispatcher.renders "
            "where run_id = any($1) and status <> 'cancelled' order by released_at",
            [UUID(shot["run_id"]) for shot in shots],
        )
        return [Release(**dict(row)) for row in rows]

    async def heard_at(self, shot: Json) -> datetime:
        """When the dispatcher heard of a test shot."""
        query = "select requested_at as at from dispatcher.runs where id = $1"
        (row,) = await self._fetch(query, UUID(shot["run_id"]))
        at: datetime = row["at"]
        return at

    async def until_held(self, subject: str) -> None:
        """Wait until the dispatcher has heard that something is paused."""
        query = "select subject from dispatcher.controls where subject = $1 and paused"

        async def heard() -> bool:
            return bool(await self._fetch(query, subject))

        await until(heard, what=f"the dispatcher to hear that {subject} is paused")

    async def workers_lost(self, run_id: str) -> int:
        """How many workers died over the renders of a run."""
        (row,) = await self._fetch(
            "select sum(lost_workers) as lost from gpu_runner.renders where run_id = $1",
            UUID(run_id),
        )
        return int(row["lost"])

    def _file(self, key: str, sha256: str, size_bytes: int, **_: object) -> None:
        content = (self._objects / key).read_bytes()
        assert hashlib.sha256(content).hexdigest() == sha256, key
        assert len(content) == size_bytes, key

    def one_end_each(self, shots: Sequence[Json], heard: Listener) -> None:
        """See that every shot was said to end once, and to be nothing else after that."""
        for shot in shots:
            statuses = heard.statuses(shot["id"])
            ends = [status for status in statuses if status in ENDED]
            assert ends == [shot["status"]], f"test shot {shot['id']} was {statuses}"
            assert statuses[-1] == shot["status"], f"test shot {shot['id']} was {statuses}"

    async def nothing_left_over(self) -> None:
        """See that no event is unpublished, no run or render open, no letter dead; and no work done
        twice, by whomever, since the stack was started.
        """
        for schema in SCHEMAS:
            await self._until_none(f"select message_id, type from {schema}.outbox")
        await self._until_none("select id, status from dispatcher.runs where finished_at is null")
        await self._until_none("select id from dispatcher.renders where status = 'released'")
        await self._until_none("select render_id from gpu_runner.renders where ended_at is null")
        await self._until_none("select name from gpu_runner.leases")
        await self._until_none("select render_id from api.parked_scores")
        dead = await dead_letters.count(self._stack.servers.amqp_url())
        assert not dead, f"dead letters: {dead}"
        await self._nothing_twice()

    async def _nothing_twice(self) -> None:
        """See that a segment was released again only after a failure, and every run ended once."""
        for said, by_segment in (
            ("dispatcher.renders where status not in ('failed', 'cancelled')", "run_id, segment"),
            ("gpu_runner.renders where status = 'rendered'", "run_id, request->>'segment'"),
        ):
            await self._until_none(
                f"select {by_segment} from {said} group by {by_segment} having count(*) > 1"
            )
        # The inbox of the one who hears it has a row for each end that was said.
        await self._until_none(
            "select ended, said from (select count(finished_at) as ended from dispatcher.runs) r, "
            "(select count(*) as said from api.inbox where consumer = 'api.on-run-finished') i "
            "where ended <> said"
        )

    async def _until_none(self, query: str) -> None:
        rows: list[asyncpg.Record] = []

        async def none() -> bool:
            rows[:] = await self._fetch(query)
            return not rows

        try:
            await until(none, timeout_s=20)
        except AssertionError:
            raise AssertionError(f"left over by {query}: {[dict(row) for row in rows]}") from None

    async def _fetch(self, query: str, *values: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self._stack.servers.pg_admin_dsn())
        try:
            return await connection.fetch(query, *values)
        finally:
            await connection.close()


def stored_clips(stack: Stack, run_id: str) -> list[str]:
    """The clips in storage that a run rendered, as ``segment/name`` below the run's folder."""
    folder = Path(stack.folder, "objects", "renders", run_id)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.mp4"))

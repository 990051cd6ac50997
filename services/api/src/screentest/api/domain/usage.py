"""What was spent, saved and failed over time, bucket by bucket."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from pydantic import Field

from screentest.api.domain.savings import Cause, Saved, Savings, savings_of
from screentest.common.events import Lane
from screentest.common.recipes import Frozen

MOST_BUCKETS = 1000


class Bucket(StrEnum):
    """How long a bucket is; they begin with the UTC day or hour."""

    DAY = "day"
    HOUR = "hour"

    @property
    def length(self) -> timedelta:
        """Of one."""
        return timedelta(days=1) if self is Bucket.DAY else timedelta(hours=1)

    def start_of(self, moment: datetime) -> datetime:
        """When the bucket began that a moment is in."""
        utc = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return utc.replace(hour=0) if self is Bucket.DAY else utc

    def starts(self, since: datetime, until: datetime) -> list[datetime]:
        """When each bucket begins that has a part in the time."""
        first = self.start_of(since)
        count = -((first - until) // self.length) if until > first else 0
        return [first + place * self.length for place in range(count)]


class Spent(Frozen):
    """GPU seconds of all attempts, failed ones too, by lane."""

    preview: float = Field(default=0, description="Test shots.")
    production: float = Field(default=0, description="Scenes.")


class FailedAttempts(Frozen):
    """Attempts that failed for one reason."""

    code: str = Field(examples=["out_of_memory"])
    attempts: int = Field(examples=[2])
    gpu_seconds: float = Field(description="Spent on them in vain.")


class UsedIn(Frozen):
    """What happened in a time."""

    spent: Spent
    saved: Savings
    renders: int = Field(description="Made and taken; what was reused is not counted.")
    median_queue_s: float | None = Field(description="Those renders waited; null without any.")
    median_render_s: float | None
    failures: list[FailedAttempts] = Field(description="The most frequent reason first.")


class UsageBucket(UsedIn):
    """What happened in a bucket."""

    start: datetime


class Usage(Frozen):
    """What happened since ``since`` and before ``until``, altogether and bucket by bucket."""

    since: datetime
    until: datetime
    bucket: Bucket
    total: UsedIn
    buckets: list[UsageBucket]


@dataclass(frozen=True, slots=True)
class Renders:
    """Renders of a time, and what half of them took at most."""

    count: int = 0
    queue_s: float | None = None
    render_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageFacts:
    """What is counted, each by the start of its bucket; renders also altogether, at None."""

    spent: dict[datetime, dict[Lane, float]]
    saved: dict[datetime, dict[Cause, Saved]]
    renders: dict[datetime | None, Renders]
    failures: dict[datetime, list[FailedAttempts]]


def usage_of(facts: UsageFacts, since: datetime, until: datetime, bucket: Bucket) -> Usage:
    """Arrange what was counted; buckets in which nothing happened are there too."""
    starts = bucket.starts(since, until)
    return Usage(
        since=since,
        until=until,
        bucket=bucket,
        total=UsedIn.model_validate(_used(facts, starts, None)),
        buckets=[
            UsageBucket.model_validate({"start": start, **_used(facts, [start], start)})
            for start in starts
        ],
    )


def _used(
    facts: UsageFacts, starts: Sequence[datetime], renders_of: datetime | None
) -> dict[str, object]:
    renders = facts.renders.get(renders_of, Renders())
    return {
        "spent": Spent(
            **{
                lane.value: sum(facts.spent.get(start, {}).get(lane, 0.0) for start in starts)
                for lane in Lane
            }
        ),
        "saved": savings_of(_added([facts.saved.get(start, {}) for start in starts])),
        "renders": renders.count,
        "median_queue_s": renders.queue_s,
        "median_render_s": renders.render_s,
        "failures": _by_reason([one for start in starts for one in facts.failures.get(start, [])]),
    }


def _added(savings: Sequence[dict[Cause, Saved]]) -> dict[Cause, Saved]:
    found: defaultdict[Cause, list[Saved]] = defaultdict(list)
    for one in savings:
        for cause, saved in one.items():
            found[cause].append(saved)
    return {
        cause: Saved(
            gpu_seconds=sum(one.gpu_seconds for one in every),
            times=sum(one.times for one in every),
        )
        for cause, every in found.items()
    }


def _by_reason(failures: Sequence[FailedAttempts]) -> list[FailedAttempts]:
    found: defaultdict[str, list[FailedAttempts]] = defaultdict(list)
    for one in failures:
        found[one.code].append(one)
    added = [
        FailedAttempts(
            code=code,
            attempts=sum(one.attempts for one in every),
            gpu_seconds=sum(one.gpu_seconds for one in every),
        )
        for code, every in found.items()
    ]
    return sorted(added, key=lambda one: (-one.attempts, one.code))

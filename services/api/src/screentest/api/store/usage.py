"""What was spent, saved and failed, counted by the day or hour."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from screentest.api.domain.savings import Cause, Saved
from screentest.api.domain.usage import Bucket, FailedAttempts, Renders, UsageFacts
from screentest.common.db import Connection
from screentest.common.events import Lane

_SPENT = """
select date_trunc($3::text, g.at, 'UTC') as start, coalesce(c.lane, 'preview') as lane,
    sum(g.gpu_seconds) as gpu_seconds
from gpu_spending g left join run_costs c on c.run_id = g.run_id
where g.at >= $1 and g.at < $2 group by 1, 2
"""

_SAVED = """
select date_trunc($3::text, saved_at, 'UTC') as start, kind, sum(gpu_seconds) as gpu_seconds,
    count(*) filter (where gpu_seconds > 0) as times
from savings where saved_at >= $1 and saved_at < $2 group by 1, 2
"""

# The median of all is none of medians: it is a row of its own, without a start.
_RENDERS = """
select date_trunc($3::text, at, 'UTC') as start, count(*) as count,
    percentile_cont(0.5) within group (order by queue_s) as queue_s,
    percentile_cont(0.5) within group (order by render_s) as render_s
from render_samples where at >= $1 and at < $2 group by grouping sets ((1), ())
"""

_FAILURES = """
select date_trunc($3::text, at, 'UTC') as start, failure_code as code, count(*) as attempts,
    sum(gpu_seconds) as gpu_seconds
from gpu_spending where failure_code is not null and at >= $1 and at < $2 group by 1, 2
"""


async def count_usage(
    connection: Connection, since: datetime, until: datetime, bucket: Bucket
) -> UsageFacts:
    """What happened since ``since`` and before ``until``, by bucket."""

    async def counted(sql: str) -> list[dict[str, Any]]:
        return [dict(row) for row in await connection.fetch(sql, since, until, bucket.value)]

    spent: defaultdict[datetime, dict[Lane, float]] = defaultdict(dict)
    for row in await counted(_SPENT):
        spent[row["start"]][Lane(row["lane"])] = row["gpu_seconds"]
    saved: defaultdict[datetime, dict[Cause, Saved]] = defaultdict(dict)
    for row in await counted(_SAVED):
        one = Saved(gpu_seconds=row["gpu_seconds"], times=row["times"])
        saved[row["start"]][Cause(row["kind"])] = one
    failures: defaultdict[datetime, list[FailedAttempts]] = defaultdict(list)
    for row in await counted(_FAILURES):
        failures[row.pop("start")].append(FailedAttempts(**row))
    renders = {row.pop("start"): Renders(**row) for row in await counted(_RENDERS)}
    return UsageFacts(spent=spent, saved=saved, renders=renders, failures=failures)

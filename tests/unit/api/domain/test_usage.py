"""Buckets of time, and what is arranged in them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from screentest.api.domain.savings import Cause, Saved
from screentest.api.domain.usage import Bucket, FailedAttempts, Renders, UsageFacts, usage_of
from screentest.common.events import Lane

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


def test_a_bucket_begins_with_the_utc_day_or_hour():
    moment = datetime(2026, 11, 3, 1, 30, 7, tzinfo=timezone(timedelta(hours=2)))

    assert Bucket.DAY.start_of(moment) == MONDAY
    assert Bucket.HOUR.start_of(moment) == MONDAY + timedelta(hours=23)


@pytest.mark.parametrize(
    ("until", "count"),
    [
        (MONDAY, 0),
        (MONDAY + timedelta(microseconds=1), 1),
        (TUESDAY, 1),
        (TUESDAY + timedelta(hours=5), 2),
        (WEDNESDAY, 2),
        (MONDAY - timedelta(days=3), 0),
    ],
)
def test_buckets_cover_the_time(until, count):
    starts = Bucket.DAY.starts(MONDAY + timedelta(hours=3), until)

    assert starts == [MONDAY, TUESDAY][:count]


def test_what_happened_adds_up_and_empty_buckets_are_there():
    facts = UsageFacts(
        spent={MONDAY: {Lane.PREVIEW: 3.0}, WEDNESDAY: {Lane.PREVIEW: 1.0, Lane.PRODUCTION: 9.0}},
        saved={
            MONDAY: {Cause.REUSE: Saved(gpu_seconds=2.0, times=1)},
            WEDNESDAY: {Cause.REUSE: Saved(gpu_seconds=5.0, times=2)},
        },
        renders={MONDAY: Renders(3, 1.0, 4.0), None: Renders(4, 1.5, 4.5)},
        failures={
            MONDAY: [FailedAttempts(code="hopeless", attempts=1, gpu_seconds=1.0)],
            WEDNESDAY: [
                FailedAttempts(code="hopeless", attempts=1, gpu_seconds=1.5),
                FailedAttempts(code="out_of_memory", attempts=3, gpu_seconds=0.5),
            ],
        },
    )

    usage = usage_of(facts, MONDAY, WEDNESDAY + timedelta(days=1), Bucket.DAY)

    assert [one.start for one in usage.buckets] == [MONDAY, TUESDAY, WEDNESDAY]
    assert [one.spent.preview for one in usage.buckets] == [3.0, 0.0, 1.0]
    assert [one.renders for one in usage.buckets] == [3, 0, 0]
    assert usage.buckets[1].median_render_s is None
    total = usage.total
    assert (total.spent.preview, total.spent.production) == (4.0, 9.0)
    assert total.saved.reuse == Saved(gpu_seconds=7.0, times=3)
    assert (total.renders, total.median_queue_s, total.median_render_s) == (4, 1.5, 4.5)
    assert [(one.code, one.attempts, one.gpu_seconds) for one in total.failures] == [
        ("out_of_memory", 3, 0.5),
        ("hopeless", 2, 2.5),
    ]

"""When the dispatcher says something of its queue, and in how many parts."""

from screentest.dispatcher.handlers.reporting import changes, pause_s
from support.dispatching import asked, shot
from support.queue_report import report


async def said_ago(loop, time):
    await loop.pool.execute(
        "update queue_reports set said_at = statement_timestamp() - $1::text::interval", time
    )


async def test_said_when_something_has_changed_by_one_replica(loop):
    await loop.hear(shot())
    await report(loop)
    assert await changes(loop.pool) == [], "nothing has changed"

    await loop.hear(shot())
    await said_ago(loop, "-1 hour")
    assert await changes(loop.pool) == [], "a second has not passed"

    await said_ago(loop, "2 seconds")
    said = [await changes(loop.pool) for _ in range(2)]

    assert [len(parts) for parts in said] == [1, 0]
    assert len(said[0][0].waiting) == 2


async def test_a_long_queue_comes_in_parts(loop):
    await loop.hear(*(asked() for _ in range(3)))
    await loop.pool.execute(
        "insert into runs (id, kind, requested_by, lane, renderer, recipe, first_segment, "
        "last_segment, planned_segments, qa, status, segment, seed_image, attempts, elapsed_s) "
        "select gen_random_uuid(), kind, requested_by, lane, renderer, recipe, 1, 1, 1, qa, "
        "status, 1, seed_image, 0, 0 from runs, generate_series(1, 500)"
    )
    await loop.pool.execute("update queue_reports set said_at = '-infinity'")

    parts = await changes(loop.pool)

    assert len(parts) > 1
    assert [part.part for part in parts] == list(range(1, len(parts) + 1))
    assert {part.parts for part in parts} == {len(parts)}
    assert max(len(part.model_dump_json()) for part in parts) <= 48_000
    assert len({each.run_id for part in parts for each in part.waiting}) == 1503


def test_what_was_said_is_never_forgotten_before_it_is_said_again():
    """The api forgets after 10 s."""
    assert [pause_s(took_s) for took_s in (0.01, 0.2, 5)] == [1, 2, 4]

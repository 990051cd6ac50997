"""When something was last said of the queue, and of which state: for all replicas together."""

from screentest.common.db import Tx

# All that an explanation is made of, but for the passing of time.
_FINGERPRINT = """
select md5(concat_ws('/',
    (select concat(count(*), ':', bit_xor(hashtextextended(
            concat_ws(' ', id, status, segment, turn, paused_by, reuse), 0)))
        from runs where finished_at is null),
    (select concat(count(*), ':', bit_xor(hashtextextended(
            concat_ws(' ', name, renderer, capability_class, slots, draining, busy_with, staged),
            0)))
        from live_workers),
    (select string_agg(concat(subject, paused), ' ' order by subject)
        from controls where subject like 'lane/%')))
"""


async def fingerprint(tx: Tx) -> str:
    """Equal while nothing that waits, and nothing it waits for, has changed."""
    return str(await tx.fetchval(_FINGERPRINT))


_TAKE_TURN = """
update queue_reports set fingerprint = $1, said_at = statement_timestamp()
where id in (select id from queue_reports for update skip locked)
    and (fingerprint <> $1 and said_at < statement_timestamp() - make_interval(secs => $2)
        or said_at < statement_timestamp() - make_interval(secs => $3))
returning true
"""


async def take_turn(tx: Tx, state: str, *, at_most_every_s: float, again_after_s: float) -> bool:
    """Whether it is time to say how things stand, and this replica's turn to do so."""
    return bool(await tx.fetchval(_TAKE_TURN, state, at_most_every_s, again_after_s))

"""The audit: who did what, when, and what it was before and after. Rows are only ever added."""

from datetime import datetime
from typing import Any

from screentest.api.domain.audit import AuditEntry
from screentest.api.domain.users import User
from screentest.common.db import Connection, Tx

_RECORD = """
insert into audit (by_id, by_name, action, subject, subject_id, before, after)
values ($1, $2, $3, $4, $5, $6, $7)
"""


async def record(
    tx: Tx,
    user: User | None,
    action: str,
    subject_id: object,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write down what ``user`` does in this transaction: ``action`` is noun and verb.

    None is the command line, which has nobody's key.
    """
    subject = action.partition(".")[0]
    by_id, by_name = (user.id, user.name) if user else (None, "command line")
    await tx.execute(_RECORD, by_id, by_name, action, subject, str(subject_id), before, after)


_PAGE = """
select id, at, by_id, by_name, action, subject, subject_id, before, after from audit
where ($1::bigint is null or id < $1)
    and ($2::bigint is null or by_id = $2)
    and ($3::text is null or action = $3)
    and ($4::text is null or subject = $4)
    and ($5::text is null or subject_id = $5)
    and ($6::timestamptz is null or at >= $6)
    and ($7::timestamptz is null or at < $7)
order by id desc limit $8
"""


async def fetch_audit(
    connection: Connection,
    *,
    before_id: int | None,
    by_id: int | None,
    action: str | None,
    subject: str | None,
    subject_id: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> list[AuditEntry]:
    """Entries that fit all that is given, newest first, from before the given one."""
    found = await connection.fetch(
        _PAGE, before_id, by_id, action, subject, subject_id, since, until, limit
    )
    return [AuditEntry.model_validate(dict(row)) for row in found]

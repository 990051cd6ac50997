"""The audit: who did what, when."""

from datetime import datetime
from typing import Annotated

from fastapi import Query

from screentest.api.api_route import router as router_for
from screentest.api.auth import Admin
from screentest.api.domain.audit import AuditEntry
from screentest.api.schemas.fields import Reference
from screentest.api.schemas.pages import Cursor, Limit, Page, read_id
from screentest.api.store.audit import fetch_audit
from screentest.api.unit_of_work import InTx

router = router_for("audit")

_Word = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]


@router.get("/audit")
async def read_audit(
    _: Admin,
    tx: InTx,
    by_id: Annotated[Reference | None, Query(description="Id of a user.")] = None,
    action: Annotated[_Word, Query(examples=["batch.paused"])] = None,
    subject: Annotated[_Word, Query(examples=["batch"])] = None,
    subject_id: Annotated[_Word, Query(examples=["4"])] = None,
    since: Annotated[datetime | None, Query(description="At or after.")] = None,
    until: Annotated[datetime | None, Query(description="Before.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AuditEntry]:
    """What people cancelled, paused, drained, moved, deleted, promoted or let in; newest first."""
    found = await fetch_audit(
        tx,
        before_id=read_id(cursor),
        by_id=by_id,
        action=action,
        subject=subject,
        subject_id=subject_id,
        since=since,
        until=until,
        limit=limit + 1,
    )
    return Page[AuditEntry].of(found, limit, "id")

"""Kinds of fields that many requests have."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import Field, StringConstraints

#: The largest id Postgres can hold.
MAX_ID = 2**63 - 1

#: An id in a path.
RowId = Annotated[int, Path(ge=1, le=MAX_ID)]
#: An id in a body or a query.
Reference = Annotated[int, Field(ge=1, le=MAX_ID)]

MAX_NAME_LENGTH = 200

Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=MAX_NAME_LENGTH,
        pattern=r"^[^\x00-\x1f]*$",
    ),
]
PromptText = Annotated[str, StringConstraints(max_length=4000)]
Fresh = Annotated[
    bool,
    Field(
        description="Render even if an identical recipe has been rendered, or is being rendered; "
        "without it the shot or segment takes those files, and says `reused`."
    ),
]
WaitForWorker = Annotated[
    bool,
    Field(
        description="Accept it even if every live worker lacks something for it: it waits, and "
        "says so, until one comes that can. Without it the answer is 409 with what each of them "
        "lacks."
    ),
]


def absent() -> Any:
    """A field of a PATCH: may be left out, and then stays as it was, but may not be null."""
    return Field(default_factory=lambda: None)

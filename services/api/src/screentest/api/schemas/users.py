"""Requests about people and their keys."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from screentest.api.domain.users import ApiKey, Role

UserName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00]*$"),
]


class NewUser(BaseModel):
    """A user to be made."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "ada", "role": "creator"}]}
    )

    name: UserName
    role: Role = Role.VIEWER


class UserChanges(BaseModel):
    """What is to change of a user; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"role": "admin"}]})

    name: UserName | None = None
    role: Role | None = None
    weight: float | None = Field(
        default=None, gt=0, le=100, description="Share of a lane; counts from the next request."
    )


class MadeApiKey(ApiKey):
    """A key that was just made. It is shown this once."""

    key: str = Field(
        description="Keep it: only its hash is stored.",
        examples=["st_5f2c0a9be4d1_Jm3kU1Yw0b2mZ4b3i0vQbq8m0Hh2oQ5w0cE3t1Gf9aA"],
    )

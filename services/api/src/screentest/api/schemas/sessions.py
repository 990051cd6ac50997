"""Signing in."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from screentest.api.domain.users import User


class SignIn(BaseModel):
    """Who signs in, by an API key."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"api_key": "st_5f2c0a9be4d1_Jm3kU1Yw0b2mZ4b3i0vQbq8m0Hh2oQ5w0cE3t1Gf9aA"}]
        },
    )

    api_key: str = Field(min_length=1, max_length=200)


class Session(BaseModel):
    """Who asks, and how long they stay signed in."""

    user: User
    expires_at: datetime | None = Field(
        description="When the session ends if it is not used before; null for an API key."
    )

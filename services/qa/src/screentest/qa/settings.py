"""Settings of the qa service, SCREENTEST_QA_*."""

import os

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from screentest.common.settings import CommonSettings


def _cores() -> int:
    """Cores this process may use: a container may have fewer than its machine."""
    return len(os.sched_getaffinity(0))


class Settings(CommonSettings):
    """What qa needs besides the common settings."""

    model_config = SettingsConfigDict(env_prefix="SCREENTEST_QA_")

    #: Clips measured at once, one process each; more than cores only makes each slower.
    processes: int = Field(default_factory=_cores, ge=1)
    #: A clip that takes longer is unreadable. A 3 s clip takes a quarter of a second, so only a
    #: decoder that hangs, or a clip of many minutes, meets the limit.
    time_limit_s: float = Field(default=60.0, gt=0)
    #: Address space of one process; its libraries map about 1 GiB before the first frame.
    memory_limit_bytes: int = Field(default=4 << 30, ge=2 << 30)

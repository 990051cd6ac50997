"""Settings of the dispatcher, SCREENTEST_DISPATCHER_*."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from screentest.common.settings import CommonSettings


class DispatcherSettings(CommonSettings):
    """What the dispatcher needs besides the common settings."""

    model_config = SettingsConfigDict(env_prefix="SCREENTEST_DISPATCHER_")

    #: How often waiting work is looked at when no event asks for it. Events do nearly always; this
    #: bounds the delay after a process died between two of them.
    sweep_s: float = Field(default=1.0, gt=0)
    #: Of the GPU seconds while both lanes wait. Previews are what people sit and wait for; this
    #: much is kept for scenes, so that they end.
    production_share: float = Field(default=0.20, ge=0, le=1)

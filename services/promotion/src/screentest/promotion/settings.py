"""Settings of the promotion service."""

from pydantic_settings import SettingsConfigDict

from screentest.common.settings import CommonSettings


class Settings(CommonSettings):
    """What every service needs; promotion needs nothing more."""

    model_config = SettingsConfigDict(
        env_prefix="SCREENTEST_PROMOTION_", frozen=True, populate_by_name=True, extra="ignore"
    )

"""Which environment variables the settings of a service read."""

from collections.abc import Iterator

from pydantic_settings import BaseSettings

from screentest.api.settings import ApiSettings
from screentest.common.broker_definitions import Passwords
from screentest.common.migrate import MigrateSettings
from screentest.common.migrated import MigratedSettings
from screentest.common.tracing import TraceSettings
from screentest.dispatcher.settings import DispatcherSettings
from screentest.gpu_runner.settings import Settings as GpuRunnerSettings
from screentest.promotion.settings import Settings as PromotionSettings
from screentest.qa.settings import Settings as QASettings

#: By the module that `python -m` runs.
SETTINGS: dict[str, type[BaseSettings]] = {
    "screentest.api": ApiSettings,
    "screentest.dispatcher": DispatcherSettings,
    "screentest.gpu_runner": GpuRunnerSettings,
    "screentest.qa": QASettings,
    "screentest.promotion": PromotionSettings,
    "screentest.common.migrate": MigrateSettings,
    "screentest.common.broker_definitions": Passwords,
    "screentest.common.migrated": MigratedSettings,
    "screentest.common.tracing": TraceSettings,
}


def _names(settings: type[BaseSettings]) -> Iterator[str]:
    prefix = settings.model_config.get("env_prefix", "")
    for name, field in settings.model_fields.items():
        alias = field.validation_alias
        yield alias if isinstance(alias, str) else f"{prefix}{name}".upper()


def understood_by(module: str) -> set[str]:
    """The variables that the settings of a module read."""
    return set(_names(SETTINGS[module]))

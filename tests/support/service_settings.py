"""Which environment variables a service reads."""

from collections.abc import Mapping

from pydantic_settings import BaseSettings

from screentest.api.settings import ApiSettings
from screentest.common.migrate import MigrateSettings
from screentest.common.migrated import MigratedSettings
from screentest.dispatcher.settings import DispatcherSettings
from screentest.gpu_runner.settings import Settings as GpuRunnerSettings
from screentest.promotion.settings import Settings as PromotionSettings
from screentest.qa.settings import Settings as QASettings

#: By what `python -m` runs.
SETTINGS: Mapping[str, type[BaseSettings]] = {
    "screentest.api": ApiSettings,
    "screentest.dispatcher": DispatcherSettings,
    "screentest.gpu_runner": GpuRunnerSettings,
    "screentest.qa": QASettings,
    "screentest.promotion": PromotionSettings,
    "screentest.common.migrate": MigrateSettings,
    "screentest.common.migrated": MigratedSettings,
}


def variables_of(module: str) -> set[str]:
    """The variables that a module's settings are read from."""
    settings = SETTINGS[module]
    prefix = settings.model_config.get("env_prefix", "")
    return {
        field.validation_alias
        if isinstance(field.validation_alias, str)
        else f"{prefix}{name}".upper()
        for name, field in settings.model_fields.items()
    }

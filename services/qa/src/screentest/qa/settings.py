"""Settings of the qa service, SCREENTEST_QA_*."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from screentest.common.settings import CommonSettings


def _cores() -> int:
    """Cores this process may use: a container may have fewer than its machine."""
    return len(os.sched_getaffinity(0))


Sha256Text = Annotated[str, AfterValidator(str.lower), Field(pattern="^[0-9a-fA-F]{64}$")]


class ModelSettings(BaseSettings):
    """Which face models there are; without any, likeness is not measured."""

    model_config = SettingsConfigDict(
        env_prefix="SCREENTEST_QA_", frozen=True, populate_by_name=True, extra="ignore"
    )

    #: YuNet and SFace in ONNX: a path, or an address that `fetch-models` fetches it from.
    face_detector: str | None = None
    face_recognizer: str | None = None
    #: What the files must be; may be left out for a path, whose file is then taken as it is.
    face_detector_sha256: Sha256Text | None = None
    face_recognizer_sha256: Sha256Text | None = None
    #: Where models that have an address are kept.
    models_dir: Path | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> "ModelSettings":
        if (self.face_detector is None) != (self.face_recognizer is None):
            raise ValueError(
                "SCREENTEST_QA_FACE_DETECTOR and SCREENTEST_QA_FACE_RECOGNIZER go together: "
                "set both, or neither"
            )
        return self


class Settings(ModelSettings, CommonSettings):
    """What qa needs besides the common settings."""

    model_config = SettingsConfigDict(env_prefix="SCREENTEST_QA_")

    #: Clips measured at once, one process each; more than cores only makes each slower.
    processes: int = Field(default_factory=_cores, ge=1)
    #: A clip that takes longer is unreadable. A 3 s clip takes a quarter of a second, so only a
    #: decoder that hangs, or a clip of many minutes, meets the limit.
    time_limit_s: float = Field(default=60.0, gt=0)
    #: A custom check that takes longer is not measured; the clip is measured again without it.
    check_time_limit_s: float = Field(default=10.0, gt=0)
    #: Address space of one process; its libraries map about 1 GiB before the first frame.
    memory_limit_bytes: int = Field(default=4 << 30, ge=2 << 30)

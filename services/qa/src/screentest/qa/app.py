"""Composition root: the parts of a qa process and the order of their lives."""

import asyncio
import sys
from pathlib import Path

from screentest.common.service import running_service
from screentest.common.settings import from_environment
from screentest.qa.engine.model_files import ModelFile, NoModelFile
from screentest.qa.engine.pool import ClipPool, EngineMisconfigured
from screentest.qa.settings import ModelSettings, Settings
from screentest.qa.subscribers import subscriptions


async def main() -> None:
    """Serve until SIGTERM; a model or a custom check that cannot be used is said, and it ends."""
    settings = from_environment(Settings)
    try:
        await _serve(settings, await asyncio.to_thread(_checked, settings))
    except (NoModelFile, EngineMisconfigured) as error:
        sys.exit(str(error))


async def _serve(settings: Settings, models: tuple[Path, Path] | None) -> None:
    async with (
        running_service("qa", settings) as service,
        ClipPool(
            size=settings.processes,
            time_limit_s=settings.time_limit_s,
            check_time_limit_s=settings.check_time_limit_s,
            memory_limit_bytes=settings.memory_limit_bytes,
            face_models=models,
        ) as pool,
    ):
        service.subscribe(
            subscriptions(objects=service.objects, pool=pool, temp_dir=settings.temp_dir)
        )
        await service.run()


def face_models(settings: ModelSettings) -> tuple[ModelFile, ModelFile] | None:
    """The detector and the recognizer as they are configured; None: they are not."""
    if settings.face_detector is None or settings.face_recognizer is None:
        return None
    return (
        ModelFile(
            what="face detector",
            source=settings.face_detector,
            sha256=settings.face_detector_sha256,
            folder=settings.models_dir,
        ),
        ModelFile(
            what="face recognizer",
            source=settings.face_recognizer,
            sha256=settings.face_recognizer_sha256,
            folder=settings.models_dir,
        ),
    )


def _checked(settings: ModelSettings) -> tuple[Path, Path] | None:
    files = face_models(settings)
    return files and (files[0].checked(), files[1].checked())

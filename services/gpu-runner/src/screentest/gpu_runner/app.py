"""Composition root: the parts of a worker process and the order of their lives."""

import sys

from screentest.common.recipes import Renderer
from screentest.common.service import running_service
from screentest.common.settings import from_environment
from screentest.common.work_queue import WorkQueue
from screentest.gpu_runner.engine.backend import RenderBackend
from screentest.gpu_runner.settings import Settings
from screentest.gpu_runner.subscribers import subscriptions
from screentest.gpu_runner.worker import Studio, Worker


async def main() -> None:
    """Work until SIGTERM; an address that is none is said, and it ends."""
    settings = from_environment(Settings)
    try:
        backend = open_backend(settings)
    except ValueError as error:
        sys.exit(f"{error}.")
    try:
        async with running_service("gpu-runner", settings) as service:
            studio = Studio(
                settings=settings,
                backend=backend,
                pool=service.pool,
                objects=service.objects,
                publish_transient=service.bus.publish_transient,
            )
            queue = WorkQueue(service.bus, settings.backend, settings.capability_class or "")
            worker = Worker(studio, queue)
            service.subscribe(subscriptions())
            service.background("worker", worker.run)
            await service.run()
    finally:
        await backend.close()


def open_backend(settings: Settings) -> RenderBackend:
    """The backend that the settings name. Only its own libraries are loaded.

    Raises:
        ValueError: the address of ComfyUI is none.
    """
    if settings.backend is Renderer.BUILTIN:
        from screentest.gpu_runner.engine.builtin.backend import BuiltinBackend

        return BuiltinBackend(minimum_seconds=settings.builtin_minimum_s)
    from screentest.gpu_runner.engine.comfyui import ComfyUIBackend, ComfyUIOptions

    return ComfyUIBackend(
        ComfyUIOptions(
            url=settings.comfyui_url, headers=settings.comfyui_headers, worker=settings.worker
        )
    )

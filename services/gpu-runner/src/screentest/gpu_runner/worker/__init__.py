"""The worker: takes renders while its slot is free and carries each to its one end."""

from screentest.gpu_runner.worker.loop import Worker
from screentest.gpu_runner.worker.studio import Studio

__all__ = ["Studio", "Worker"]

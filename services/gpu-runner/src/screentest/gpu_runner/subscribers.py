"""What gpu-runner hears besides its work queue, which `worker` takes from."""

from typing import Any

from screentest.common.consumer import Subscription
from screentest.common.events import RenderCancelled, WorkerDrainRequested
from screentest.gpu_runner import handlers


def subscriptions() -> list[Subscription[Any]]:
    """One queue for all replicas: any of them records, the worker that is meant is told at once."""
    return [
        Subscription(event=RenderCancelled, handle=handlers.on_render_cancelled),
        Subscription(event=WorkerDrainRequested, handle=handlers.on_worker_drain_requested),
    ]

"""What gpu-runner hears besides its work queue, which `worker` takes from."""

from typing import Any

from screentest.common.consumer import Subscription
from screentest.common.events import RenderCancelled
from screentest.gpu_runner import handlers


def subscriptions() -> list[Subscription[Any]]:
    """One queue for all replicas: any of them cancels, the one that renders is told at once."""
    return [Subscription(event=RenderCancelled, handle=handlers.on_render_cancelled)]

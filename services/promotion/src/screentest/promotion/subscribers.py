"""What the promotion service hears."""

from functools import partial
from typing import Any

from screentest.common.consumer import Subscription
from screentest.common.db import Pool
from screentest.common.events import PromotionRequested
from screentest.common.objects import Objects
from screentest.promotion import handlers


def subscriptions(objects: Objects, pool: Pool) -> list[Subscription[Any]]:
    """One queue: promotion.on-promotion-requested."""
    return [
        Subscription(
            event=PromotionRequested,
            compute=partial(handlers.on_promotion_requested, objects=objects, pool=pool),
            prefetch=4,
        )
    ]

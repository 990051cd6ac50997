"""Composition root of the promotion service."""

from screentest.common.service import running_service
from screentest.common.settings import from_environment
from screentest.promotion.settings import Settings
from screentest.promotion.subscribers import subscriptions


async def main() -> None:
    """Serve until SIGTERM."""
    async with running_service("promotion", from_environment(Settings)) as service:
        service.subscribe(subscriptions(service.objects, service.pool))
        await service.run()

"""Composition root: the parts of a qa process and the order of their lives."""

from screentest.common.service import running_service
from screentest.qa.engine.pool import ClipPool
from screentest.qa.settings import Settings
from screentest.qa.subscribers import subscriptions


async def main() -> None:
    """Serve until SIGTERM."""
    settings = Settings()
    async with (
        running_service("qa", settings) as service,
        ClipPool(
            size=settings.processes,
            time_limit_s=settings.time_limit_s,
            memory_limit_bytes=settings.memory_limit_bytes,
        ) as pool,
    ):
        service.subscribe(
            subscriptions(objects=service.objects, pool=pool, temp_dir=settings.temp_dir)
        )
        await service.run()

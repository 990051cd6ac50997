"""Composition root: the parts of a dispatcher process and the order of their lives."""

from functools import partial

from screentest.common.service import running_service
from screentest.common.settings import from_environment
from screentest.common.stored_facts import StoredFacts
from screentest.dispatcher.handlers.releasing import sweep
from screentest.dispatcher.handlers.reporting import report
from screentest.dispatcher.handlers.reuse import reuse
from screentest.dispatcher.handlers.workers import WorkerNews
from screentest.dispatcher.settings import DispatcherSettings
from screentest.dispatcher.subscribers import subscriptions


async def main() -> None:
    """Serve until SIGTERM."""
    settings = from_environment(DispatcherSettings)
    async with running_service("dispatcher", settings) as service:
        service.subscribe(subscriptions(WorkerNews(StoredFacts(service.objects))))
        sweeping = partial(
            sweep,
            service.pool,
            every_s=settings.sweep_s,
            production_share=settings.production_share,
        )
        service.background("sweep", sweeping)
        service.background("report", partial(report, service.pool, service.bus.publish_transient))
        service.background("reuse", partial(reuse, service.pool, service.objects, settings.pg_dsn))
        await service.run()

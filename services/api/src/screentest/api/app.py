"""Composition root of the api: the web application, and the service process it runs in."""

import asyncio

from fastapi import FastAPI

from screentest.api import openapi, problem_json
from screentest.api.deps import Deps
from screentest.api.handlers.following import Following
from screentest.api.handlers.holding import follow_spending
from screentest.api.handlers.waiting import QueueNews
from screentest.api.handlers.workers import WorkerNews
from screentest.api.http_server import serve
from screentest.api.routes import ROUTERS
from screentest.api.routes.health import VERSION
from screentest.api.routes.web_app import WebApp
from screentest.api.settings import ApiSettings
from screentest.api.store import idempotency, live_events, progress, sessions
from screentest.api.subscribers import subscriptions
from screentest.common.db import Pool, is_transient
from screentest.common.http_requests import ObservedRequests
from screentest.common.logs import get_logger
from screentest.common.service import running_service
from screentest.common.settings import from_environment
from screentest.common.stored_facts import StoredFacts

log = get_logger()

_FORGET_EVERY_S = 3600


def create_app(deps: Deps | None = None) -> FastAPI:
    """The web application; without ``deps`` it can only describe itself."""
    app = FastAPI(
        title="Screentest",
        version=VERSION,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=openapi.operation_id,
    )
    app.state.deps = deps
    app.add_middleware(ObservedRequests, traced="/api/")
    problem_json.install(app)
    openapi.install(app)
    if deps is not None and deps.settings.web_dir is not None:
        # Before the routers: what the app leaves alone goes on to them, the plain page included.
        app.router.routes.append(WebApp(deps.settings.web_dir))
    for router in ROUTERS:
        app.include_router(router)
    return app


async def main() -> None:
    """Run the service until it is told to stop."""
    settings = from_environment(ApiSettings)
    async with running_service("api", settings) as service:
        deps = Deps(
            pool=service.pool,
            objects=service.objects,
            settings=settings,
            broker_problem=lambda: service.bus.problem,
            stopping=service.stopping,
        )
        app = create_app(deps)
        following = Following(service.pool, deps.live, deps.renders)
        news = QueueNews(deps.queue, deps.live)
        workers = WorkerNews(StoredFacts(service.objects))
        service.subscribe(subscriptions(following, news, workers))
        service.background("live feed", lambda: deps.live.run(settings.pg_dsn))
        service.background("http", lambda: serve(app, settings))
        service.background("budgets", lambda: follow_spending(service.pool, settings.pg_dsn))
        service.background("stitching", lambda: deps.stitching.run(service.pool, service.objects))
        service.background("forget", lambda: forget(service.pool))
        await service.run()


async def forget(pool: Pool) -> None:
    """Remove what is kept for a day only, every hour."""
    while True:
        try:
            async with pool.acquire() as connection:
                await idempotency.forget_old(connection)
                await live_events.trim(connection, hours=24)
                await sessions.forget_ended(connection)
                await progress.trim_parked_scores(connection, days=14)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("old_answers_not_forgotten", error=f"{type(error).__name__}: {error}")
        await asyncio.sleep(_FORGET_EVERY_S)

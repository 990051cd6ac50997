"""Routes: parse, call, answer. One module a noun; `ROUTERS` is what the application serves."""

from screentest.api.routes import health, me, problems, users

ROUTERS = (
    health.router,
    me.router,
    users.router,
    problems.router,
)

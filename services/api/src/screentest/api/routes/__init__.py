"""Routes: parse, call, answer. One module a noun; `ROUTERS` is what the application serves."""

from screentest.api.routes import (
    characters,
    health,
    me,
    media,
    problems,
    scene_types,
    scenes,
    users,
    workflows,
)

#: In the order of the documentation; a fixed path comes before one with a parameter.
ROUTERS = (
    health.router,
    me.router,
    users.router,
    characters.router,
    workflows.router,
    scene_types.router,
    scenes.router,
    media.router,
    problems.router,
)

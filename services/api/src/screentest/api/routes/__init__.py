"""Routes: parse, call, answer. One module a noun; `ROUTERS` is what the application serves."""

from screentest.api.routes import (
    batches,
    characters,
    events,
    gallery,
    generation,
    health,
    home,
    me,
    media,
    problems,
    promotions,
    scene_types,
    scenes,
    stats,
    test_shots,
    users,
    workers,
    workflows,
)

#: In the order of the documentation; a fixed path comes before one with a parameter.
ROUTERS = (
    home.router,
    health.router,
    me.router,
    users.router,
    characters.router,
    workflows.router,
    scene_types.router,
    scenes.router,
    generation.router,
    gallery.router,
    batches.router,
    test_shots.router,
    promotions.router,
    workers.router,
    stats.router,
    events.router,
    media.router,
    problems.router,
)

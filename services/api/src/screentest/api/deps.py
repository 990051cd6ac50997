"""What routes are given: connections and settings, made once by `app`, swapped by tests."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from screentest.api.descriptions import Descriptions
from screentest.api.live import LiveFeed
from screentest.api.rendering import Renders
from screentest.api.settings import ApiSettings
from screentest.api.stitching import Stitching
from screentest.api.waiting import Queue
from screentest.common.db import Pool
from screentest.common.objects import Objects


@dataclass(frozen=True, kw_only=True)
class Deps:
    """Everything a route may reach beyond its request."""

    pool: Pool
    objects: Objects
    settings: ApiSettings
    #: None when the broker is connected, else one sentence.
    broker_problem: Callable[[], str | None] = lambda: None
    #: Set when the process stops: streams end themselves.
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    #: What browsers watch.
    live: LiveFeed = field(default_factory=LiveFeed)
    #: Why things wait.
    queue: Queue = field(default_factory=Queue)
    #: How far renders are.
    renders: Renders = field(default_factory=Renders)
    #: What workers' backends say of their node classes.
    descriptions: Descriptions = field(default_factory=Descriptions)
    #: Scenes joined to one clip.
    stitching: Stitching = field(default_factory=Stitching)


def deps_of(request: Request) -> Deps:
    """The dependencies of the application a request came to."""
    deps: Deps = request.app.state.deps
    return deps


Wired = Annotated[Deps, Depends(deps_of)]

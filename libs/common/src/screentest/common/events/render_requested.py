"""RenderRequested: a segment may be rendered now, by whichever worker takes it first."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from screentest.common.events.artefacts import Artefact
from screentest.common.events.boundary import Boundary
from screentest.common.events.needs import Needs
from screentest.common.events.qa_policy import QAPolicy
from screentest.common.events.run_event import RunEvent
from screentest.common.events.shot_requested import Lane
from screentest.common.recipes import Recipe, Sha256


class RenderRequested(RunEvent):
    """dispatcher -> gpu-runner, through a work queue: one attempt to render one segment."""

    type: ClassVar[str] = "render.requested.v1"

    render_id: UUID
    segment: int = Field(ge=1)
    #: 1 for the first try, one more for every retry of this segment.
    attempt: int = Field(default=1, ge=1)
    lane: Lane = Lane.PREVIEW
    recipe: Recipe
    recipe_hash: Sha256
    seed_image: Artefact
    #: Handed on to QA with the result: see ShotRequested.
    reference_image: Artefact | None = None
    boundary: Boundary = Boundary()
    #: Handed on to QA with the result.
    qa: QAPolicy = QAPolicy()
    needs: Needs = Needs()
    #: Workers of one class share a queue; empty is the one of a renderer whose workers are alike.
    capability_class: str = ""
    #: Seconds the segment had waited when it was released; None where nobody says.
    waited_s: float | None = Field(default=None, ge=0)

    @property
    def routing_key(self) -> str:
        """One work queue per capability class: a worker takes only what it can render."""
        return self.key_of(self.recipe.renderer, self.capability_class)

    @classmethod
    def key_of(cls, renderer: str, capability_class: str | None = None) -> str:
        """The routing key of renders for one kind of worker."""
        return ".".join(filter(None, (cls.type, renderer, capability_class)))

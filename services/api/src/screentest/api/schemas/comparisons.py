"""A/B comparisons as people ask for them."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from screentest.api.schemas.axes import WorkflowChoice
from screentest.api.schemas.fields import Fresh, Reference, WaitForWorker
from screentest.api.schemas.shots import ShotOverrides
from screentest.common.recipes import MAX_SEED

Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]


class Side(ShotOverrides):
    """The parameters of one side."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"label": "soft"}]})

    label: Annotated[str, Field(max_length=120)] = ""
    workflow: WorkflowChoice | None = Field(
        default=None, description="Without one: the scene type's."
    )


class ComparisonRequest(BaseModel):
    """Two parameter sets, or one and two seeds."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "scene_type_id": 1,
                    "character_id": 1,
                    "a": {"label": "soft", "values": {"cfg": 4}},
                    "b": {"label": "strong", "values": {"cfg": 9}},
                },
                {"scene_type_id": 1, "character_id": 1, "seeds": [42, 43]},
            ]
        },
    )

    name: Annotated[str, Field(max_length=120)] = ""
    scene_type_id: Reference
    character_id: Reference
    a: Side = Side()
    b: Side | None = Field(default=None, description="Give this, or `seeds`.")
    seeds: tuple[Seed, Seed] | None = Field(
        default=None, description="Seeds of the sides, whose parameters are those of `a`."
    )
    fresh: Fresh = False
    wait_for_worker: WaitForWorker = False

    @model_validator(mode="after")
    def _has_two_sides(self) -> Self:
        if (self.b is None) == (self.seeds is None):
            raise ValueError('give either "b" or "seeds"')
        return self

    def sides(self) -> tuple[Side, Side]:
        """Both sides, with a label each."""
        a, b = self.a, self.b or self.a
        if self.seeds is not None:
            a, b = (self.a.model_copy(update={"seed": s, "label": f"seed {s}"}) for s in self.seeds)
        return (
            a.model_copy(update={"label": a.label or "A"}),
            b.model_copy(update={"label": b.label or "B"}),
        )

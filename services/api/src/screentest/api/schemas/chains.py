"""What people ask of a scene's chain."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from screentest.api.schemas.fields import Fresh, WaitForWorker
from screentest.api.schemas.shots import ShotOverrides

AcceptFailed = Annotated[
    bool,
    Field(
        description="Go on from a segment that QA failed, or has not judged yet, where the scene "
        "type halts on that (`qa.mode` is `halt`)."
    ),
]


class GenerateRequest(BaseModel):
    """How far to go on with a scene."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"up_to_segment": 3}]}
    )

    up_to_segment: int | None = Field(
        default=None, ge=1, description="Index of the last segment; without it the whole scene."
    )
    fresh: Fresh = False
    wait_for_worker: WaitForWorker = False
    accept_failed: AcceptFailed = False


class RegenerateRequest(BaseModel):
    """From where a scene is made anew, and what is to differ."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"from_segment": 2, "overrides": {"seed": 7}}]},
    )

    from_segment: int = Field(ge=1)
    overrides: ShotOverrides = Field(
        default=ShotOverrides(),
        description="What is to differ from the chain's recipe (from segment 1: from the scene "
        "type). Without a seed a random one is drawn: the same one would give the same pixels.",
    )
    replace_promoted: bool = Field(
        default=False, description="Needed to replace segment 001 where it is a promoted test shot."
    )
    fresh: Fresh = False
    wait_for_worker: WaitForWorker = False
    accept_failed: AcceptFailed = False


class BoundaryChoice(BaseModel):
    """Which frame a segment is to end on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"frame": 37}]})

    frame: int = Field(ge=0, description="From 0; one of the candidates.")


class BoundaryCandidate(BaseModel):
    """A frame that may be the boundary."""

    frame: int = Field(description="From 0, in the segment.")
    motion: float = Field(
        description="Mean difference of brightness to its neighbours, 0..255; less is calmer."
    )
    sharpness: float = Field(description="Variance of the Laplacian; more is sharper.")
    is_calmest: bool
    still: str = Field(description="Address of the frame as a picture.")


class BoundaryCandidates(BaseModel):
    """The final frames of a segment whose boundary frame is awaited."""

    segment: int
    frames: int = Field(description="Of the whole segment.")
    candidates: list[BoundaryCandidate]

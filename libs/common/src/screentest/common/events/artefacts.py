"""References to files in object storage, and what is known of a rendered segment."""

from collections.abc import Mapping
from typing import Self

from pydantic import Field

from screentest.common.recipes import Frozen, Sha256, SlotValue


class Artefact(Frozen):
    """A file in object storage. Events carry the reference, never the bytes."""

    key: str = Field(min_length=1, max_length=512)
    sha256: Sha256
    size_bytes: int = Field(ge=0)
    media_type: str = "application/octet-stream"


class SegmentArtefacts(Frozen):
    """The files of a rendered segment."""

    #: H.264 MP4 that can be joined to its neighbours without re-encoding.
    video: Artefact
    #: The boundary frame, lossless PNG: seed image of the next segment.
    last_frame: Artefact
    #: A small WebP for lists.
    poster: Artefact
    #: What the backend made, where the clip is encoded from it; a ZIP of single frames. Nothing
    #: depends on it: a segment without its original is whole. Left out where there is none.
    original: Artefact | None = Field(default=None, exclude_if=lambda file: file is None)


class ClipFacts(Frozen):
    """What a clip is, measured from the file."""

    duration_s: float = Field(ge=0)
    fps: float = Field(gt=0)
    frames: int = Field(ge=1)
    width: int = Field(ge=1)
    height: int = Field(ge=1)


class ExpectedClip(Frozen):
    """What the recipe asked the clip to be; None where it says nothing."""

    fps: float | None = None
    frames: int | None = None
    width: int | None = None
    height: int | None = None

    @classmethod
    def of(cls, values: Mapping[str, SlotValue]) -> Self:
        """What slot values ask a clip to be."""

        def number(name: str) -> float | None:
            value = values.get(name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                return None
            return float(value) if value > 0 else None

        def whole(name: str) -> int | None:
            value = number(name)
            return None if value is None else round(value)

        return cls(
            fps=number("fps"), frames=whole("frames"), width=whole("width"), height=whole("height")
        )

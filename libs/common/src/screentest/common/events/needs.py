"""What a recipe needs of the worker that renders it."""

from pydantic import Field

from screentest.common.recipes import Frozen


class Needs(Frozen):
    """Matched against what workers report of themselves; an empty one fits every worker."""

    #: Model folder -> file names: {"loras": ("film.safetensors",)}.
    models: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    #: Node classes.
    nodes: tuple[str, ...] = ()
    vram_bytes: int = Field(default=0, ge=0)

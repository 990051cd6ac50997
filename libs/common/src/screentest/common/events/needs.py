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

    @property
    def model_names(self) -> tuple[str, ...]:
        """The models to be loaded: renders that need the same follow each other without a swap."""
        return tuple(sorted({name for names in self.models.values() for name in names}))

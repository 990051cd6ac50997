"""What the gallery can be filtered by: the values that test shots have."""

from pydantic import Field

from screentest.common.recipes import Frozen


class ValueInUse(Frozen):
    """A value, and how many test shots have it."""

    name: str = Field(examples=["film-look.safetensors"])
    test_shots: int = Field(examples=[42])


class RowInUse(ValueInUse):
    """A row of the catalogue, or a person, by name."""

    id: int = Field(examples=[1])


class Facets(Frozen):
    """The values in use, the most used first."""

    scene_types: list[RowInUse]
    characters: list[RowInUse]
    workflows: list[RowInUse]
    people: list[RowInUse] = Field(description="Who asked for them.")
    loras: list[ValueInUse]
    tags: list[ValueInUse]

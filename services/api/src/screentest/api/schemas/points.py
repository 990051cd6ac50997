"""Values along an axis as people write them: a list, or a range.

Told apart by their form before they are looked at, so that a fault is one sentence at one place,
and not one for each thing it might have been.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator
from pydantic.functional_validators import WrapValidator
from pydantic_core import PydanticCustomError

from screentest.common.canonical import canonical_json
from screentest.common.recipes import MAX_SEED, SlotValue

MAX_POINTS = 10_000
"""A list or range longer than this is a slip: no limit of cells is that high."""

MAX_WEIGHT = 10


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _checked(is_fit: Callable[[Any], bool], sentence: str) -> BeforeValidator:
    """Refuse what does not fit with one sentence."""

    def check(value: Any) -> Any:
        if not is_fit(value):
            raise PydanticCustomError("value", "{sentence}", {"sentence": sentence})
        return value

    return BeforeValidator(check)


def _is_value(value: object) -> bool:
    return isinstance(value, bool | int | float | str)


def _is_seed(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= MAX_SEED and value == int(value)


def _is_weight(value: Any) -> bool:
    return _is_number(value) and -MAX_WEIGHT <= value <= MAX_WEIGHT


SEED = f"a seed is a whole number from 0 to {MAX_SEED}"
WEIGHT = f"the weight of a LoRA is a number from -{MAX_WEIGHT} to {MAX_WEIGHT}"

Number = Annotated[
    int | float,
    Field(ge=-MAX_SEED, le=MAX_SEED, allow_inf_nan=False),
    _checked(_is_number, "give a number"),
]
Value = Annotated[SlotValue, _checked(_is_value, "a value is a number, a text, true or false")]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED), _checked(_is_seed, SEED)]
Weight = Annotated[float, Field(ge=-MAX_WEIGHT, le=MAX_WEIGHT), _checked(_is_weight, WEIGHT)]


class Range(BaseModel):
    """Numbers from ``start`` to ``stop``, both included where the steps meet it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"start": 4, "stop": 8, "step": 0.5}]}
    )

    start: Number
    stop: Number
    step: Number = 1

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if self.step == 0 or (self.stop - self.start) * self.step < 0:
            raise ValueError(
                f"steps of {self.step:g} never lead from {self.start:g} to {self.stop:g}: "
                "give the step the other sign, or another size"
            )
        if self.count > MAX_POINTS:
            raise ValueError(
                f"the range has {self.count} values and may have {MAX_POINTS}: take larger steps"
            )
        return self

    @property
    def count(self) -> int:
        """How many numbers there are."""
        start, stop, step = self._exact()
        return math.floor((stop - start) / step) + 1

    @property
    def ends(self) -> tuple[int | float, int | float]:
        """The first number and the last."""
        return self._at(0), self._at(self.count - 1)

    @property
    def is_whole(self) -> bool:
        """Whether all numbers are whole ones."""
        return isinstance(self.start, int) and isinstance(self.step, int)

    def numbers(self) -> list[int | float]:
        """The numbers, without the drift of adding floats: 0.1, 0.2, 0.3."""
        return [self._at(place) for place in range(self.count)]

    def _at(self, place: int) -> int | float:
        start, _, step = self._exact()
        found = start + step * place
        return int(found) if self.is_whole else float(found)

    def _exact(self) -> tuple[Decimal, Decimal, Decimal]:
        start, stop, step = (Decimal(str(one)) for one in (self.start, self.stop, self.step))
        return start, stop, step


def _some(value: Any) -> Any:
    """A list that is neither empty nor endless."""
    if not isinstance(value, list | tuple):
        raise PydanticCustomError("no_list", "give a list")
    if not value:
        raise PydanticCustomError("no_values", "the list is empty: fill it, or leave the axis out")
    if len(value) > MAX_POINTS:
        raise PydanticCustomError(
            "too_many_values",
            "the list has {count} values and may have {most}: shorten it",
            {"count": len(value), "most": MAX_POINTS},
        )
    return value


Some = BeforeValidator(_some)


def _list_or_range(listed: type | Any) -> WrapValidator:
    adapter: TypeAdapter[Any] = TypeAdapter(listed)

    def parse(value: Any, _: object) -> Any:
        match value:
            case Range():
                return value
            case dict():
                return Range.model_validate(value)
            case list() | tuple():
                return adapter.validate_python(_some(value))
        raise PydanticCustomError(
            "no_list_or_range",
            "give a list of values, or a range: {example}",
            {"example": '{"start": 4, "stop": 8, "step": 2}'},
        )

    return WrapValidator(parse)


_Length = Field(min_length=1, max_length=MAX_POINTS)
Values = Annotated[Annotated[list[Value], _Length] | Range, _list_or_range(list[Value])]
Seeds = Annotated[Annotated[list[Seed], _Length] | Range, _list_or_range(list[Seed])]
Weights = Annotated[Annotated[list[Weight], _Length] | Range, _list_or_range(list[Weight])]


def listed(values: Sequence[Any] | Range) -> list[Any]:
    """Every value once: one that is listed twice is one value."""
    if isinstance(values, Range):
        return values.numbers()
    return list({_identity(one): one for one in values}.values())


def count_of(values: Sequence[Any] | Range) -> int:
    """How many different values there are; a range does not have to be written out."""
    if isinstance(values, Range):
        return values.count
    return len({_identity(one) for one in values})


def _identity(value: SlotValue) -> tuple[bool, SlotValue]:
    # 4 and 4.0 are one value; 1 and true are two, which Python takes to be equal.
    return isinstance(value, bool), value


def labels_of(values: Sequence[SlotValue]) -> list[str]:
    """What different values are called: no two the same."""
    short = [f"{one:.10g}" if isinstance(one, float) else str(one) for one in values]
    if all(times == 1 for times in Counter(short).values()):
        return short
    # 0.1 and 0.10000000001, or 1 and "1": written out.
    return [canonical_json(one).decode() for one in values]

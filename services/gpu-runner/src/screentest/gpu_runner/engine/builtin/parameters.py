"""What the built-in renderer reads from a recipe, checked against what it can do.

Must never guess at a value it does not understand: a recipe it cannot follow is refused.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from screentest.common.recipes import VALUES_READ_BY_NAME, Lora, Recipe, Renderer, SlotValue
from screentest.gpu_runner.engine.backend import RenderFailed

#: Slot -> (default, smallest, largest). The defaults are a small image-to-video model's: 832x480,
#: two and a half seconds; the limits keep one render below a gigabyte and a minute. Another slot is
#: added to `VALUES_READ_BY_NAME` first, so that the recipe hash knows it.
_LIMITS: dict[str, tuple[int | float, float, float]] = {
    "width": (832, 64, 2048),
    "height": (480, 64, 2048),
    "frames": (41, 2, 1024),
    "fps": (16, 1, 120),
    "cfg": (6.0, 0, 30),
    "steps": (20, 1, 200),
}
_WHOLE = ("width", "height", "frames", "steps")
#: Finest frame rate of broadcast: 24000/1001 and its kin.
_FPS_DENOMINATOR = 1001


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Everything that decides the pixels, apart from the seed image."""

    #: Pixels, both even.
    width: int
    height: int
    frames: int
    fps: Fraction
    #: Strength of motion and contrast, 0..30.
    cfg: float
    #: 1..200; more steps, less grain.
    steps: int
    prompt: str
    negative_prompt: str
    loras: tuple[Lora, ...]
    #: The recipe hash: every random draw comes from it.
    recipe_hash: str

    @property
    def duration_s(self) -> float:
        """Seconds from the first frame to the last."""
        return float((self.frames - 1) / self.fps)

    def random(self) -> np.random.Generator:
        """A fresh generator; two made from equal recipes draw equal numbers."""
        return np.random.default_rng(list(bytes.fromhex(self.recipe_hash)))


def parameters_of(recipe: Recipe) -> Parameters:
    """The parameters in ``recipe``, defaults filled in.

    Raises:
        RenderFailed: ``invalid_recipe``, when a value is out of range or not a number.
    """
    number = {name: _number(recipe.values, name) for name in VALUES_READ_BY_NAME[Renderer.BUILTIN]}
    for name in ("width", "height"):
        if number[name] % 2:
            raise _invalid(f"{name} is {number[name]:g}, but H.264 needs an even number of pixels")
    return Parameters(
        width=int(number["width"]),
        height=int(number["height"]),
        frames=int(number["frames"]),
        fps=Fraction(number["fps"]).limit_denominator(_FPS_DENOMINATOR),
        cfg=float(number["cfg"]),
        steps=int(number["steps"]),
        prompt=recipe.prompt,
        negative_prompt=recipe.negative_prompt,
        loras=recipe.loras,
        recipe_hash=recipe.hash,
    )


def _number(values: dict[str, SlotValue], name: str) -> int | float:
    default, smallest, largest = _LIMITS[name]
    value = values.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _invalid(f"{name} is {value!r}, but it must be a number")
    if not smallest <= value <= largest:
        raise _invalid(
            f"{name} is {value:g}, but the built-in renderer takes {smallest:g} to {largest:g}"
        )
    if name in _WHOLE and value != int(value):
        raise _invalid(f"{name} is {value:g}, but it must be a whole number")
    return value


def _invalid(sentence: str) -> RenderFailed:
    return RenderFailed("invalid_recipe", sentence, retryable=False)

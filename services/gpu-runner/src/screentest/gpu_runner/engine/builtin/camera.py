"""The camera: which move a prompt asks for, and where every pixel of a frame comes from.

Must never jump: the first frame is the seed image untouched, speed is constant, and the view never
leaves the picture (but for a pull-out, whose edges are mirrored).
"""

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

import numpy as np

from screentest.gpu_runner.engine.builtin.depth import Field
from screentest.gpu_runner.engine.builtin.parameters import Parameters


class Move(StrEnum):
    """What the camera does during the segment."""

    PUSH_IN = "push-in"
    PULL_OUT = "pull-out"
    PAN_LEFT = "pan left"
    PAN_RIGHT = "pan right"
    TILT_UP = "tilt up"
    TILT_DOWN = "tilt down"
    ORBIT = "orbit"
    HANDHELD = "handheld"
    STATIC = "static"


_TOWARDS = r"(?: (?:slowly|gently|slightly|quickly|to|towards?|the|its|camera))* "
_WORDS = {
    Move.PUSH_IN: r"\b(?:push|zoom|doll(?:y|ie)|mov)(?:e|s|es|ing)? (?:slowly )?(?:in\b|closer)",
    Move.PULL_OUT: r"\b(?:pull|zoom|doll(?:y|ie)|mov)(?:e|s|es|ing)? (?:slowly )?(?:out|back)\b",
    Move.PAN_LEFT: rf"\b(?:pan|truck|slid|mov|turn)(?:e|s|es|ning|ing)?{_TOWARDS}left",
    Move.PAN_RIGHT: rf"\b(?:pan|truck|slid|mov|turn)(?:e|s|es|ning|ing)?{_TOWARDS}right",
    Move.TILT_UP: rf"\b(?:tilt|crane|boom)(?:s|ing)?{_TOWARDS}up|\b(?:rises?|rising)\b",
    Move.TILT_DOWN: rf"\b(?:tilt|crane|boom)(?:s|ing)?{_TOWARDS}down",
    Move.ORBIT: r"\b(?:orbit|arc|circl|rotat|revolv)(?:s|e|es|ing)?\b",
    Move.HANDHELD: r"\bhand ?held|\bshaky",
    Move.STATIC: r"\b(?:static|still|locked|fixed|tripod|stationary)\b",
}
_PATTERNS = {move: re.compile(words) for move, words in _WORDS.items()}
#: Moves picked when the prompt names none.
_UNASKED = (Move.PUSH_IN, Move.PAN_LEFT, Move.PAN_RIGHT, Move.TILT_UP, Move.ORBIT, Move.HANDHELD)
#: The point that stays where it is while the view narrows, in halves of the frame from its centre.
_FOCUS = {
    Move.PAN_LEFT: (-1.0, 0.0),
    Move.PAN_RIGHT: (1.0, 0.0),
    Move.TILT_UP: (0.0, -1.0),
    Move.TILT_DOWN: (0.0, 1.0),
}
#: Share of the view the camera gains or loses per second.
_NARROWING_PER_S = {
    Move.PUSH_IN: 0.024,
    Move.PULL_OUT: -0.016,
    Move.PAN_LEFT: 0.020,
    Move.PAN_RIGHT: 0.020,
    Move.TILT_UP: 0.024,
    Move.TILT_DOWN: 0.024,
    Move.ORBIT: 0.006,
    Move.HANDHELD: 0.006,
    Move.STATIC: 0.0,
}
#: Near things move this share of the width per second more than far ones.
_PARALLAX_PER_S = {
    Move.PAN_LEFT: 0.003,
    Move.PAN_RIGHT: -0.003,
    Move.ORBIT: 0.011,
}
#: However long the segment: more would show how little the picture really holds.
_MOST_NARROWING = 0.14
_MOST_PARALLAX = 0.04
#: Amplitude of the sway, as a share of the width.
_SWAY = {Move.HANDHELD: 0.0050, Move.STATIC: 0.0040}
_LITTLE_SWAY = 0.0012
_SWAYS_PER_S = 0.3


def choose_move(prompt: str, negative_prompt: str) -> Move:
    """The first move ``prompt`` names, else one picked by its text.

    Picked by the prompt and not by the seed, so that the segments of a scene move alike; a move
    that ``negative_prompt`` names is never picked.
    """
    plain = _plain(prompt)
    named = {move: found.start() for move, p in _PATTERNS.items() if (found := p.search(plain))}
    if named:
        return min(named, key=named.__getitem__)
    unwanted = _plain(negative_prompt)
    wanted = [move for move in _UNASKED if not _PATTERNS[move].search(unwanted)] or [Move.STATIC]
    return wanted[_digest(prompt)[0] % len(wanted)]


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A planned move: displacement fields that a frame mixes by two numbers."""

    #: Pixels to add at progress 1 (`drift`) and at full sway (`sway`), as x and y fields.
    drift: tuple[Field, Field]
    sway: tuple[Field, Field]
    #: Whole swings from the first frame to the last, so that the sway ends where it began.
    sways: int

    def view(self, progress: float) -> tuple[Field, Field]:
        """Where each pixel of the frame at ``progress`` (0..1) is found in the seed image.

        Returns x and y fields in pixels; at progress 0 every pixel is where it was.
        """
        height, width = self.drift[0].shape
        swing = np.float32(math.sin(2 * math.pi * self.sways * progress))
        done = np.float32(progress)
        x = np.arange(width, dtype=np.float32)[None, :] + self.drift[0] * done
        y = np.arange(height, dtype=np.float32)[:, None] + self.drift[1] * done
        return x + self.sway[0] * swing, y + self.sway[1] * swing


def plan_camera(parameters: Parameters, depth: Field, random: np.random.Generator) -> Camera:
    """The move that the prompt asks for, as strong as CFG says, in the seed's own variation."""
    move = choose_move(parameters.prompt, parameters.negative_prompt)
    height, width = depth.shape
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    speed = _strength(parameters.cfg) * _pace(parameters.prompt) * float(random.uniform(0.9, 1.1))
    travel = speed * parameters.duration_s
    narrowing = _at_most(_NARROWING_PER_S[move] * travel, _MOST_NARROWING)
    # Like the move, from the prompt: a chain that circled left and then right would jerk.
    side = 1.0 if _digest(parameters.prompt)[1] % 2 else -1.0
    parallax = _at_most(_PARALLAX_PER_S.get(move, 0.0) * travel, _MOST_PARALLAX)
    if move is Move.ORBIT:
        parallax *= side
    focus_x, focus_y = _FOCUS.get(move, (0.0, float(random.uniform(-0.25, 0.25))))
    # Nothing at the rim moves sideways, or what is outside the picture would show.
    inside: Field = (1 - x * x * x * x) * (1 - y * y * y * y)
    lean = (depth - np.float32(0.5)) * inside
    nearer = (np.float32(0.85) + np.float32(0.3) * depth) * np.float32(narrowing / 2)
    amplitude = side * _SWAY.get(move, _LITTLE_SWAY) * min(1.5, speed) * width
    return Camera(
        drift=(
            (np.float32(focus_x) - x) * nearer * width - lean * np.float32(parallax * width),
            (np.float32(focus_y) - y) * nearer * height,
        ),
        sway=(
            (lean * np.float32(2) + inside * np.float32(0.6)) * np.float32(amplitude),
            (lean * np.float32(0.5) - inside * np.float32(0.3)) * np.float32(amplitude),
        ),
        sways=max(1, round(_SWAYS_PER_S * parameters.duration_s)),
    )


def _plain(text: str) -> str:
    return re.sub(r"[-_\s]+", " ", text.lower())


def _digest(prompt: str) -> bytes:
    return sha256(_plain(prompt).encode()).digest()


def _strength(cfg: float) -> float:
    """0.5 at CFG 0, 1 at CFG 6, and never more than 2."""
    return 0.5 + 1.5 * cfg / (cfg + 12)


def _pace(prompt: str) -> float:
    if re.search(r"\b(?:fast|quick|rapid|swift)(?:ly)?\b", prompt.lower()):
        return 1.5
    if re.search(r"\b(?:slow|gentle|gently|subtle|subtly)(?:ly)?\b", prompt.lower()):
        return 0.75
    return 1.0


def _at_most(value: float, limit: float) -> float:
    return math.copysign(min(abs(value), limit), value)

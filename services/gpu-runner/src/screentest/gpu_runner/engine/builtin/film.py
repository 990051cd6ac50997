"""The built-in renderer proper: a picture and parameters in, frames out.

A deterministic stand-in for an image-to-video model, never to be mistaken for one: it moves a
camera over the picture. Equal input gives equal frames on every run, process and x86-64 processor,
which allows only the pixel operations measured to be exact (no float remaps or blurs, no
`addWeighted`, no `np.exp`).
"""

import math
from collections.abc import Iterator
from typing import cast

import cv2
import numpy as np

from screentest.gpu_runner.engine.builtin.camera import plan_camera
from screentest.gpu_runner.engine.builtin.depth import Field, guess_depth
from screentest.gpu_runner.engine.builtin.grain import Atmosphere, Delta
from screentest.gpu_runner.engine.builtin.look import Look
from screentest.gpu_runner.engine.builtin.parameters import Parameters
from screentest.media.encode import Frame
from screentest.media.stills import cover

#: The picture is enlarged this much, so that a bilinear look-up between pixels blurs nothing. Odd:
#: the centre of each 3 x 3 block is the original pixel, exactly.
_OVERSAMPLING = 3
#: Sharpening is counted in 1/64 of the detail it adds, and adds half as much again at most.
_WHOLE_DETAIL = 64
_MOST_SHARPENING = 32
#: What the encoder takes away from fine detail in a segment, and sharpening gives back.
_ENCODER_LOSS = 1.08


def film(seed_image: Frame, parameters: Parameters) -> Iterator[Frame]:
    """The frames of a segment, height x width x 3 uint8 RGB each.

    The first frame is ``seed_image`` fitted to the frame, pixel for pixel; every effect grows from
    nothing, so a segment seeded by another's last frame goes on where that one ended.
    """
    cv2.setNumThreads(1)
    picture = np.ascontiguousarray(cover(seed_image, parameters.width, parameters.height))
    random = parameters.random()
    camera = plan_camera(parameters, guess_depth(picture), random)
    atmosphere = Atmosphere(parameters, random)
    look = Look(parameters, picture)
    size = (parameters.width * _OVERSAMPLING, parameters.height * _OVERSAMPLING)
    fine = _u8(cv2.resize(picture, size, interpolation=cv2.INTER_LANCZOS4))
    strength = _sharpening_needed(picture, _look_up(fine, camera.view(1)))
    for index in range(parameters.frames):
        delta = atmosphere.delta(index)
        if index == 0:
            yield picture
            continue
        progress = index / (parameters.frames - 1)
        frame = _look_up(fine, camera.view(progress))
        delta += _sharpening(frame, round(strength * progress))
        graded = cv2.LUT(frame, look.curves(progress))
        yield _u8(cv2.add(graded, cv2.merge([delta, delta, delta]), dtype=cv2.CV_8U))


def _look_up(fine: Frame, view: tuple[Field, Field]) -> Frame:
    """The picture seen through ``view``."""
    x, y = (axis * np.float32(_OVERSAMPLING) + np.float32(_OVERSAMPLING // 2) for axis in view)
    # Fixed-point maps: remap with float maps rounds differently from processor to processor.
    whole, fraction = cv2.convertMaps(x, y, cv2.CV_16SC2)
    return _u8(cv2.remap(fine, whole, fraction, cv2.INTER_LINEAR, None, cv2.BORDER_REFLECT_101))


def _sharpening_needed(first: Frame, last: Frame) -> int:
    """How strongly to sharpen ``last`` for it to be as crisp as ``first``, in 1/64 of its detail.

    A narrowed view is an enlarged picture; without this, a chain of segments goes soft.
    """
    before, after = (int(np.square(_detail(one), dtype=np.int64).sum()) for one in (first, last))
    lost = math.sqrt(before / max(1, after)) * _ENCODER_LOSS - 1
    return max(0, min(_MOST_SHARPENING, round(_WHOLE_DETAIL * lost)))


def _sharpening(frame: Frame, strength: int) -> Delta:
    added = _detail(frame) * np.int16(strength) + np.int16(_WHOLE_DETAIL // 2)
    return added // np.int16(_WHOLE_DETAIL)


def _detail(frame: Frame) -> Delta:
    """What a small blur would take away from the brightness of ``frame``."""
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    blurred = cv2.GaussianBlur(grey, (3, 3), 0)
    return np.asarray(cv2.subtract(grey, blurred, dtype=cv2.CV_16S), np.int16)


def _u8(picture: object) -> Frame:
    """``picture`` as what it is; OpenCV's annotations only say that it has some numbers in it."""
    return cast("Frame", picture)

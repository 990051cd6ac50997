"""What previews show at a glance: photographs, darkness and noise as backends send them."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import screentest.demo
from screentest.gpu_runner.engine.glimpses import glimpse
from screentest.gpu_runner.engine.previews import look

PHOTOS = Path(screentest.demo.__file__).parent / "photos"


def jpeg(picture: Image.Image, quality: int = 60) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def noise(width: int, height: int, *, shown: int = 512) -> Image.Image:
    """Latent noise as ComfyUI sends it: a pixel a latent, enlarged to at most 512."""
    levels = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    size = (shown, round(shown * height / width))
    return Image.fromarray(levels).resize(size, Image.Resampling.BILINEAR)


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee"])
def test_a_photograph_is_neither(name):
    seen = look((PHOTOS / f"{name}.jpg").read_bytes())

    found = (seen.is_black, seen.is_noise, seen.is_dark, seen.is_rough)
    assert found == (False, False, False, False)


@pytest.mark.parametrize(
    ("width", "height"), [(104, 60), (120, 208), (52, 30), (832, 480)], ids=str
)
def test_noise_is_noise_however_few_latents_there_are(width, height):
    seen = look(jpeg(noise(width, height)))

    assert seen.is_noise
    assert not seen.is_black


def test_a_half_denoised_photograph_is_not_noise_any_more():
    photo = Image.open(PHOTOS / "chelsea.jpg").convert("RGB").resize((104, 60))
    grain = np.random.default_rng(1).normal(0, 30, (60, 104, 3))
    mixed = Image.fromarray((np.asarray(photo) + grain).clip(0, 255).astype(np.uint8))

    assert not look(jpeg(mixed.resize((512, 295), Image.Resampling.BILINEAR))).is_noise


def test_black_is_black_and_no_noise():
    seen = look(jpeg(Image.new("RGB", (512, 288))))

    assert (seen.is_black, seen.is_dark, seen.texture) == (True, True, None)
    assert not seen.is_noise


def test_a_night_with_one_lamp_is_not_black():
    night = np.zeros((288, 512, 3), np.uint8)
    night[100:140, 200:240] = 220

    seen = look(jpeg(Image.fromarray(night)))

    assert not seen.is_black
    assert seen.is_dark


def test_a_grey_card_is_nothing_but_grey():
    seen = glimpse(np.full((27, 48, 3), 128, np.uint8))

    assert (seen.texture, seen.mean, seen.is_noise) == (None, pytest.approx(128), False)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1)])
def test_odd_shapes_are_looked_at(size):
    assert look(jpeg(Image.new("RGB", size, "white"))).mean > 200


@pytest.mark.parametrize("data", [b"", b"no picture", jpeg(Image.new("RGB", (64, 64)))[:60]])
def test_what_is_no_picture_shows_nothing(data):
    assert look(data) is None

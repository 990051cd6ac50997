"""Previews fit into an event, whatever a backend sends."""

import base64
import io

import numpy as np
from PIL import Image

from screentest.gpu_runner.engine.previews import data_url


def encoded(picture: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def pixels(url: str) -> Image.Image:
    head, _, body = url.partition(",")
    assert head == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(body)))


def test_small_jpeg_goes_through_untouched():
    jpeg = encoded(Image.new("RGB", (64, 48), "red"), "JPEG")

    assert base64.b64decode(data_url(jpeg).partition(",")[2]) == jpeg


def test_large_png_with_transparency_becomes_a_small_jpeg():
    noise = np.random.default_rng(1).integers(0, 256, (600, 1024, 4), np.uint8)
    url = data_url(encoded(Image.fromarray(noise, "RGBA"), "PNG"))

    assert len(url) <= 48_000
    assert pixels(url).width == 320


def test_what_is_no_picture_is_left_out():
    assert data_url(b"no picture") is None
    assert data_url(encoded(Image.new("RGB", (64, 48)), "PNG")[:40]) is None

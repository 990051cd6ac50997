import io

import numpy as np
import pytest
from PIL import Image

from screentest.media.clips import read_frames
from screentest.media.stills import (
    UnreadableImage,
    cover,
    decode_image,
    last_frame,
    png,
    poster,
)


def _file(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def test_the_last_frame_survives_png_exactly(clip):
    path = clip(frames=9)
    final = last_frame(path)

    np.testing.assert_array_equal(final, list(read_frames(path))[-1])
    np.testing.assert_array_equal(final, decode_image(png(final)))
    assert png(final) == png(last_frame(path))


def test_a_poster_is_a_small_webp_and_never_enlarged(scene):
    wide = scene(1, width=960, height=540)[0]
    small = Image.open(io.BytesIO(poster(wide)))
    same = Image.open(io.BytesIO(poster(scene(1)[0])))

    assert (small.format, small.size) == ("WEBP", (416, 234))
    assert same.size == (96, 64)


def test_the_orientation_tag_of_a_camera_is_applied():
    picture = Image.new("RGB", (40, 20), "black")
    picture.paste("white", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn 90 degrees clockwise to stand upright
    upright = decode_image(_file(picture, "JPEG", exif=exif, quality=95))

    assert upright.shape == (40, 20, 3)
    assert upright[5, 10].min() > 200
    assert upright[35, 10].max() < 50


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_flattened_onto_white(mode):
    picture = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    flat = decode_image(_file(picture.convert(mode), "PNG"))

    assert flat.shape == (8, 8, 3)
    assert flat.dtype == np.uint8
    assert (flat == 255).all()


def test_grey_and_sixteen_bit_pictures_keep_their_brightness():
    grey = Image.new("L", (4, 4), 77)
    deep = Image.fromarray(np.full((4, 4), 77 * 256, np.uint16))

    assert decode_image(_file(grey, "PNG"))[0, 0].tolist() == [77, 77, 77]
    assert decode_image(_file(deep, "PNG"))[0, 0].tolist() == [77, 77, 77]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"", "empty"), (b"%PDF-1.7 not a picture at all", "not a picture")],
)
def test_what_is_no_picture_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(UnreadableImage, match=sentence):
        decode_image(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_that_lost_its_tail_is_refused(kind):
    noisy = np.random.default_rng(3).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    whole = _file(Image.fromarray(noisy), kind)

    with pytest.raises(UnreadableImage, match=r"damaged|not a picture"):
        decode_image(whole[: len(whole) // 2])


def test_a_picture_that_would_exhaust_memory_is_refused():
    huge = _file(Image.new("1", (20_000, 10_000)), "PNG")

    with pytest.raises(UnreadableImage, match="too large"):
        decode_image(huge)


def test_a_picture_is_fitted_around_its_centre_and_left_alone_when_it_fits():
    wide = np.zeros((100, 400, 3), np.uint8)
    wide[:, 150:250] = 255
    fitted = cover(wide, 50, 50)

    assert fitted.shape == (50, 50, 3)
    assert fitted.min() > 230
    assert cover(wide, 400, 100) is wide

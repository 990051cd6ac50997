"""What pictures carry beside their pixels: the tags ComfyUI writes into PNG and WebP files.

PNG keeps them as text chunks, WebP as EXIF texts of the form ``prompt:{...}``. Must never decode a
pixel: a picture that is cut off behind its tags is still read.
"""

import io
import warnings

from PIL import Image

_KINDS = ("PNG", "WEBP")


class UnreadablePicture(Exception):  # noqa: N818 - says what is wrong, as UnreadableClip does
    """A file is no PNG or WebP whose tags can be read; the message says what is wrong with it."""


def read_picture_metadata(data: bytes) -> dict[str, str]:
    """The picture's tags, keys in lower case.

    Raises:
        UnreadablePicture: it is no PNG or WebP, or damaged before its tags end.
    """
    try:
        with warnings.catch_warnings():
            # It warns of pictures that would fill the memory; none is decoded here.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_KINDS) as picture:
                texts = {
                    str(key): text for key, text in picture.info.items() if isinstance(text, str)
                }
                exif = [text for text in picture.getexif().values() if isinstance(text, str)]
    except Image.DecompressionBombError:
        raise UnreadablePicture("it claims to have more pixels than any picture") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise UnreadablePicture(f"it is damaged ({error})") from None
    for text in exif:
        key, is_tag, value = text.partition(":")
        if is_tag:
            texts.setdefault(key, value.rstrip("\0"))
    return {key.lower(): text for key, text in texts.items()}

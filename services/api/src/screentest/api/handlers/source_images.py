"""Taking in a picture: examined, stored under its hash, and given to a character."""

import asyncio
import hashlib

from screentest.api.deps import Deps
from screentest.api.images import examine
from screentest.api.problems.catalogue import ImageTooLarge
from screentest.api.schemas.characters import Character, SourceImage
from screentest.api.store import characters
from screentest.common.db import Tx


async def add_source_image(
    tx: Tx, deps: Deps, character: Character, data: bytes, *, is_primary: bool
) -> SourceImage:
    """Give a locked character an image; its first one is primary anyhow.

    The file is stored before the row commits: a file nobody refers to does no harm.

    Raises:
        InvalidImage, ImageTooLarge, SameImage: it cannot be used.
    """
    settings = deps.settings
    if len(data) > settings.max_image_bytes:
        raise ImageTooLarge(
            f"The picture has {len(data)} bytes and {settings.max_image_bytes} are accepted: "
            "make it smaller."
        )
    picture = await asyncio.to_thread(examine, data, max_pixels=settings.max_image_pixels)
    key = f"images/{hashlib.sha256(data).hexdigest()}.{picture.extension}"
    artefact = await deps.objects.put_once(key, data, media_type=picture.media_type)
    return await characters.add_image(
        tx, character.id, artefact, picture, is_primary=is_primary or not character.images
    )

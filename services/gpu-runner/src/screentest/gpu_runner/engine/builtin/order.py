"""What the runner asks the rendering process to do, as it travels between the two."""

from pathlib import Path

from pydantic import BaseModel

from screentest.common.recipes import Recipe


class RenderOrder(BaseModel):
    """One segment to render."""

    recipe: Recipe
    #: The seed image file.
    seed_image: Path
    #: The MP4 to write.
    video: Path
    #: Spread the frames over at least this many seconds.
    minimum_seconds: float = 0.0

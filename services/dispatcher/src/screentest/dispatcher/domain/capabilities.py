"""Where renders go: a place for each capability class."""

from dataclasses import dataclass

from screentest.common.capability import Capability, Shortfall
from screentest.common.recipes import Renderer

__all__ = ["Capability", "Place", "Shortfall"]


@dataclass(frozen=True, kw_only=True, order=True)
class Place:
    """A work queue: the workers of one renderer that are alike."""

    renderer: Renderer
    capability_class: str = ""

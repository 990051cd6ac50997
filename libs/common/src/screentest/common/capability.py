"""What workers can render, and what they lack for the needs of a recipe.

Who says nothing of models, nodes or memory is taken to have what is needed: the built-in renderer
needs no model, and an unknown backend is better tried than never used.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from screentest.common.events import Needs, WaitingCode


@dataclass(frozen=True, kw_only=True)
class Capability:
    """What a worker can do, and all that are alike, as they report it."""

    models: dict[str, frozenset[str]] = field(default_factory=dict)
    nodes: frozenset[str] = frozenset()
    vram_bytes: int = 0

    def shortfall(self, needs: Needs) -> "Shortfall | None":
        """What is missing here for ``needs``, the first of it; None when nothing is."""
        return next(self.shortfalls(needs), None)

    def shortfalls(self, needs: Needs) -> Iterator["Shortfall"]:
        """All that is missing here for ``needs``."""
        if self.models:
            for folder, names in needs.models.items():
                for name in names:
                    if name not in self.models.get(folder, frozenset()):
                        yield Shortfall(code=WaitingCode.MISSING_MODEL, what=f"the model {name}")
        if self.nodes:
            for node in needs.nodes:
                if node not in self.nodes:
                    yield Shortfall(code=WaitingCode.MISSING_NODE, what=f"the node {node}")
        if self.vram_bytes and needs.vram_bytes > self.vram_bytes:
            short_gb = (needs.vram_bytes - self.vram_bytes) / 1e9
            yield Shortfall(code=WaitingCode.SHORT_OF_VRAM, what=f"{short_gb:.1f} GB of VRAM more")


@dataclass(frozen=True, kw_only=True)
class Shortfall:
    """Why a place cannot render something."""

    code: WaitingCode
    what: str

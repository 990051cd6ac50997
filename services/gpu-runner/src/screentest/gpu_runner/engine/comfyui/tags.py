"""What every prompt of ours says of itself, for whoever looks at the server's queue."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from screentest.gpu_runner.engine.backend import RenderJob

#: The key of `extra_data`.
_KEY = "screentest"


@dataclass(frozen=True, kw_only=True)
class Tag:
    """The tag of one prompt; empty for other people's."""

    render_id: str = ""
    recipe_hash: str = ""
    #: Who submitted it.
    worker: str = ""

    @classmethod
    def parse(cls, extra_data: object) -> "Tag":
        """Read a prompt's `extra_data`, which comes from outside."""
        found = extra_data.get(_KEY) if isinstance(extra_data, dict) else None
        facts = found if isinstance(found, dict) else {}
        return cls(
            render_id=_uuid(facts.get("render_id")),
            recipe_hash=str(facts.get("recipe_hash") or ""),
            worker=str(facts.get("worker") or ""),
        )

    def is_of(self, job: RenderJob) -> bool:
        """Whether the prompt is for this render, and runs the same graph on the same picture."""
        return (self.render_id, self.recipe_hash) == (job.render_id, job.recipe.hash)


def _uuid(value: object) -> str:
    with suppress(ValueError):
        return str(UUID(str(value)))
    return ""


def extra_data_of(entry: list[Any]) -> object:
    """The `extra_data` of a prompt as queue and history list it; None where there is none."""
    return entry[3] if len(entry) > 3 else None  # noqa: PLR2004 - [number, id, graph, extra, ...]


def extra_data(job: RenderJob, worker: str) -> dict[str, Any]:
    """The `extra_data` of a prompt that ``worker`` submits."""
    tag = {
        "render_id": job.render_id,
        "run_id": job.run_id,
        "segment": job.segment,
        "recipe_hash": job.recipe.hash,
        "worker": worker,
    }
    return {_KEY: tag}

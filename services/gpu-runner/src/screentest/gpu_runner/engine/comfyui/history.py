"""How a prompt ended, as the server's history tells it. The history is the truth.

Must never read files or guess from the socket.
"""

from dataclasses import dataclass, field
from typing import Any

from screentest.gpu_runner.engine.comfyui.tags import Tag, extra_data_of


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """One finished prompt."""

    prompt_id: str
    #: False for errors and interruptions alike.
    succeeded: bool
    #: Node id -> what the node's save step reported; not checked yet, it comes from outside.
    outputs: dict[str, Any]
    #: The prompt's own events in order: (type, data).
    events: tuple[tuple[str, dict[str, Any]], ...] = field(default=())
    tag: Tag = field(default_factory=Tag)
    #: Seconds for which it was seen to run, where the server's clock does not say.
    seen_s: float | None = None

    @classmethod
    def parse(cls, prompt_id: str, body: dict[str, Any]) -> "HistoryEntry | None":
        """Read ``GET /history/{id}``; None while the prompt is not finished (or not known)."""
        entry = body.get(prompt_id)
        if not isinstance(entry, dict):
            return None
        status = entry.get("status")
        # Servers of early 2024 keep no status; what they list has finished.
        status = status if isinstance(status, dict) else {"status_str": "success"}
        outputs = entry.get("outputs")
        return cls(
            prompt_id=prompt_id,
            succeeded=status.get("status_str") == "success",
            outputs=outputs if isinstance(outputs, dict) else {},
            events=_events(status.get("messages")),
            tag=Tag.parse(_extra_data(entry.get("prompt"))),
        )

    def first(self, kind: str) -> dict[str, Any] | None:
        """The data of the first event of ``kind``, e.g. execution_error."""
        return next((data for name, data in self.events if name == kind), None)

    @property
    def was_interrupted(self) -> bool:
        """Whether somebody stopped it."""
        return self.first("execution_interrupted") is not None

    @property
    def cached_nodes(self) -> frozenset[str]:
        """Nodes that did not run because the server had their results."""
        nodes = (self.first("execution_cached") or {}).get("nodes")
        return frozenset(map(str, nodes)) if isinstance(nodes, list) else frozenset()

    @property
    def execution_s(self) -> float | None:
        """Seconds from start to success by the server's clock, else as it was seen; or None."""
        start = (self.first("execution_start") or {}).get("timestamp")
        end = (self.first("execution_success") or {}).get("timestamp")
        if not isinstance(start, int | float) or not isinstance(end, int | float):
            return self.seen_s
        return max(0.0, (end - start) / 1000)


def _extra_data(prompt: object) -> object:
    return extra_data_of(prompt) if isinstance(prompt, list) else None


def _events(messages: object) -> tuple[tuple[str, dict[str, Any]], ...]:
    if not isinstance(messages, list):
        return ()
    return tuple(
        (str(message[0]), message[1])
        for message in messages
        if isinstance(message, list) and len(message) == 2 and isinstance(message[1], dict)  # noqa: PLR2004 - [type, data]
    )

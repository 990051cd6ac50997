"""The server's queue at one moment: what runs, what waits, and which of it is ours."""

from dataclasses import dataclass
from typing import Any

from screentest.gpu_runner.engine.comfyui.tags import Tag, extra_data_of


@dataclass(frozen=True, kw_only=True)
class QueuedPrompt:
    """One entry of `/queue`."""

    prompt_id: str
    #: Under which client id it was submitted; ours are used for one prompt each.
    client_id: str | None
    tag: Tag


@dataclass(frozen=True, kw_only=True)
class QueueSnapshot:
    """`GET /queue`. The lists are in the server's order, which is not the order of execution."""

    running: tuple[QueuedPrompt, ...]
    pending: tuple[QueuedPrompt, ...]

    @classmethod
    def parse(cls, body: dict[str, Any]) -> "QueueSnapshot":
        """Read the reply, leaving out entries that are not shaped like prompts."""
        return cls(
            running=_prompts(body.get("queue_running")),
            pending=_prompts(body.get("queue_pending")),
        )

    def holds(self, prompt_id: str) -> bool:
        """Whether the prompt waits or runs."""
        return prompt_id in self.ids

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all prompts."""
        return frozenset(prompt.prompt_id for prompt in self.all)

    @property
    def all(self) -> tuple[QueuedPrompt, ...]:
        """What runs, then what waits."""
        return (*self.running, *self.pending)

    def prompt_of(self, client_id: str) -> str | None:
        """The id of the prompt that was submitted under a client id, if it waits or runs."""
        return next(
            (prompt.prompt_id for prompt in self.all if prompt.client_id == client_id),
            None,
        )


def _prompts(entries: object) -> tuple[QueuedPrompt, ...]:
    if not isinstance(entries, list):
        return ()
    return tuple(
        QueuedPrompt(
            prompt_id=str(entry[1]),
            client_id=_client_id(entry),
            tag=Tag.parse(extra_data_of(entry)),
        )
        for entry in entries
        if isinstance(entry, list) and len(entry) > 1
    )


def _client_id(entry: list[Any]) -> str | None:
    extra = extra_data_of(entry)
    client_id = extra.get("client_id") if isinstance(extra, dict) else None
    return client_id if isinstance(client_id, str) else None

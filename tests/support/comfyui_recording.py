"""What a real ComfyUI server said about one prompt, ready to be said again about another."""

import copy
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[1] / "fixtures" / "comfyui"
#: The smallest thing that starts like a JPEG; tests that look at previews set their own.
JPEG = bytes.fromhex("ffd8ffe000104a464946000101") + b"preview" + bytes.fromhex("ffd9")


@dataclass
class Recording:
    """The reply to one submission, its messages, its history entry and the files it names."""

    status: int
    #: None: not JSON, as the server answers when it "got itself in trouble".
    reply: dict[str, Any] | None
    messages: list[dict[str, Any]] = field(default_factory=list)
    history: dict[str, Any] | None = None
    files: dict[tuple[str, str, str], bytes] = field(default_factory=dict)

    @classmethod
    def named(cls, name: str, *contents: bytes) -> "Recording":
        """The recording in ``name``.json; ``contents`` are its output files, the last repeated."""
        body = json.loads((FIXTURES / f"{name}.json").read_text())
        recording = cls(
            status=body["reply"]["status"],
            reply=body["reply"]["body"],
            messages=body["messages"],
            history=body["history"],
        )
        recording.fill(*contents)
        return recording

    def fill(self, *contents: bytes) -> None:
        """Give the output files their bytes."""
        for index, entry in enumerate(self.outputs()):
            if contents:
                key = (entry["filename"], entry["subfolder"], entry["type"])
                self.files[key] = contents[min(index, len(contents) - 1)]

    def outputs(self) -> Iterator[dict[str, Any]]:
        """Every file entry of the history, in order; change one to change the history."""
        for report in (self.history or {}).get("outputs", {}).values():
            for entries in report.values():
                yield from (entry for entry in entries if isinstance(entry, dict))

    def reply_for(self, prompt_id: str, number: int) -> dict[str, Any]:
        body = _about(self.reply or {}, prompt_id)
        return body | ({"number": number} if "number" in body else {})

    def messages_for(self, prompt_id: str) -> list[dict[str, Any]]:
        return [_about(message, prompt_id) for message in self.messages]

    def history_of(
        self, prompt_id: str, queue_entry: list[Any], *, interrupted: bool
    ) -> dict[str, Any]:
        entry = _about(self.history or {}, prompt_id) | {"prompt": queue_entry}
        if interrupted:
            message = self.interruption(prompt_id)
            before = [event for event in entry["status"]["messages"] if event[0] in _OPENING]
            entry["outputs"] = {}
            entry["status"] = {
                "status_str": "error",
                "completed": False,
                "messages": [*before, [message["type"], message["data"]]],
            }
        return entry

    @staticmethod
    def interruption(prompt_id: str) -> dict[str, Any]:
        """How the server says that a prompt was interrupted."""
        messages = Recording.named("interrupted").messages
        recorded = next(m for m in messages if m.get("type") == "execution_interrupted")
        return _about(recorded, prompt_id)


_OPENING = {"execution_start", "execution_cached"}


def binary_frame(recorded: dict[str, Any]) -> bytes:
    """A binary WebSocket frame of the recorded kind, with a picture of our own."""
    picture = recorded.get("picture", JPEG)
    match recorded["event"]:
        case 1:
            # VideoHelperSuite puts its own header between the event and the picture.
            header = recorded.get("header", struct.pack(">I", recorded.get("image_format", 1)))
            return struct.pack(">I", 1) + header + picture
        case 3:
            node = recorded["node_id"].encode()
            return struct.pack(">II", 3, len(node)) + node + recorded["text"].encode()
        case 4:
            metadata = json.dumps(recorded["metadata"]).encode()
            return struct.pack(">II", 4, len(metadata)) + metadata + picture
    raise ValueError(f"no server sends event {recorded['event']}")


def _about(body: dict[str, Any], prompt_id: str) -> dict[str, Any]:
    """``body`` with the prompt's id in every place that was left open."""

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {key.replace("{prompt_id}", prompt_id): fill(v) for key, v in value.items()}
        if isinstance(value, list):
            return [fill(item) for item in value]
        return value.replace("{prompt_id}", prompt_id) if isinstance(value, str) else value

    filled: dict[str, Any] = fill(copy.deepcopy(body))
    return filled

"""The server's version, and what depends on it."""

import re
from dataclasses import dataclass
from typing import Any

#: `POST /interrupt` looks at the prompt id from here on (merged in September 2025).
_INTERRUPTS_BY_ID = (0, 3, 57)
#: `POST /prompt` takes an id of our own from here on (merged in July 2025).
_TAKES_PROMPT_IDS = (0, 3, 45)


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version as the server names itself."""

    text: str

    @classmethod
    def of(cls, system_stats: dict[str, Any]) -> "Version":
        """Read ``GET /system_stats``; servers before 0.3 do not say and count as old."""
        system = system_stats.get("system")
        text = system.get("comfyui_version") if isinstance(system, dict) else None
        return cls(text=text if isinstance(text, str) else "")

    def __str__(self) -> str:
        return self.text or "unknown"

    @property
    def interrupts_by_id(self) -> bool:
        """Whether an interrupt can be aimed at one prompt."""
        return self._numbers >= _INTERRUPTS_BY_ID

    @property
    def takes_prompt_ids(self) -> bool:
        """Whether a prompt gets the id that we choose."""
        return self._numbers >= _TAKES_PROMPT_IDS

    @property
    def _numbers(self) -> tuple[int, ...]:
        found = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?", self.text)
        return tuple(int(number or 0) for number in found.groups()) if found else ()

"""Reads Dockerfiles, as far as ours go."""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = tuple(sorted(path.parent.name for path in ROOT.glob("services/*/Dockerfile")))


@dataclass
class Stage:
    """What follows a FROM: its image, its name, and its instructions in order."""

    image: str
    name: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all(self, instruction: str) -> list[str]:
        """The values of every instruction of a kind."""
        return [value for kind, value in self.instructions if kind == instruction]

    def words(self, instruction: str) -> list[str]:
        """The words of the last instruction of a kind, which is in exec form."""
        words: list[str] = json.loads(self.all(instruction)[-1])
        return words

    @property
    def copies(self) -> list[tuple[str | None, list[str], str]]:
        """Every COPY: the stage it is from (None: the build's folder), sources, destination."""
        found = []
        for value in self.all("COPY"):
            words = shlex.split(value)
            flags = dict(word[2:].split("=", 1) for word in words if word.startswith("--"))
            *sources, destination = [word for word in words if not word.startswith("--")]
            found.append((flags.get("from"), sources, destination))
        return found

    @property
    def environment(self) -> dict[str, str]:
        """What ENV sets; $PATH is that of Python's images."""
        pairs = (word.split("=", 1) for value in self.all("ENV") for word in shlex.split(value))
        return {name: text.replace("$PATH", "/usr/local/bin:/usr/bin:/bin") for name, text in pairs}

    @property
    def labels(self) -> dict[str, str]:
        """What LABEL says."""
        return dict(
            word.split("=", 1) for value in self.all("LABEL") for word in shlex.split(value)
        )


@dataclass
class Dockerfile:
    """The stages of a service's image; the last one is what is shipped."""

    service: str
    arguments: dict[str, str]
    stages: list[Stage]

    @classmethod
    def of(cls, service: str) -> "Dockerfile":
        """Read the Dockerfile of a service."""
        text = (ROOT / "services" / service / "Dockerfile").read_text()
        text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
        read = cls(service, {}, [])
        for line in filter(None, map(str.strip, text.splitlines())):
            kind, value = line.split(maxsplit=1)
            if kind == "FROM":
                image, _, name = value.partition(" AS ")
                for argument, default in read.arguments.items():
                    image = image.replace(f"${{{argument}}}", default)
                read.stages.append(Stage(image, name))
            elif read.stages:
                read.stages[-1].instructions.append((kind, value))
            else:
                assert kind == "ARG", f"{line} before the first FROM"
                name, _, default = value.partition("=")
                read.arguments[name] = default
        return read

    def stage(self, name: str) -> Stage:
        """The stage of that name."""
        return next(stage for stage in self.stages if stage.name == name)

    @property
    def shipped(self) -> Stage:
        """The last stage."""
        return self.stages[-1]

"""What end-to-end tests make shots of: a photograph, a workflow, a scene type, scenes."""

import json
from dataclasses import dataclass, field, replace
from importlib.resources import files
from itertools import count
from typing import Any

from support.rest import Json, Rest

DEMO = files("screentest.demo")
LORA = "film-look.safetensors"

#: Small and short: 17 frames of 320x192 at 16 frames a second.
SCENE_TYPE: Json = {
    "prompts": {
        "start": "{name} in {light}, slow push-in",
        "continuation": "{name} in {light}, drifting to the right",
    },
    "negative_prompt": "blurry",
    "loras": [{"name": LORA, "weight": 0.8}],
    "slot_values": {"width": 320, "height": 192, "frames": 17, "fps": 16, "steps": 8, "cfg": 6.0},
    "segment_duration_s": 1.0625,
    "target_duration_s": 3.1,
}

#: Next to nothing to render: a worker's time is all it takes.
SMALL: Json = {"slot_values": {**SCENE_TYPE["slot_values"], "width": 128, "height": 96, "steps": 2}}

_numbers = count(1)


@dataclass
class Catalogue:
    """A scene type and its characters, made through the REST API for one test alone."""

    rest: Rest
    scene_type_id: int
    workflow_id: int
    #: Character id -> name.
    characters: dict[int, str] = field(default_factory=dict)

    @classmethod
    async def create(
        cls, rest: Rest, *names: str, photo: str = "astronaut.jpg", **scene_type: Any
    ) -> "Catalogue":
        """A workflow for the built-in renderer, a scene type, and a character of each name."""
        number = next(_numbers)
        workflow = {
            "name": f"Workflow {number}",
            "renderer": "builtin",
            "graph": json.loads((DEMO / "workflow.json").read_text()),
        }
        workflow_id = (await rest.post("/api/workflows", workflow))["id"]
        body = {"name": "Portrait", "workflow_id": workflow_id, **SCENE_TYPE, **scene_type}
        # A seed of its own, so that no test takes what another rendered.
        body.setdefault("seed", 10_000 * number)
        made = cls(rest, (await rest.post("/api/scene-types", body))["id"], workflow_id)
        for name in names or ("Eileen",):
            await made.add_character(name, photo)
        return made

    def asked_by(self, user: Rest) -> "Catalogue":
        """The same catalogue, from which somebody else asks for test shots."""
        return replace(self, rest=user)

    async def add_character(self, name: str, photo: str) -> int:
        """A character with a photograph as its source image."""
        metadata = {"light": "studio light"}
        made = await self.rest.post("/api/characters", {"name": name, "metadata": metadata})
        path = f"/api/characters/{made['id']}/images"
        image = (photo, (DEMO / "photos" / photo).read_bytes(), "image/jpeg")
        answer = await self.rest.ask("POST", path, files={"image": image})
        assert answer.status_code == 201, answer.text
        self.characters[made["id"]] = name
        return int(made["id"])

    @property
    def character_id(self) -> int:
        """The first character."""
        return next(iter(self.characters))

    async def add_scene(self, name: str = "Scene") -> int:
        """A scene of the first character."""
        body = {
            "name": name,
            "scene_type_id": self.scene_type_id,
            "character_id": self.character_id,
        }
        return int((await self.rest.post("/api/scenes", body))["id"])

    async def shoot(self, *, fresh: bool = True, **overrides: Any) -> Json:
        """Ask for one test shot of the first character."""
        body = {"character_id": self.character_id, "fresh": fresh, **overrides}
        return await self.rest.post(f"/api/scene-types/{self.scene_type_id}/test-shot", body)

    async def shoot_batch(
        self, variations: list[Json] | int, *, key: str | None = None, fresh: bool = True
    ) -> tuple[int, list[int]]:
        """Ask for a batch, or for so many seeds: its id and the ids of its test shots."""
        if isinstance(variations, int):
            variations = [{"name": f"seed {seed}", "seed": seed} for seed in range(variations)]
        body = {
            "scene_type_id": self.scene_type_id,
            "character_ids": list(self.characters),
            "variations": variations,
            "fresh": fresh,
        }
        batch = await self.rest.post("/api/test-shots/batch", body, key=key)
        return batch["id"], [shot["id"] for shot in batch["shots"]]

    async def finished(self, variations: list[Json] | int) -> list[Json]:
        """A batch of test shots that are all scored."""
        batch_id, _ = await self.shoot_batch(variations)
        shots = await self.rest.until_ended(batch_id)
        assert {shot["status"] for shot in shots} == {"scored"}, shots
        return shots

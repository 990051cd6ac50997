"""What the demo makes shots of: three photographs, one workflow, one scene type, three scenes."""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from screentest.demo.client import Client, Json

HERE = files("screentest.demo")
LORA = "film-look.safetensors"


@dataclass(frozen=True)
class Subject:
    """A character of the demo."""

    name: str
    photo: str
    metadata: dict[str, Any]


SUBJECTS = (
    Subject(
        "Eileen",
        "astronaut.jpg",
        {"description": "an astronaut in an orange suit", "light": "studio light"},
    ),
    Subject(
        "Chelsea", "chelsea.jpg", {"description": "a ginger cat", "light": "warm window light"}
    ),
    Subject(
        "Espresso",
        "coffee.jpg",
        {"description": "a cup of coffee on a wooden table", "light": "morning light"},
    ),
)

SCENE_TYPE: Json = {
    "name": "Slow portrait",
    "prompts": {
        "start": "{name}, {description}, {light}, slow push-in, 35mm film",
        "continuation": "{name}, {description}, {light}, the camera drifts slowly to the right",
    },
    "negative_prompt": "blurry, flicker, text",
    "loras": [{"name": LORA, "weight": 0.8}],
    "slot_values": {"width": 832, "height": 480, "frames": 41, "fps": 16, "steps": 20, "cfg": 6.0},
    "segment_duration_s": 2.5,
    "target_duration_s": 7.5,
    "seed": 42,
}

VARIATIONS: list[Json] = [
    {"name": "soft", "values": {"cfg": 4.0}, "loras": [{"name": LORA, "weight": 0.5}]},
    {"name": "strong", "values": {"cfg": 8.0}, "loras": [{"name": LORA, "weight": 1.0}]},
]


@dataclass(frozen=True)
class Catalogue:
    """Ids of what was created."""

    scene_type_id: int
    #: Character id -> name.
    characters: dict[int, str]
    #: Character id -> scene id.
    scenes: dict[int, int]


async def create_catalogue(client: Client) -> Catalogue:
    """Create everything through the REST API, as a person would.

    What an earlier demo left is used again; the scenes are always new.

    Raises:
        ApiProblem: the API refused something.
    """
    # The graph is one for ComfyUI; this workflow says that the built-in stand-in renders it.
    workflow = await _existing_or_new(
        client,
        "/api/workflows",
        {
            "name": "Wan 2.1 image to video (built-in renderer)",
            "renderer": "builtin",
            "graph": json.loads((HERE / "workflow.json").read_text()),
        },
    )
    scene_type = await _existing_or_new(
        client, "/api/scene-types", SCENE_TYPE | {"workflow_id": workflow["id"]}
    )
    characters = {await _character(client, subject): subject.name for subject in SUBJECTS}
    scenes = {
        character_id: await _new_scene(client, scene_type["id"], character_id, name)
        for character_id, name in characters.items()
    }
    return Catalogue(scene_type["id"], characters, scenes)


async def _existing_or_new(client: Client, path: str, body: Json) -> Json:
    found = (await client.get(path, {"limit": 200}))["items"]
    existing = next((item for item in found if item["name"] == body["name"]), None)
    return existing or await client.post(path, body)


async def _character(client: Client, subject: Subject) -> int:
    body = {"name": subject.name, "metadata": subject.metadata}
    character = await _existing_or_new(client, "/api/characters", body)
    if not character["images"]:
        photo = (HERE / "photos" / subject.photo).read_bytes()
        await client.upload(f"/api/characters/{character['id']}/images", subject.photo, photo)
    character_id: int = character["id"]
    return character_id


async def _new_scene(client: Client, scene_type_id: int, character_id: int, name: str) -> int:
    scene = await client.post(
        "/api/scenes",
        {
            "name": f"{name}, slow portrait",
            "scene_type_id": scene_type_id,
            "character_id": character_id,
        },
    )
    scene_id: int = scene["id"]
    return scene_id

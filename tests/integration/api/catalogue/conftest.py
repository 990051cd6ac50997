"""One of everything in the catalogue, made over REST."""

import pytest

from support.posting import GRAPH, SLOTS, post


@pytest.fixture
async def workflow(creator) -> dict:
    return await post(creator, "/api/workflows", name="w", graph=GRAPH, slots=SLOTS)


@pytest.fixture
async def scene_type(creator, workflow) -> dict:
    return await post(
        creator,
        "/api/scene-types",
        name="Walk",
        workflow_id=workflow["id"],
        prompts={"start": "{name} with {hair} walks", "full": "{name} in a {outfit.colour} coat"},
        negative_prompt="no {thing}",
        slot_values={"cfg": 7},
    )


@pytest.fixture
async def character(creator) -> dict:
    return await post(creator, "/api/characters", name="Mina", metadata={"hair": "red hair"})


@pytest.fixture
async def scene(creator, scene_type, character) -> dict:
    return await post(
        creator,
        "/api/scenes",
        name="One",
        scene_type_id=scene_type["id"],
        character_id=character["id"],
    )

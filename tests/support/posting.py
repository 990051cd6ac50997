"""A workflow with a slot of every kind, and how things of the catalogue are made over REST."""

GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "seed.png"}},
    "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "a portrait"}},
    "3": {
        "class_type": "KSampler",
        "inputs": {"seed": 1, "steps": 20, "cfg": 6.0, "positive": ["2", 0], "image": ["1", 0]},
    },
    "4": {"class_type": "SaveVideo", "inputs": {"video": ["3", 0], "fps": 12}},
}


SLOTS = [
    {"name": "image", "node": "1", "input": "image", "kind": "image"},
    {"name": "prompt", "node": "2", "input": "text", "kind": "text"},
    {"name": "seed", "node": "3", "input": "seed", "kind": "int"},
    {"name": "steps", "node": "3", "input": "steps", "kind": "int", "minimum": 1, "maximum": 100},
    {"name": "cfg", "node": "3", "input": "cfg", "kind": "float", "minimum": 0, "maximum": 20},
    {"name": "look", "node": "4", "input": "look", "kind": "choice", "choices": ["a", "b"]},
    {"name": "frames", "node": "4", "input": "frames", "kind": "int"},
    {"name": "fps", "node": "4", "input": "fps", "kind": "float", "default": 12.0},
]


async def post(client, path: str, **body) -> dict:
    """Make something; the answer says where it is."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{path}/{answer.json()['id']}"
    return answer.json()

"""What a server says it can do, and which model files it has."""

import pytest

from screentest.gpu_runner.engine.backend import RenderFailed


async def test_what_a_server_can_do(server, backend_for):
    capabilities = await backend_for(server).describe()

    assert capabilities.version == "0.3.64"
    assert capabilities.versions == {
        "comfyui": "0.3.64",
        "python": "3.11.7",
        "torch": "2.13.0+cpu",
    }
    assert capabilities.device == "cpu"
    assert capabilities.vram_bytes == 25276514304
    assert capabilities.nodes == ("LoadImage", "SaveVideo")
    assert tuple(capabilities.object_info.nodes) == capabilities.nodes
    assert capabilities.models["loras"] == ("film.safetensors",)
    assert capabilities.models["vae"] == ()
    assert capabilities.model_hashes == {}, "servers without that request are servers all the same"


async def test_a_server_that_was_away_is_described_anew(server, backend_for):
    """It may have been restarted with other custom nodes."""
    backend = backend_for(server)
    await backend.describe()
    server.object_info = {"SaveWEBM": {"output_node": True}}
    assert (await backend.describe()).nodes == ("LoadImage", "SaveVideo"), "it is read seldom"

    await server.stop()
    with pytest.raises(RenderFailed):
        await backend.describe()
    await server.start()

    assert (await backend.describe()).nodes == ("SaveWEBM",)


async def test_which_model_files_a_server_has(server, backend_for):
    server.model_files = {
        "loras": [
            {"name": "film.safetensors", "pathIndex": 0, "modified": 1.5, "size": 10},
            {"name": "film.safetensors", "pathIndex": 1, "modified": 2.5, "size": 20},
            {"name": "a server of another kind"},
            "film.safetensors",
        ],
        "vae": [],
    }
    before = await backend_for(server).describe()
    server.model_files["loras"][0]["modified"] = 3.5
    after = await backend_for(server).describe()

    assert before.model_hashes == {"loras": {"film.safetensors": "10@1.5"}}
    assert after.model_hashes == {"loras": {"film.safetensors": "10@3.5"}}

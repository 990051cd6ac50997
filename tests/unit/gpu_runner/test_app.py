"""How a worker's process ends that cannot begin."""

import pytest

from screentest.gpu_runner.app import main


async def test_an_address_that_is_none_is_said_in_a_sentence(monkeypatch):
    settings = {
        "PG_DSN": "postgresql://nowhere",
        "AMQP_URL": "amqp://nowhere",
        "OBJECTS_URL": "memory:///",
        "GPU_RUNNER_BACKEND": "comfyui",
        "GPU_RUNNER_COMFYUI_URL": "my server",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"SCREENTEST_{name}", value)

    with pytest.raises(SystemExit, match=r'^"my server" is not the address .*:8188\.$'):
        await main()

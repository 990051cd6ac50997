"""Renders that fail."""

from collections.abc import Awaitable

import pytest

from screentest.gpu_runner.engine.backend import RenderFailed


async def failure_of(render: Awaitable[object]) -> RenderFailed:
    """Why a render came to nothing."""
    with pytest.raises(RenderFailed) as failed:
        await render
    return failed.value

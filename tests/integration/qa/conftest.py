from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from screentest.common.db import transaction
from screentest.common.events import QAScored, SegmentRendered
from screentest.common.objects import Objects
from screentest.qa.engine.pool import ClipPool
from screentest.qa.handlers import on_segment_rendered
from support.face_models import write_detector, write_recognizer
from support.qa_workshop import Workshop


@pytest.fixture
def workshop(objects_url: str, tmp_path: Path) -> Workshop:
    return Workshop(Objects.open(objects_url), tmp_path)


@pytest.fixture
async def clip_pool() -> AsyncIterator[ClipPool]:
    async with ClipPool(size=1, time_limit_s=30) as pool:
        yield pool


@pytest.fixture
async def models(tmp_path) -> AsyncIterator[ClipPool]:
    """A pool that knows faces."""
    files = (write_detector(tmp_path / "yunet.onnx"), write_recognizer(tmp_path / "sface.onnx"))
    async with ClipPool(size=1, time_limit_s=30, face_models=files) as pool:
        yield pool


@pytest.fixture
def handled(workshop, clip_pool, pool_of, tmp_path):
    """Handle an event as the consumer does; returns what was said of it."""

    async def handle(event: SegmentRendered, measuring: ClipPool = clip_pool) -> QAScored:
        record = await on_segment_rendered(
            event, objects=workshop.objects, pool=measuring, temp_dir=tmp_path
        )
        pool = await pool_of("qa")
        async with transaction(pool) as tx:
            await record(tx)
        body = await pool.fetchval("select body from outbox order by position desc limit 1")
        return QAScored.model_validate(body)

    return handle

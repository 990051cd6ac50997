"""Pictures of defects: in storage before the score is, and named by the event."""

import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image

from screentest.api.domain.media import media_type_of
from screentest.common.db import transaction
from screentest.common.events import QAScored
from screentest.common.ids import new_id
from screentest.common.objects import Objects
from screentest.qa.domain import Limits, Measurement
from screentest.qa.engine.job import ClipJob, ClipReport
from screentest.qa.handlers import on_segment_rendered
from support.shots import rendered


def webp(shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 18), (shade, 0, 0)).save(buffer, "WEBP")
    return buffer.getvalue()


class Marker:
    """Measures nothing of the clip: marks a frame of it, as a check that found something does."""

    size = 1

    def __init__(self, **stills: str) -> None:
        self._stills = stills
        self.job: ClipJob | None = None

    async def measure(self, job: ClipJob) -> ClipReport:
        self.job = job
        folder = Path(job.stills_folder)
        (folder / "black.webp").write_bytes(webp(200))
        (folder / "00-black.jpg").write_bytes(b"\xff\xd8\xff")
        (folder / "black.html").write_bytes(b"<p>")
        black = Measurement(
            name="black",
            check="black",
            unit="share of frames",
            value=0.5,
            limits=Limits(ideal=0, warn=0, fail=0.05),
            frame=3,
        )
        stills = {name: path.format(folder=folder) for name, path in self._stills.items()}
        return ClipReport(measurements=(black,), seconds=0.1, stills=stills)


@pytest.fixture
async def event(objects_url):
    """A rendered segment whose files are in storage."""
    objects = Objects.open(objects_url)
    made = rendered(new_id())
    video = await objects.put(made.artefacts.video.key, b"clip", media_type="video/mp4")
    seed = await objects.put(f"images/{'1' * 64}.png", b"seed", media_type="image/png")
    files = made.artefacts.model_copy(update={"video": video})
    return made.model_copy(update={"artefacts": files, "seed_image": seed})


@pytest.fixture
def handled(objects_url, pool_of, tmp_path):
    async def handle(event, marker) -> QAScored:
        objects = Objects.open(objects_url)
        record = await on_segment_rendered(event, objects=objects, pool=marker, temp_dir=tmp_path)
        pool = await pool_of("qa")
        async with transaction(pool) as tx:
            await record(tx)
        return QAScored.model_validate(
            await pool.fetchval("select body from outbox order by position desc limit 1")
        )

    return handle


async def test_a_still_is_stored_and_named_by_the_event(event, handled, objects_url, pool_of):
    scored = await handled(event, Marker(black="{folder}/black.webp"))

    (check,) = scored.checks
    assert check.still is not None
    assert check.still.key == f"qa/{event.render_id}/black.webp"
    assert await Objects.open(objects_url).get(check.still.key) == webp(200)
    assert check.still.sha256 == hashlib.sha256(webp(200)).hexdigest()
    assert check.still.media_type == media_type_of(check.still.key) == "image/webp"
    stored = await (await pool_of("qa")).fetchval("select stills from scores")
    assert stored["black"]["key"] == check.still.key


@pytest.mark.parametrize(
    "stills",
    [
        {"black": "{folder}/missing.webp"},
        {"black": "/etc/hostname"},
        {"black": "{folder}/black.html"},
        {"black": "{folder}/../seed"},
        {"../black": "{folder}/black.webp"},
    ],
)
async def test_a_still_that_is_no_file_of_the_job_costs_the_picture_only(event, handled, stills):
    scored = await handled(event, Marker(**stills))

    (check,) = scored.checks
    assert check.still is None
    assert (check.check, check.frame, check.ideal) == ("black", 3, 0)


async def test_it_may_be_a_jpeg_of_any_name(event, handled):
    scored = await handled(event, Marker(black="{folder}/00-black.jpg"))

    (check,) = scored.checks
    assert check.still is not None
    assert check.still.key == f"qa/{event.render_id}/black.jpg"
    assert check.still.media_type == media_type_of(check.still.key) == "image/jpeg"


async def test_its_folder_is_empty_and_gone_afterwards(event, handled, tmp_path):
    marker = Marker()
    await handled(event, marker)

    assert marker.job is not None
    assert marker.job.stills_folder.startswith(str(tmp_path))
    assert list(tmp_path.glob("screentest-qa-*")) == []

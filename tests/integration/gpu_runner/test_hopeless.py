"""Renders that are stopped for their previews, and those that are not."""

import io

import numpy as np
import pytest
from PIL import Image

from screentest.common.events import QAPolicy, SegmentFailed, SegmentRendered
from screentest.gpu_runner.engine.builtin import BuiltinBackend
from screentest.media.stills import png
from support.waiting import until

STOPS = QAPolicy(stop_hopeless=True)


def preview(level: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (level, level, level)).save(buffer, "JPEG")
    return buffer.getvalue()


class Projection:
    """Shows a render's previews, each a little further on, until told to stop."""

    def __init__(self, backend) -> None:
        self._backend = backend
        self.fraction = 0.35
        self.shown = 0

    def show(self, level: int = 0) -> None:
        self.fraction = min(0.99, self.fraction + 0.0005)
        self.shown += 1
        self._backend.report(self.fraction, node="sampler", preview=preview(level))


async def test_black_previews_of_a_bright_seed_end_the_render(
    dispatcher, runner_of, backend, request_of
):
    request = request_of(qa=STOPS)
    screen = Projection(backend)
    async with runner_of(backend):
        await dispatcher.say(request)
        await until(lambda: backend.renders(request.render_id), what="the render to begin")

        def stopped():
            screen.show()
            return dispatcher.ends(request)

        (end,) = await until(stopped, what="the end of the render")

        assert isinstance(end, SegmentFailed)
        assert (end.code, end.retryable) == ("hopeless", False)
        assert "3 previews in a row are black" in end.message
        assert backend.stopped == [str(request.render_id)]
        assert end.gpu_seconds > 0
        spent_of_all = end.gpu_seconds / (end.gpu_seconds + end.gpu_seconds_saved)
        assert 0.35 <= spent_of_all <= screen.fraction
        # The backend is free for the next one.
        following = request_of()
        await dispatcher.say(following)
        await until(lambda: backend.renders(following.render_id), what="the next render")
        backend.finish.set()
        assert isinstance(await dispatcher.end(following), SegmentRendered)


@pytest.mark.parametrize(
    ("policy", "level", "seed_level"),
    [
        pytest.param(QAPolicy(), 0, 200, id="nobody asked for it"),
        pytest.param(STOPS, 120, 200, id="the previews show something"),
        pytest.param(STOPS, 0, 10, id="the seed image is dark itself"),
    ],
)
async def test_a_render_with_hope_goes_on_to_its_end(
    dispatcher, runner_of, backend, request_of, objects, policy, level, seed_level
):
    dark = np.full((48, 64, 3), seed_level, np.uint8)
    seed = await objects.put("images/other.png", png(dark), media_type="image/png")
    request = request_of(qa=policy, seed_image=seed)
    screen = Projection(backend)
    async with runner_of(backend):
        await dispatcher.say(request)
        await until(lambda: backend.renders(request.render_id), what="the render to begin")

        def reported():
            """A preview was said, so all were looked at that came a while before."""
            screen.show(level)
            return screen.shown > 200 or dispatcher.ends(request)

        await until(reported, what="200 previews")
        assert dispatcher.ends(request) == []
        backend.finish.set()

        assert isinstance(await dispatcher.end(request), SegmentRendered)


async def test_the_built_in_renderer_is_stopped_when_it_fades_to_black(
    dispatcher, runner_of, film_of
):
    plain = film_of()
    values = plain.recipe.values | {"frames": 241}
    recipe = plain.recipe.model_copy(update={"prompt": "fade to black", "values": values})
    facts = {"recipe": recipe, "recipe_hash": recipe.hash, "qa": STOPS}
    request = plain.model_copy(update=facts)
    async with runner_of(BuiltinBackend(minimum_seconds=6.0)):
        await dispatcher.say(request)

        end = await dispatcher.end(request)

    assert isinstance(end, SegmentFailed), end
    assert end.code == "hopeless"
    assert end.gpu_seconds_saved > 0

"""A model file that was replaced under its old name makes other pixels."""

import pytest

from screentest.common.events import Needs, RenderRequested, SegmentRendered
from support.dispatching import rendered, worker
from support.reusing import alike, released, serve, store


class TestModels:
    FILM = Needs(models={"loras": ("film.safetensors",)})

    def has(self, name="w1", *, film=None, other="1"):
        """A worker that says what it can of its model files."""
        files = {"other.safetensors": other} | ({"film.safetensors": film} if film else {})
        seen = worker(name, slots=4)
        return seen.model_copy(update={"model_hashes": {"loras": files} if film else {}})

    async def rendered_by(self, loop, objects, seen):
        (request,) = await loop.hear(seen, alike(needs=self.FILM))
        await loop.hear(await store(objects, rendered(request, worker=seen.worker)))

    async def ask_again(self, loop, objects):
        """What becomes of an identical run: a RenderRequested, or a reused SegmentRendered."""
        (first, *_) = await loop.hear(alike(needs=self.FILM)) or await serve(loop, objects)
        return first

    @pytest.mark.parametrize(
        ("before", "after"), [("a", "a"), (None, None), (None, "a"), ("a", None)]
    )
    async def test_a_file_that_is_the_same_or_not_told_of_changes_nothing(
        self, loop, objects, before, after
    ):
        await self.rendered_by(loop, objects, self.has(film=before))
        await loop.hear(self.has(film=after, other="2"))

        assert isinstance(await self.ask_again(loop, objects), SegmentRendered)

    async def test_another_file_is_rendered_with_and_taken_from_then_on(self, loop, objects):
        await self.rendered_by(loop, objects, self.has(film="a"))
        await loop.hear(self.has(film="b"))

        anew = await self.ask_again(loop, objects)
        assert isinstance(anew, RenderRequested)

        await loop.hear(await store(objects, rendered(anew)))
        result = await self.ask_again(loop, objects)
        assert isinstance(result, SegmentRendered)
        assert result.artefacts == rendered(anew).artefacts

    async def test_one_worker_that_has_it_still_is_enough(self, loop, objects):
        await self.rendered_by(loop, objects, self.has(film="a"))

        await loop.hear(self.has("w2", film="b"))
        assert isinstance(await self.ask_again(loop, objects), SegmentRendered)

        await loop.pool.execute(
            "update workers set seen_at = now() - interval '1 minute' where name = 'w1'"
        )
        assert isinstance(await self.ask_again(loop, objects), RenderRequested)

    async def test_what_is_replaced_while_its_files_are_looked_for_is_rendered(self, loop, objects):
        await self.rendered_by(loop, objects, self.has(film="a"))
        assert await loop.hear(alike(needs=self.FILM)) == [], "it is to take the finished render"
        await loop.hear(self.has(film="b"))

        assert await serve(loop, objects) == []
        assert len(await released(loop)) == 1

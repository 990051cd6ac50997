"""A scene, as the REST API shows it and as the other services tell of it."""

from screentest.api.handlers.progress import on_qa_scored, on_run_finished, on_segment_rendered
from screentest.common.db import transaction
from screentest.common.events import RunStatus, ShotRequested
from support.shots import finished, rendered, said, scored


class Scene:
    """A scene that is asked for, rendered and looked at."""

    def __init__(self, creator, pool, scene_id):
        self.creator, self.pool, self.id = creator, pool, scene_id

    async def set_type(self, **columns):
        for name, value in columns.items():
            await self.pool.execute(f"update scene_types set {name} = $1", value)

    async def generate(self, **body):
        return await self.creator.post(f"/api/scenes/{self.id}/generate", json=body)

    async def regenerate(self, from_segment, **body):
        body = {"from_segment": from_segment, **body}
        return await self.creator.post(f"/api/scenes/{self.id}/regenerate", json=body)

    async def choose(self, segment, frame):
        path = f"/api/scenes/{self.id}/segments/{segment}/boundary"
        return await self.creator.post(path, json={"frame": frame})

    async def run(self) -> ShotRequested:
        """What was asked for last."""
        return (await said(self.pool, ShotRequested))[-1]

    async def hear(self, *events):
        for event in events:
            async with transaction(self.pool) as tx:
                match event.type:
                    case "segment.rendered.v1":
                        await on_segment_rendered(event, tx)
                    case "qa.scored.v1":
                        await on_qa_scored(event, tx)
                    case "run.finished.v1":
                        await on_run_finished(event, tx)

    async def made(self, *segments, verdict=None, status=RunStatus.COMPLETED):
        """Let the latest run render segments and end; returns it."""
        run = await self.run()
        for index in segments:
            event = rendered(run.run_id, segment=index)
            await self.hear(event)
            if verdict:
                await self.hear(verdict_of(event, verdict))
        await self.hear(finished(run, status, segments=len(segments)))
        return run

    async def seen(self):
        return (await self.creator.get(f"/api/scenes/{self.id}")).json()

    async def chain(self):
        return (await self.seen())["chain"]

    async def strip(self):
        return [
            (one["index"], one["status"], one["is_stale"])
            for one in (await self.chain())["segments"]
        ]


def verdict_of(event, verdict):
    said_of = scored(event.run_id, event.render_id, segment=event.segment)
    return said_of.model_copy(update={"verdict": verdict})

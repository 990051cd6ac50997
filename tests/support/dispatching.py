"""Events that the dispatcher hears, as its neighbours would say them."""

import hashlib
from itertools import count
from uuid import UUID

from screentest.common.events import (
    Artefact,
    ClipFacts,
    Lane,
    RenderRequested,
    RunKind,
    SegmentArtefacts,
    SegmentFailed,
    SegmentRendered,
    ShotPromoted,
    ShotRequested,
    WorkerSeen,
)
from screentest.common.ids import new_id
from screentest.common.recipes import Prompts, Renderer, RunRecipe, Slot

#: Two shots or scenes share a render only where a test gives them the same recipe.
_SEEDS = count(1000, 100)

CLIP = ClipFacts(duration_s=2.0, fps=10, frames=20, width=64, height=48)


def artefact(name: str) -> Artefact:
    """An artefact whose hash follows from its name."""
    return Artefact(key=name, sha256=hashlib.sha256(name.encode()).hexdigest(), size_bytes=1)


def artefacts(name: str) -> SegmentArtefacts:
    return SegmentArtefacts(
        video=artefact(f"{name}.mp4"),
        last_frame=artefact(f"{name}.last.png"),
        poster=artefact(f"{name}.poster.webp"),
    )


def run_recipe(*, renderer: Renderer = Renderer.BUILTIN, seed: int = 1) -> RunRecipe:
    return RunRecipe(
        renderer=renderer,
        graph={"1": {"class_type": "Builtin", "inputs": {"prompt": "", "seed": 0}}},
        slots=(
            Slot(name="prompt", node="1", input="prompt"),
            Slot(name="seed", node="1", input="seed", kind="int"),
        ),
        seed=seed,
        prompts=Prompts(start="she enters", continuation="she goes on", full="the whole story"),
    )


def shot(*, test_shot_id: int = 1, recipe: RunRecipe | None = None) -> ShotRequested:
    return ShotRequested(
        run_id=new_id(),
        kind=RunKind.TEST_SHOT,
        test_shot_id=test_shot_id,
        requested_by=1,
        lane=Lane.PREVIEW,
        recipe=recipe or run_recipe(seed=next(_SEEDS)),
        segments=1,
        seed_image=artefact("source.jpg"),
        reference_image=artefact("source.jpg"),
    )


def scene(
    *,
    segments: int = 3,
    first_segment: int = 1,
    scene_id: int = 1,
    recipe: RunRecipe | None = None,
    target_duration_s: float | None = None,
    seed_image: str = "source.jpg",
) -> ShotRequested:
    return ShotRequested(
        run_id=new_id(),
        kind=RunKind.SCENE,
        scene_id=scene_id,
        requested_by=1,
        lane=Lane.PRODUCTION,
        recipe=recipe or run_recipe(seed=next(_SEEDS)),
        first_segment=first_segment,
        segments=segments,
        planned_segments=segments,
        target_duration_s=target_duration_s,
        elapsed_s=CLIP.duration_s * (first_segment - 1),
        seed_image=artefact(seed_image),
        reference_image=artefact("source.jpg"),
    )


def asked(by: int = 1, *, event: ShotRequested | None = None, **facts: object) -> ShotRequested:
    """A request of somebody, for a shot unless another event is given."""
    return (event or shot()).model_copy(update={"requested_by": by, **facts})


def rendered(request: RenderRequested, *, worker: str = "w1") -> SegmentRendered:
    return SegmentRendered(
        run_id=request.run_id,
        segment=request.segment,
        render_id=request.render_id,
        attempt=request.attempt,
        recipe_hash=request.recipe_hash,
        artefacts=artefacts(f"renders/{request.run_id}/{request.segment}/{request.render_id}"),
        clip=CLIP,
        seed_image=request.seed_image,
        reference_image=request.reference_image,
        gpu_seconds=1.5,
        worker=worker,
    )


def failed(
    request: RenderRequested, *, retryable: bool = True, message: str = "CUDA out of memory"
) -> SegmentFailed:
    return SegmentFailed(
        run_id=request.run_id,
        segment=request.segment,
        render_id=request.render_id,
        attempt=request.attempt,
        worker="w1",
        code="out_of_memory",
        message=message,
        retryable=retryable,
        gpu_seconds=0.5,
    )


def promoted(*, scene_id: int = 1, recipe: RunRecipe | None = None) -> ShotPromoted:
    files = artefacts(f"scenes/{scene_id}/segments/001")
    return ShotPromoted(
        promotion_id=new_id(),
        test_shot_id=1,
        scene_id=scene_id,
        artefacts=files,
        clip=CLIP,
        recipe=recipe or run_recipe(seed=77),
        sha256_before=files.video.sha256,
        sha256_after=files.video.sha256,
        gpu_seconds_saved=1.5,
        seconds=0.01,
    )


def worker(
    name: str = "w1",
    *,
    slots: int = 1,
    renderer: Renderer = Renderer.BUILTIN,
    draining: bool = False,
    busy_with: tuple[UUID, ...] = (),
) -> WorkerSeen:
    return WorkerSeen(
        worker=name, renderer=renderer, slots=slots, draining=draining, busy_with=busy_with
    )

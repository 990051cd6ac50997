"""A catalogue to make test shots from, and what the other services would say of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from screentest.common.db import Pool, Tx, transaction
from screentest.common.events import (
    Artefact,
    CheckResult,
    ClipFacts,
    Event,
    Failure,
    PromotionRequested,
    QAScored,
    RunFinished,
    RunKind,
    RunStatus,
    SegmentArtefacts,
    SegmentFailed,
    SegmentRendered,
    ShotPromoted,
    ShotRequested,
    Verdict,
)
from screentest.common.ids import new_id
from support.events import BROKEN_NODE

GRAPH: dict[str, Any] = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "seed.png"}},
    "2": {"class_type": "Text", "inputs": {"text": ""}},
    "3": {"class_type": "Sampler", "inputs": {"seed": 0, "cfg": 7.0, "steps": 20}},
    "4": {"class_type": "Video", "inputs": {"frames": 25, "fps": 12.5}},
    "5": {"class_type": "Lora", "inputs": {"name": "none", "weight": 1.0}},
}
SLOTS: list[dict[str, Any]] = [
    {"name": "image", "node": "1", "input": "image", "kind": "image"},
    {"name": "prompt", "node": "2", "input": "text", "kind": "text"},
    {"name": "seed", "node": "3", "input": "seed", "kind": "int", "minimum": 0},
    {"name": "cfg", "node": "3", "input": "cfg", "kind": "float", "default": 7.0,
     "minimum": 1, "maximum": 20},
    {"name": "steps", "node": "3", "input": "steps", "kind": "int", "default": 20,
     "minimum": 1, "maximum": 100},
    {"name": "frames", "node": "4", "input": "frames", "kind": "int", "maximum": 200},
    {"name": "fps", "node": "4", "input": "fps", "kind": "float", "default": 12.5},
    {"name": "lora_1", "node": "5", "input": "name", "kind": "text"},
    {"name": "lora_1_weight", "node": "5", "input": "weight", "kind": "float"},
]  # fmt: skip


@dataclass(frozen=True)
class Catalogue:
    """Ids of a workflow, a scene type, characters, and a scene of each character."""

    workflow_id: int
    scene_type_id: int
    character_ids: list[int]
    scene_ids: list[int]


async def add_catalogue(
    pool: Pool, *, characters: int = 1, seed: int | None = 42, target_duration_s: float = 6.0
) -> Catalogue:
    """Insert a workflow, a scene type of 2 s segments, and characters with images and scenes."""
    workflow_id = await pool.fetchval(
        "insert into workflows (name, renderer, graph, slots) values ('w', 'comfyui', $1, $2)"
        " returning id",
        GRAPH,
        SLOTS,
    )
    scene_type_id = await pool.fetchval(
        "insert into scene_types (name, workflow_id, prompts, negative_prompt, slot_values, seed,"
        " target_duration_s, segment_duration_s)"
        " values ('portrait', $1, $2, 'blurry', $3, $4, $5, 2) returning id",
        workflow_id,
        {"start": "a portrait of {name}, {hair} hair", "continuation": "{name} goes on"},
        {"cfg": 6.0},
        seed,
        target_duration_s,
    )
    character_ids, scene_ids = [], []
    for number in range(characters):
        character_id = await pool.fetchval(
            "insert into characters (name, metadata) values ($1, $2) returning id",
            f"character {number:03}",
            {"hair": "red"},
        )
        await pool.execute(
            "insert into source_images (character_id, key, sha256, size_bytes, media_type, width,"
            " height, is_primary) values ($1, $2, $3, 10, 'image/png', 8, 8, true)",
            character_id,
            f"images/{number:064x}.png",
            f"{number:064x}",
        )
        character_ids.append(character_id)
        scene_ids.append(
            await pool.fetchval(
                "insert into scenes (name, scene_type_id, character_id) values ($1, $2, $3)"
                " returning id",
                f"scene {number}",
                scene_type_id,
                character_id,
            )
        )
    return Catalogue(workflow_id, scene_type_id, character_ids, scene_ids)


async def hear(pool: Pool, handle: Callable[[Any, Tx], Awaitable[None]], event: Event) -> None:
    """Have the api handle an event of somebody else."""
    async with transaction(pool) as tx:
        await handle(event, tx)


async def said(pool: Pool, event: type[Event]) -> list[Any]:
    """The events of one kind that wait in the outbox, in order."""
    rows = await pool.fetch("select body from outbox where type = $1 order by position", event.type)
    return [event.model_validate(row["body"]) for row in rows]


def artefact(key: str) -> Artefact:
    return Artefact(key=key, sha256="a" * 64, size_bytes=3, media_type="x/y")


def artefacts(folder: str) -> SegmentArtefacts:
    return SegmentArtefacts(
        video=artefact(f"{folder}.mp4"),
        last_frame=artefact(f"{folder}.last.png"),
        poster=artefact(f"{folder}.poster.webp"),
    )


CLIP = ClipFacts(duration_s=2.0, fps=12.5, frames=25, width=64, height=64)


def rendered(
    run_id: UUID, *, segment: int = 1, render_id: UUID | None = None, gpu_seconds: float = 3.0
) -> SegmentRendered:
    render_id = render_id or new_id()
    return SegmentRendered(
        run_id=run_id,
        segment=segment,
        render_id=render_id,
        recipe_hash="b" * 64,
        artefacts=artefacts(f"renders/{run_id}/{segment}/{render_id}"),
        clip=CLIP,
        seed_image=artefact("images/seed.png"),
        gpu_seconds=gpu_seconds,
        worker="w1",
    )


def scored(run_id: UUID, render_id: UUID, *, segment: int = 1, score: float = 0.8) -> QAScored:
    check = CheckResult(name="black", value=0.0, verdict=Verdict.PASS)
    return QAScored(
        run_id=run_id,
        segment=segment,
        render_id=render_id,
        score=score,
        verdict=Verdict.PASS,
        checks=(check,),
    )


def failed(run_id: UUID, *, segment: int = 1, retryable: bool = True) -> SegmentFailed:
    return SegmentFailed(
        run_id=run_id,
        segment=segment,
        render_id=new_id(),
        worker="w1",
        code="out_of_memory",
        message="CUDA out of memory",
        detail=BROKEN_NODE,
        retryable=retryable,
        gpu_seconds=1.0,
    )


def finished(
    asked: ShotRequested, status: RunStatus = RunStatus.COMPLETED, *, segments: int = 1
) -> RunFinished:
    failure = Failure(code="out_of_memory", message="3 attempts failed", detail=BROKEN_NODE)
    return RunFinished(
        run_id=asked.run_id,
        kind=asked.kind,
        test_shot_id=asked.test_shot_id if asked.kind is RunKind.TEST_SHOT else None,
        scene_id=asked.scene_id,
        status=status,
        segments=segments,
        gpu_seconds=4.0,
        failure=failure if status is RunStatus.FAILED else None,
    )


def promoted(asked: PromotionRequested) -> ShotPromoted:
    assert asked.clip is not None
    return ShotPromoted(
        promotion_id=asked.promotion_id,
        test_shot_id=asked.test_shot_id,
        scene_id=asked.scene_id,
        artefacts=artefacts(f"scenes/{asked.scene_id}/segments/001"),
        clip=asked.clip,
        recipe=asked.recipe,
        sha256_before="a" * 64,
        sha256_after="a" * 64,
        gpu_seconds_saved=asked.gpu_seconds,
        seconds=0.01,
    )

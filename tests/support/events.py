"""One example of every event, with every field set: the source of the golden files."""

from uuid import UUID

from screentest.common.events import (
    Artefact,
    Boundary,
    BoundaryChosen,
    BoundaryMode,
    CheckResult,
    ClipFacts,
    Event,
    ExpectedClip,
    Failure,
    FailureDetail,
    KeptSegment,
    Lane,
    Limits,
    Needs,
    Outlook,
    PromotionRejected,
    PromotionRequested,
    QAPolicy,
    QAScored,
    QueueChanged,
    QueueControlled,
    RenderCancelled,
    RenderRequested,
    RenderTimings,
    RescoreRequested,
    RunFinished,
    RunKind,
    RunStatus,
    SegmentArtefacts,
    SegmentFailed,
    SegmentProgressed,
    SegmentRendered,
    ShotCancelled,
    ShotPromoted,
    ShotRequested,
    Verdict,
    WaitingCode,
    WaitingRun,
    WorkerDrainRequested,
    WorkerSeen,
)
from screentest.common.frame_rule import FrameRule
from screentest.common.recipes import Lora, Position, Prompts, Renderer, RunRecipe, Slot

RUN = UUID("01930000-0000-7000-8000-000000000001")
RENDER = UUID("01930000-0000-7000-8000-000000000002")
PROMOTION = UUID("01930000-0000-7000-8000-000000000003")
RESCORE = UUID("01930000-0000-7000-8000-000000000004")

SEED_IMAGE = Artefact(
    key=f"images/{'a' * 64}.png", sha256="a" * 64, size_bytes=1000, media_type="image/png"
)


def artefacts(prefix: str = f"renders/{RUN}/001/{RENDER}") -> SegmentArtefacts:
    """A segment's three files below ``prefix``."""

    def artefact(suffix: str, digit: str, media_type: str) -> Artefact:
        key = f"{prefix}.{suffix}"
        return Artefact(key=key, sha256=digit * 64, size_bytes=2000, media_type=media_type)

    return SegmentArtefacts(
        video=artefact("mp4", "b", "video/mp4"),
        last_frame=artefact("last.png", "c", "image/png"),
        poster=artefact("poster.webp", "d", "image/webp"),
    )


ORIGINAL = Artefact(
    key=f"renders/{RUN}/001/{RENDER}.original.webm",
    sha256="e" * 64,
    size_bytes=3000,
    media_type="video/webm",
)
CLIP = ClipFacts(duration_s=2.5625, fps=16, frames=41, width=832, height=480)

RECIPE = RunRecipe(
    renderer=Renderer.BUILTIN,
    graph={
        "1": {"class_type": "LoadImage", "inputs": {"image": "seed.png"}},
        "2": {"class_type": "CLIPTextEncode", "inputs": {"text": ""}},
        "3": {"class_type": "KSampler", "inputs": {"seed": 0, "cfg": 6.0, "latent": ["1", 0]}},
    },
    slots=(
        Slot(name="image", node="1", input="image", kind="image"),
        Slot(name="prompt", node="2", input="text"),
        Slot(name="seed", node="3", input="seed", kind="int"),
        Slot(name="cfg", node="3", input="cfg", kind="float", default=6.0, minimum=1, maximum=20),
    ),
    values={"cfg": 7.5},
    loras=(Lora(name="film", weight=0.8),),
    seed=42,
    prompts=Prompts(start="a lighthouse", continuation="the lighthouse, later", full=None),
    negative_prompt="blurry",
)

NEEDS = Needs(
    models={"loras": ("film.safetensors",)}, nodes=("KSampler",), vram_bytes=12_000_000_000
)

POLICY = QAPolicy(
    mode="advice",
    limits={"frozen": Limits(warn=0.1, fail=0.2)},
    stop_hopeless=True,
    loop=True,
)

BROKEN_NODE = FailureDetail(
    node="7",
    node_title="sampler",
    node_type="KSampler",
    exception="torch.OutOfMemoryError",
    traceback='  File "execution.py", line 496, in execute',
)

_segment_recipe = RECIPE.for_segment(1, Position.START, SEED_IMAGE.sha256)

EXAMPLES: tuple[Event, ...] = (
    ShotRequested(
        run_id=RUN,
        kind=RunKind.TEST_SHOT,
        test_shot_id=1,
        scene_id=2,
        requested_by=3,
        lane=Lane.PREVIEW,
        recipe=RECIPE,
        first_segment=1,
        segments=1,
        planned_segments=10,
        target_duration_s=25.0,
        elapsed_s=0,
        seed_image=SEED_IMAGE,
        reference_image=SEED_IMAGE,
        boundary=Boundary(mode=BoundaryMode.CALMEST, window=16),
        awaits_frame_of=KeptSegment(render_id=RENDER, artefacts=artefacts(), clip=CLIP),
        tolerance_s=1.5,
        frame_rule=FrameRule(step=4, offset=1),
        follows_promotion=False,
        qa=POLICY,
        needs=NEEDS,
        fresh=True,
        batch_id=4,
        priority=1,
        weight=2.0,
        estimate_s=38.5,
    ),
    ShotCancelled(run_id=RUN, by=3, reason="changed my mind"),
    RenderRequested(
        render_id=RENDER,
        run_id=RUN,
        segment=1,
        attempt=1,
        lane=Lane.PREVIEW,
        recipe=_segment_recipe,
        recipe_hash=_segment_recipe.hash,
        seed_image=SEED_IMAGE,
        reference_image=SEED_IMAGE,
        boundary=Boundary(mode=BoundaryMode.CALMEST, window=16),
        qa=POLICY,
        needs=NEEDS,
        capability_class="a1b2c3",
        waited_s=7.5,
    ),
    RenderCancelled(render_id=RENDER, run_id=RUN, unless_begun=True),
    SegmentProgressed(
        run_id=RUN,
        segment=1,
        render_id=RENDER,
        worker="gpu-1",
        fraction=0.25,
        node="KSampler",
        eta_s=12.5,
        preview="data:image/jpeg;base64,/9j/",
    ),
    SegmentRendered(
        run_id=RUN,
        segment=1,
        render_id=RENDER,
        attempt=1,
        recipe_hash=_segment_recipe.hash,
        artefacts=artefacts().model_copy(update={"original": ORIGINAL}),
        clip=CLIP,
        expected=ExpectedClip(fps=16, frames=41, width=832, height=480),
        seed_image=SEED_IMAGE,
        reference_image=SEED_IMAGE,
        qa=POLICY,
        gpu_seconds=38.5,
        lost_gpu_seconds=12.5,
        worker="gpu-1",
        device="cuda:0 NVIDIA L4",
        reused=False,
        gpu_seconds_saved=0,
        taken_from=None,
        trimmed_frames=3,
        timings=RenderTimings(
            queue_s=0.5, load_s=6.25, render_s=38.5, store_s=0.25, idle_gap_s=0.015
        ),
    ),
    SegmentFailed(
        run_id=RUN,
        segment=1,
        render_id=RENDER,
        attempt=1,
        worker="gpu-1",
        code="out_of_memory",
        message="Allocation on device 0 would exceed allowed memory",
        detail=BROKEN_NODE,
        retryable=True,
        gpu_seconds=3.5,
        lost_gpu_seconds=1.5,
        gpu_seconds_saved=7.5,
    ),
    QAScored(
        run_id=RUN,
        segment=1,
        render_id=RENDER,
        score=0.84,
        verdict=Verdict.WARN,
        checks=(
            CheckResult(
                name="frozen",
                check="frozen",
                value=0.15,
                unit="share of frames",
                warn=0.1,
                fail=0.2,
                ideal=0,
                verdict=Verdict.WARN,
                frame=17,
                region=(0.25, 0.5, 0.125, 0.25),
                message="6 frames in a row do not move",
                still=Artefact(
                    key=f"qa/{RENDER}/frozen.webp",
                    sha256="e" * 64,
                    size_bytes=3000,
                    media_type="image/webp",
                ),
            ),
        ),
        decided_by=("frozen",),
        seconds=0.125,
        rescored=True,
        rescore_id=RESCORE,
    ),
    RunFinished(
        run_id=RUN,
        kind=RunKind.TEST_SHOT,
        test_shot_id=1,
        scene_id=2,
        status=RunStatus.FAILED,
        segments=0,
        gpu_seconds=42.0,
        gpu_seconds_saved=77.0,
        failure=Failure(
            code="out_of_memory", message="Allocation on device 0 failed", detail=BROKEN_NODE
        ),
    ),
    PromotionRequested(
        promotion_id=PROMOTION,
        test_shot_id=1,
        scene_id=2,
        requested_by=3,
        artefacts=artefacts(),
        clip=CLIP,
        recipe=RECIPE,
        gpu_seconds=38.5,
        supersedes=RUN,
    ),
    ShotPromoted(
        promotion_id=PROMOTION,
        test_shot_id=1,
        scene_id=2,
        artefacts=artefacts("scenes/2/segments/001"),
        clip=CLIP,
        recipe=RECIPE,
        sha256_before="b" * 64,
        sha256_after="b" * 64,
        gpu_seconds_saved=38.5,
        seconds=0.125,
    ),
    PromotionRejected(
        promotion_id=PROMOTION,
        test_shot_id=1,
        scene_id=2,
        code="already_promoted",
        message="test shot 1 is already promoted",
    ),
    WorkerSeen(
        worker="gpu-1",
        renderer=Renderer.COMFYUI,
        backend_version="0.3.64",
        versions={"comfyui": "0.3.64", "python": "3.11.7", "torch": "2.9.0+cu128"},
        device="cuda:0 NVIDIA L4",
        vram_bytes=24_000_000_000,
        models={"loras": ("film.safetensors",)},
        model_hashes={"loras": {"film.safetensors": "228462944@1754500000.5"}},
        model_files_sha256="e" * 64,
        nodes=("KSampler",),
        nodes_sha256="c" * 64,
        object_info_sha256="d" * 64,
        capability_class="a1b2c3",
        warm_models=("film.safetensors",),
        slots=1,
        busy_with=(RENDER,),
        staged=(),
        draining=False,
        version="0.1.0",
    ),
    QueueChanged(
        snapshot=RENDER,
        part=1,
        parts=1,
        waiting=(
            WaitingRun(
                run_id=RUN,
                code=WaitingCode.MISSING_MODEL,
                reason="no live worker has the model film.safetensors",
                position=2,
                starts_in_s=77.0,
            ),
        ),
        outlooks=(
            Outlook(
                renderer=Renderer.COMFYUI,
                capability_class="a1b2c3",
                lane=Lane.PREVIEW,
                starts_in_s=12.5,
            ),
        ),
    ),
    QueueControlled(
        version=2,
        batch_id=4,
        paused=True,
        reason="the budget of carla is spent: 120 of 100 GPU seconds today",
        priority=1,
        by=3,
    ),
    WorkerDrainRequested(worker="gpu-1", version=2, draining=True, by=3),
    BoundaryChosen(run_id=RUN, segment=2, render_id=RENDER, artefacts=artefacts(), clip=CLIP, by=3),
    RescoreRequested(rescore_id=RESCORE, run_id=RUN, segment=1, render_id=RENDER, qa=POLICY),
)

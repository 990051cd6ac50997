"""The main job from one command, through the REST API and nothing else."""

import argparse
import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from pydantic_settings import BaseSettings
from rich.console import Console

from screentest.demo import report
from screentest.demo.catalogue import VARIATIONS, Catalogue, create_catalogue
from screentest.demo.client import ApiProblem, Client, Json
from screentest.demo.progress import STATES, Bars, live_bars, until_done
from screentest.demo.running import running
from screentest.media.clips import probe
from screentest.stack.errors import StackError

LAST_SEGMENT = 3
_ENDED = {"scored", "failed", "cancelled"}


class DemoFailed(Exception):  # noqa: N818 - reads as what happened
    """The demo did not come to its end, and why."""


class DemoSettings(BaseSettings):
    """What the environment may say."""

    #: KEEP=1 leaves the stack running.
    keep: bool = False


def main() -> int:
    """Run the demo; returns the exit code."""
    parser = argparse.ArgumentParser(description="From three photographs to a finished scene.")
    parser.add_argument("--folder", type=Path, default=Path(".screentest"))
    folder: Path = parser.parse_args().folder
    console = Console()
    try:
        asyncio.run(_demo(folder.absolute(), keep=DemoSettings().keep, console=console))
    except (StackError, ApiProblem, DemoFailed, TimeoutError) as error:
        console.print(f"[red]The demo failed.[/] {str(error) or type(error).__name__}")
        return 1
    return 0


async def _demo(folder: Path, *, keep: bool, console: Console) -> None:
    began = monotonic()
    out = folder / "demo"
    console.print("Starting Postgres, RabbitMQ and the services…")
    async with running(folder, keep=keep, console=console) as stack:
        console.print(f"Ready at {stack.base_url} after {monotonic() - began:.1f} s.")
        async with Client(stack.base_url, stack.admin_key) as client:
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir(parents=True)
            await _main_job(client, out, console)
        if keep:
            console.print(f"The stack keeps running at {stack.base_url}; stop it: make down")
    console.print(f"Done in {monotonic() - began:.1f} s.")


async def _main_job(client: Client, out: Path, console: Console) -> None:
    catalogue = await create_catalogue(client)
    shots = await _render_shots(client, catalogue, console)
    console.print(report.shots_table(shots))
    best = max(shots, key=lambda shot: shot["quality_score"])
    promotion = await _promote(client, best, catalogue.scenes[best["character"]["id"]])
    console.print(
        f"Promoted shot {best['id']} ({best['character']['name']}) to segment 001 of scene "
        f"{promotion['scene_id']}: byte-identical, 0 GPU seconds, "
        f"{promotion['seconds'] * 1000:.0f} ms."
    )
    scene = await _generate(client, promotion["scene_id"], console)
    await _write_results(client, out, shots, promotion, scene)
    for name in ("contact-sheet.png", "scene.mp4", "report.json"):
        console.print(f"Wrote {out / name}", soft_wrap=True)


async def _render_shots(client: Client, catalogue: Catalogue, console: Console) -> list[Json]:
    request: Json = {
        "name": "CFG and LoRA weight",
        "scene_type_id": catalogue.scene_type_id,
        "character_ids": list(catalogue.characters),
        "variations": VARIATIONS,
        # A demo on a kept stack shows renders as well.
        "fresh": True,
    }
    batch = await client.post("/api/test-shots/batch", request)
    async with live_bars(console, client) as bars:

        def show(answer: Json) -> None:
            for shot in answer["shots"]:
                name = f"{shot['character']['name']:<9} {report.parameters_line(shot)}"
                _show_bar(bars, f"{shot['run_id']}/1", name, shot["status"])

        done = await until_done(
            lambda: client.get(f"/api/batches/{batch['id']}"),
            show,
            lambda answer: all(shot["status"] in _ENDED for shot in answer["shots"]),
        )
    for shot in done["shots"]:
        if shot["status"] != "scored":
            raise DemoFailed(f"Test shot {shot['id']} is {shot['status']}: {shot['failure']}")
    shots: list[Json] = sorted(done["shots"], key=lambda shot: int(shot["id"]))
    return shots


def _show_bar(bars: Bars, key: str, name: str, status: str) -> None:
    fraction = {"waiting": 0.0, "planned": 0.0, "rendered": 1.0, "scored": 1.0}.get(status)
    bars.show(key, name, STATES[status], fraction=fraction)


async def _promote(client: Client, shot: Json, scene_id: int) -> Json:
    requested = await client.post(f"/api/test-shots/{shot['id']}/promote", {"scene_id": scene_id})
    promotion = await until_done(
        lambda: client.get(f"/api/promotions/{requested['id']}"),
        lambda _: None,
        lambda answer: answer["status"] != "requested",
    )
    if promotion["status"] != "done":
        raise DemoFailed(f"The promotion was refused: {promotion['message']}")
    return promotion


async def _generate(client: Client, scene_id: int, console: Console) -> Json:
    await client.post(
        f"/api/scenes/{scene_id}/generate", {"up_to_segment": LAST_SEGMENT, "fresh": True}
    )
    async with live_bars(console, client) as bars:

        def show(scene: Json) -> None:
            run_id = scene["chain"]["run"]["run_id"]
            for segment in scene["chain"]["segments"]:
                name = f"Segment {segment['index']:03}"
                _show_bar(bars, f"{run_id}/{segment['index']}", name, segment["status"])

        scene = await until_done(
            lambda: client.get(f"/api/scenes/{scene_id}"), show, _is_scene_done
        )
    run = scene["chain"]["run"]
    if run["status"] != "completed":
        raise DemoFailed(f"Scene {scene_id} is {run['status']}: {run['failure']}")
    return scene


def _is_scene_done(scene: Json) -> bool:
    chain = scene["chain"]
    ended: bool = chain["run"]["finished_at"] is not None
    scored = all(segment["status"] == "scored" for segment in chain["segments"][:LAST_SEGMENT])
    return ended and (scored or chain["run"]["status"] != "completed")


async def _write_results(
    client: Client, out: Path, shots: Sequence[Json], promotion: Json, scene: Json
) -> None:
    segments = scene["chain"]["segments"][:LAST_SEGMENT]
    with tempfile.TemporaryDirectory(prefix="screentest-demo-") as folder:
        shot_clips = await _download(client, shots, Path(folder), "shot")
        report.write_contact_sheet(shots, shot_clips, out / "contact-sheet.png")
    info = probe(await client.save(f"/api/scenes/{scene['id']}/video", out / "scene.mp4"))
    report.write_report(
        {
            "shots": [report.shot_facts(shot) for shot in shots],
            "promotion": report.promotion_facts(promotion),
            "scene": {
                "id": scene["id"],
                "segments": [report.segment_facts(segment) for segment in segments],
                "frames": info.frames,
                "duration_s": info.duration_s,
                "video": str(out / "scene.mp4"),
            },
        },
        out / "report.json",
    )


async def _download(client: Client, clips: Sequence[Json], folder: Path, name: str) -> list[Path]:
    """Download the clip of every shot or segment."""
    return list(
        await asyncio.gather(
            *(
                client.download(clip["artefacts"]["video"]["key"], folder / f"{name}-{number}.mp4")
                for number, clip in enumerate(clips)
            )
        )
    )

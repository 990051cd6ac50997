"""What the demo found, as `report.json`, as a table and as a contact sheet."""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from screentest.demo.client import Json
from screentest.media.clips import read_frames
from screentest.media.contact_sheet import Cell, contact_sheet

_COLOURS = {"pass": "green", "warn": "yellow", "fail": "red"}
_DOTS = {"pass": (64, 200, 120), "warn": (240, 190, 60), "fail": (235, 80, 80)}


def parameters_line(shot: Json) -> str:
    """What tells the shot from its neighbours, in a few words."""
    parameters = shot["parameters"]
    loras = ", ".join(
        f"{lora['name'].removesuffix('.safetensors')} {lora['weight']:g}"
        for lora in parameters["loras"]
    )
    return f"cfg {parameters['values']['cfg']:g}, {loras or 'no LoRA'}, seed {parameters['seed']}"


def shots_table(shots: Sequence[Json]) -> Table:
    """One line a shot: character, parameters, QA score, verdict, GPU seconds."""
    table = Table(title="Test shots (built-in renderer)", title_justify="left")
    table.add_column("Shot", justify="right")
    table.add_column("Character")
    table.add_column("Parameters")
    table.add_column("QA score", justify="right")
    table.add_column("Verdict")
    table.add_column("GPU s", justify="right")
    for shot in shots:
        verdict = shot["verdict"]
        table.add_row(
            str(shot["id"]),
            shot["character"]["name"],
            parameters_line(shot),
            f"{shot['quality_score']:.3f}",
            f"[{_COLOURS.get(verdict, 'white')}]{verdict}",
            f"{shot['gpu_seconds']:.2f}",
        )
    return table


def write_contact_sheet(shots: Sequence[Json], clips: Sequence[Path], target: Path) -> None:
    """A picture with the middle frame of every shot, its parameters and its score."""
    cells = []
    for shot, clip in zip(shots, clips, strict=True):
        frames = list(read_frames(clip))
        cost = f"{shot['gpu_seconds']:.2f} GPU s, shot {shot['id']}"
        cells.append(
            Cell(
                frame=frames[len(frames) // 2],
                title=f"{shot['character']['name']}, {shot['label']}",
                lines=[
                    parameters_line(shot),
                    f"QA {shot['quality_score']:.3f} {shot['verdict']}, {cost}",
                ],
                accent=_DOTS.get(shot["verdict"]),
            )
        )
    contact_sheet(cells, 2, "Screentest: 3 characters, 2 variations").save(target)


def shot_facts(shot: Json) -> Json:
    """A shot as `report.json` has it."""
    wanted = ("label", "values", "loras", "seed", "prompt", "negative_prompt")
    parameters = {name: shot["parameters"][name] for name in wanted if name in shot["parameters"]}
    return {
        "id": shot["id"],
        "character": shot["character"]["name"],
        "parameters": {"label": shot["label"]} | parameters,
        "score": shot["quality_score"],
        "verdict": shot["verdict"],
        "gpu_seconds": shot["gpu_seconds"],
        "video_sha256": shot["artefacts"]["video"]["sha256"],
    }


def promotion_facts(promotion: Json) -> Json:
    """The promotion as `report.json` has it."""
    names = (
        "test_shot_id",
        "scene_id",
        "sha256_before",
        "sha256_after",
        "gpu_seconds",
        "seconds",
    )
    return {name: promotion[name] for name in names}


def segment_facts(segment: Json) -> Json:
    """A segment as `report.json` has it."""
    return {
        "index": segment["index"],
        "video_sha256": segment["artefacts"]["video"]["sha256"],
        "seed_image_sha256": segment["seed_image_sha256"],
        "last_frame_sha256": segment["artefacts"]["last_frame"]["sha256"],
        "gpu_seconds": segment["gpu_seconds"],
    }


def write_report(report: Json, target: Path) -> None:
    """Write `report.json`."""
    target.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")

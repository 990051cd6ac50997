"""What `make` passes on of ComfyUI servers."""

import os
import subprocess
from pathlib import Path

PROJECT = Path(__file__).parents[3]


def make(*arguments):
    # The tests themselves may be run by `make`, which a make below it would speak of.
    makes_own = {"COMFYUI_URL", "OBSERVE", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    unset = {name: text for name, text in os.environ.items() if name not in makes_own}
    return subprocess.run(
        ["make", *arguments], check=False, capture_output=True, text=True, cwd=PROJECT, env=unset
    )


def test_without_a_server_one_sentence_says_what_to_give():
    done = make("test-comfyui")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[0] == (
        "Say which ComfyUI server, one that nobody else uses meanwhile: "
        "make test-comfyui COMFYUI_URL=http://127.0.0.1:8188"
    )


def test_servers_reach_the_stack():
    shown = make("-n", "up", "COMFYUI_URL=http://one:8188,http://two:8188", "RUNNERS=0").stdout

    assert '--comfyui "http://one:8188,http://two:8188"' in shown
    assert "--runners 0" in shown
    assert '--comfyui ""' in make("-n", "up").stdout


def test_prometheus_is_only_there_when_it_is_asked_for():
    assert "--observe" in make("-n", "up", "OBSERVE=1").stdout
    assert "--observe" not in make("-n", "up").stdout

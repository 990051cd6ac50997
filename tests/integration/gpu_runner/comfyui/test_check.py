"""`screentest worker check`: one screen that says whether a server can serve which workflows."""

import asyncio
import json
import sys

import pytest

from screentest.gpu_runner.commands import main, screentest
from screentest.gpu_runner.engine.comfyui.check import check_server
from screentest.gpu_runner.engine.comfyui.options import ComfyUIOptions
from support.comfyui_workflow import EXAMPLE

ANY = {"input": {"required": {}}, "output": ["*", "*"]}
#: A server that has all classes of the documented example.
ABLE = {node["class_type"]: ANY for node in json.loads(EXAMPLE.read_text()).values()} | {
    "SaveVideo": {
        "input": {"required": {"codec": ["COMBO", {"options": ["auto", "h264"]}]}},
        "output": [],
        "output_node": True,
    }
}


def check(server, *workflows, **options):
    return check_server(ComfyUIOptions(url=server.url, **options), workflows)


async def test_a_server_that_can_run_the_workflow_is_fit(server):
    server.object_info = ABLE

    found = await check(server, EXAMPLE)

    text = "\n".join(found.lines)
    assert found.is_fit
    assert "comfyui 0.3.64, python 3.11.7, torch 2.13.0+cpu" in text
    assert "cpu, 25.3 GB" in text
    assert "0 running, 0 waiting" in text
    assert f"{len(ABLE)} classes" in text
    assert "loras 1" in text
    assert f"can run    {EXAMPLE.name}" in text
    assert len(found.lines) < 25, "it fits on a screen"


async def test_what_is_missing_is_said_for_every_workflow(server, tmp_path):
    server.object_info = {name: body for name, body in ABLE.items() if name != "ImageAddNoise"}
    other = tmp_path / "wrapped.json"
    graph = {"9": {"class_type": "SaveVideo", "inputs": {"codec": "prores"}}}
    other.write_text(json.dumps({"name": "other", "graph": graph}))

    found = await check(server, EXAMPLE, other)

    text = "\n".join(found.lines)
    assert not found.is_fit
    assert "is of class ImageAddNoise, which this server does not have" in text
    assert '"prores", which this server does not offer: choose one of auto, h264' in text


async def test_files_that_are_no_workflow_are_said_to_be_none(server, tmp_path):
    server.object_info = ABLE
    editor = tmp_path / "editor.json"
    editor.write_text('{"nodes": [], "links": []}')
    broken = tmp_path / "broken.json"
    broken.write_text("{")

    found = await check(server, editor, broken, tmp_path / "none.json")

    text = "\n".join(found.lines)
    assert "Export (API)" in text
    assert "broken.json is no workflow" in text
    assert "none.json cannot be read: No such file" in text


async def test_a_server_that_is_away_is_one_sentence(server):
    await server.stop()

    found = await check(server)

    (line,) = found.lines
    assert not found.is_fit
    assert f"ComfyUI at {server.url}/ does not answer" in line


async def test_a_password_is_sent(server):
    server.required_headers = {"authorization": "Basic c2hvdDp0ZXN0"}

    refused = await check(server)
    taken = await check(server, headers={"Authorization": "Basic c2hvdDp0ZXN0"})

    assert "check the headers" in refused.lines[0]
    assert taken.is_fit


async def test_the_exit_code_says_it_to_scripts(server):
    server.object_info = {"SaveVideo": ABLE["SaveVideo"]}

    async def run(*arguments):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "screentest.gpu_runner", "check", "--comfyui", server.url),
            *arguments,
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
        return process.returncode, out.decode()

    assert (await run())[0] == 0
    code, out = await run("--workflow", str(EXAMPLE))
    assert code == 1
    assert f"cannot run {EXAMPLE.name}" in out


@pytest.mark.parametrize("url", ["gpu-1:8188", "ftp://gpu-1"])
def test_what_is_no_address_is_refused_with_an_example(url, capsys):
    with pytest.raises(SystemExit):
        screentest(["worker", "check", "--comfyui", url])
    assert "should look like http://127.0.0.1:8188" in capsys.readouterr().err


def test_what_is_no_header_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["check", "--comfyui", "http://gpu-1", "--header", "secret"])
    assert 'write it as "Name: value"' in capsys.readouterr().err

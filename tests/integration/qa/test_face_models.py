"""Face models: fetched from an address, checked, and never taken on trust."""

import asyncio
import functools
import hashlib
import os
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from support.face_models import write_detector, write_recognizer


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def shelf(tmp_path) -> Path:
    """The folder that `address` serves: both models."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    write_detector(folder / "yunet.onnx")
    write_recognizer(folder / "sface.onnx")
    return folder


@pytest.fixture
def address(shelf) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(shelf))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def settings(shelf, address, tmp_path) -> dict[str, str]:
    """Both models by their addresses."""
    return {
        "SCREENTEST_QA_FACE_DETECTOR": f"{address}/yunet.onnx",
        "SCREENTEST_QA_FACE_DETECTOR_SHA256": sha256(shelf / "yunet.onnx").upper(),
        "SCREENTEST_QA_FACE_RECOGNIZER": f"{address}/sface.onnx",
        "SCREENTEST_QA_FACE_RECOGNIZER_SHA256": sha256(shelf / "sface.onnx"),
        "SCREENTEST_QA_MODELS_DIR": str(tmp_path / "models"),
    }


async def run(settings: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    """Run ``python -m screentest.qa`` to its end; its exit status and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "screentest.qa", *arguments),
        env=os.environ | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return await process.wait(), out.decode(), err.decode()


def kept(settings: dict[str, str]) -> list[str]:
    folder = Path(settings["SCREENTEST_QA_MODELS_DIR"])
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


class TestFetching:
    async def test_models_are_fetched_once_and_are_the_right_ones(self, settings, shelf):
        code, out, err = await run(settings, "fetch-models")

        assert (code, err) == (0, "")
        assert out.count("was fetched from") == 2
        names = {f"{sha256(shelf / name)}.onnx" for name in ("yunet.onnx", "sface.onnx")}
        assert kept(settings) == sorted(names)

        for path in shelf.iterdir():
            path.unlink()
        code, out, _ = await run(settings, "fetch-models")

        assert code == 0
        assert "was fetched" not in out

    async def test_another_file_is_refused_and_nothing_is_left_of_it(self, settings, shelf):
        expected = sha256(shelf / "yunet.onnx")
        (shelf / "yunet.onnx").write_bytes(b"a trap")

        code, _, err = await run(settings, "fetch-models")

        assert code == 1
        assert f"is not the face detector: its SHA-256 is {sha256(shelf / 'yunet.onnx')}" in err
        assert expected in err
        assert kept(settings) == []

    async def test_an_address_that_does_not_answer_with_it_says_so(self, settings, address):
        gone = settings | {"SCREENTEST_QA_FACE_DETECTOR": f"{address}/nowhere.onnx"}

        code, _, err = await run(gone, "fetch-models")

        assert code == 1
        assert err.startswith(f"The face detector cannot be fetched from {address}/nowhere.onnx: ")
        assert "404" in err
        assert kept(settings) == []

    @pytest.mark.parametrize(
        ("missing", "sentence"),
        [
            ("SCREENTEST_QA_MODELS_DIR", "is an address without a folder to keep it in"),
            ("SCREENTEST_QA_FACE_DETECTOR_SHA256", "is an address without a SHA-256"),
            ("SCREENTEST_QA_FACE_RECOGNIZER", "go together: set both, or neither"),
        ],
    )
    async def test_a_setting_that_is_missing_is_named(self, settings, missing, sentence):
        del settings[missing]

        code, _, err = await run(settings, "fetch-models")

        assert code == 1
        assert sentence in err
        assert "Traceback" not in err

    async def test_nothing_to_fetch_says_so(self):
        code, _, err = await run({}, "fetch-models")

        assert code == 1
        assert "No face models are set up" in err


class TestStarting:
    @pytest.fixture
    def service(self, database, amqp_url, objects_url) -> dict[str, str]:
        return {
            "SCREENTEST_PG_DSN": database.dsn("qa"),
            "SCREENTEST_AMQP_URL": amqp_url,
            "SCREENTEST_OBJECTS_URL": objects_url,
            "SCREENTEST_QA_PROCESSES": "1",
        }

    async def test_a_model_that_was_not_fetched_stops_the_start(self, service, settings):
        code, _, err = await run(service | settings)

        assert code == 1
        assert 'run "python -m screentest.qa fetch-models".' in err.splitlines()[-1]

    async def test_another_file_than_configured_stops_the_start(self, service, shelf):
        models = {
            "SCREENTEST_QA_FACE_DETECTOR": str(shelf / "yunet.onnx"),
            "SCREENTEST_QA_FACE_DETECTOR_SHA256": "0" * 64,
            "SCREENTEST_QA_FACE_RECOGNIZER": str(shelf / "sface.onnx"),
        }

        code, _, err = await run(service | models)

        assert code == 1
        assert err.splitlines()[-1] == (
            f"The face detector {shelf / 'yunet.onnx'} is another file than configured: "
            f"its SHA-256 is {sha256(shelf / 'yunet.onnx')}, not {'0' * 64}."
        )

    async def test_a_file_that_is_no_such_network_stops_the_start(self, service, shelf):
        models = {
            "SCREENTEST_QA_FACE_DETECTOR": str(shelf / "yunet.onnx"),
            "SCREENTEST_QA_FACE_RECOGNIZER": str(shelf / "yunet.onnx"),
        }

        code, _, err = await run(service | models)

        assert code == 1
        said = err.splitlines()[-1]
        assert said.startswith(f"{shelf / 'yunet.onnx'} cannot be used as the face recognizer: ")
        assert "Traceback" not in err

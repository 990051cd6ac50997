"""The commands of ``python -m screentest.qa``; without one it works."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from screentest.common.settings import from_environment
from screentest.qa.app import face_models
from screentest.qa.app import main as work
from screentest.qa.engine.model_files import NoModelFile
from screentest.qa.settings import ModelSettings


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m screentest.qa", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser(
        "fetch-models",
        help="fetch the face models that the settings give an address of",
        description="Exits with 0 when every configured model is there and has its SHA-256.",
    )
    chosen = parser.parse_args(arguments)
    if chosen.command == "fetch-models":
        sys.exit(_fetch_models())
    asyncio.run(work())


def _fetch_models() -> int:
    """See that every model is there, and say what was done; the exit code."""
    files = face_models(from_environment(ModelSettings))
    if files is None:
        return _fail("No face models are set up: see SCREENTEST_QA_FACE_DETECTOR in the README.")
    for file in files:
        try:
            said = file.fetch()
        except NoModelFile as error:
            return _fail(str(error))
        sys.stdout.write(f"{said}\n")
    return 0


def _fail(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1

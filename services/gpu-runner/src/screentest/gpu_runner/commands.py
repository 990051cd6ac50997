"""The commands of ``python -m screentest.gpu_runner``; without one it works.

``screentest worker check`` is the same as ``python -m screentest.gpu_runner check``.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from screentest.gpu_runner.app import main as work
from screentest.gpu_runner.engine.comfyui.check import check_server
from screentest.gpu_runner.engine.comfyui.options import ComfyUIOptions


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m screentest.gpu_runner", description=__doc__)
    _add_check(parser.add_subparsers(dest="command"))
    chosen = parser.parse_args(arguments)
    if chosen.command == "check":
        sys.exit(_check(parser, chosen))
    asyncio.run(work())


def screentest(arguments: Sequence[str] | None = None) -> None:
    """The command ``screentest``."""
    parser = argparse.ArgumentParser(prog="screentest")
    nouns = parser.add_subparsers(dest="noun", required=True)
    worker = nouns.add_parser("worker", help="render backends")
    _add_check(worker.add_subparsers(dest="command", required=True))
    sys.exit(_check(parser, parser.parse_args(arguments)))


def _add_check(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = commands.add_parser(
        "check",
        help="say whether a ComfyUI server can serve workers, and which workflows",
        description="Exits with 0 when the server answers and can run every workflow, else 1.",
    )
    check.add_argument("--comfyui", required=True, metavar="URL", help="http://127.0.0.1:8188")
    check.add_argument(
        "--workflow",
        nargs="+",
        action="extend",
        default=[],
        type=Path,
        metavar="FILE",
        help="graphs in API format",
    )
    check.add_argument(
        "--header",
        action="append",
        default=[],
        metavar="'NAME: VALUE'",
        help="sent with every request, for a proxy with a password",
    )


def _check(parser: argparse.ArgumentParser, chosen: argparse.Namespace) -> int:
    """Print what is found; the exit code."""
    headers = {}
    for header in chosen.header:
        name, colon, value = header.partition(":")
        if not colon or not name.strip():
            parser.error(f'"{header}" is no header: write it as "Name: value"')
        headers[name.strip()] = value.strip()
    try:
        options = ComfyUIOptions(url=chosen.comfyui, headers=headers)
    except ValueError as error:
        parser.error(str(error))
    found = asyncio.run(check_server(options, chosen.workflow))
    sys.stdout.write("\n".join(found.lines) + "\n")
    return 0 if found.is_fit else 1

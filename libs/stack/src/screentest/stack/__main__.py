"""`python -m screentest.stack up|down|status|migrate|install|clean|servers -- COMMAND`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from screentest.stack import commands
from screentest.stack.comfyui import addresses
from screentest.stack.errors import StackError
from screentest.stack.install import refuse_windows
from screentest.stack.stack import USUAL_API_PORT
from screentest.stack.with_servers import run_with_servers


def main(arguments: Sequence[str]) -> int:
    """Run one command; its exit code."""
    console = Console(stderr=True)
    options = _parser().parse_args(arguments)
    try:
        refuse_windows()
        command: Callable[[Console, argparse.Namespace], int] = options.run
        return command(console, options)
    except StackError as error:
        console.print(str(error), style="red", soft_wrap=True, markup=False, highlight=False)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m screentest.stack", description="Run Screentest on this machine."
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(".screentest"),
        help="where the stack keeps its state (default: %(default)s)",
    )
    names = parser.add_subparsers(required=True, metavar="COMMAND")

    up = names.add_parser("up", help="run the stack in the foreground")
    up.add_argument("--runners", type=int, default=3, help="render workers (default: %(default)s)")
    up.add_argument(
        "--replicas", type=int, default=1, help="of every other service (default: %(default)s)"
    )
    up.add_argument(
        "--comfyui", default="", metavar="URL,...", help="ComfyUI servers, each with a worker more"
    )
    up.add_argument(
        "--port", type=int, default=USUAL_API_PORT, help="web port, or the next one that is free"
    )
    up.add_argument(
        "--observe", action="store_true", help="with Prometheus, where it can be installed"
    )
    # The address and the key are this command's result, so they go to standard output.
    up.set_defaults(
        run=lambda _console, options: commands.up(
            Console(),
            options.folder,
            runners=options.runners,
            replicas=options.replicas,
            comfyui_urls=addresses(options.comfyui),
            api_port=options.port,
            observe=options.observe,
        )
    )
    for name, text, run in (
        ("down", "stop a stack run elsewhere", commands.down),
        ("status", "say what runs", commands.status),
        ("migrate", "bring the stack's database up to date", commands.migrate),
        ("clean", "stop the stack and delete its state", commands.clean),
    ):
        names.add_parser(name, help=text).set_defaults(
            run=lambda console, options, run=run: run(console, options.folder)
        )
    names.add_parser("install", help="install missing server programs").set_defaults(
        run=lambda console, _options: commands.install(console)
    )
    servers = names.add_parser("servers", help="run a command with private servers of its own")
    servers.add_argument("command", nargs="+", metavar="-- COMMAND")
    servers.set_defaults(run=lambda console, options: run_with_servers(console, options.command))
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

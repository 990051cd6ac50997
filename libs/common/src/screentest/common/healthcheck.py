"""``python -m screentest.common.healthcheck [readyz]``: asks the probe server of its own container.

What an image's HEALTHCHECK runs. Without a word it asks whether the process lives; ``readyz`` asks
whether it can take work. It is started every few seconds, and Python's images come without compiled
modules, so it imports next to nothing: a socket, and not even an HTTP client.
"""

import os
import socket
import sys
from collections.abc import Mapping, Sequence

_TIMEOUT_S = 4
_EVERY_INTERFACE = "0.0.0.0"  # noqa: S104 - compared with, not listened on


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Print what the probe says; 0 when it is well, else 1."""
    probe = arguments[0] if arguments else "healthz"
    host = environment.get("SCREENTEST_PROBE_HOST", "127.0.0.1")
    port = environment.get("SCREENTEST_PROBE_PORT", "0")
    try:
        head, _, body = _ask("127.0.0.1" if host == _EVERY_INTERFACE else host, int(port), probe)
    except (OSError, ValueError) as error:
        sys.stdout.write(f"no answer from {host}:{port}: {error}\n")
        return 1
    sys.stdout.write(body)
    return 0 if head.startswith("HTTP/1.1 200 ") else 1


def _ask(host: str, port: int, probe: str) -> tuple[str, str, str]:
    with socket.create_connection((host, port), timeout=_TIMEOUT_S) as connection:
        connection.sendall(f"GET /{probe} HTTP/1.0\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    return answer.decode(errors="replace").partition("\r\n\r\n")


if __name__ == "__main__":
    # The settings would import pydantic, which takes longer than everything else here.
    sys.exit(main(sys.argv[1:], os.environ))  # noqa: TID251

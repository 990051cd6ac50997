"""Free TCP ports on the loopback address."""

import contextlib
import random
import socket
from collections.abc import Iterable

LOOPBACK = "127.0.0.1"
# Below the range the kernel takes for outgoing connections (32768 on Linux, 49152 on macOS), so
# that no connection can sit on a port between the moment it is chosen and the server's bind.
_LOWEST, _HIGHEST = 20_000, 32_000


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind((LOOPBACK, port))
            return True
    return False


def free_ports(count: int, *, without: Iterable[int] = ()) -> list[int]:
    """Different free ports, chosen at random so that two stacks hardly ever meet.

    Raises:
        OSError: there are not that many free ports.
    """
    taken = set(without)
    chosen: list[int] = []
    candidates = random.Random()  # noqa: S311 - nothing secret about a port
    for port in candidates.sample(range(_LOWEST, _HIGHEST), _HIGHEST - _LOWEST):
        if len(chosen) == count:
            break
        if port not in taken and is_free(port):
            chosen.append(port)
    if len(chosen) < count:
        raise OSError(f"No {count} free ports between {_LOWEST} and {_HIGHEST} on {LOOPBACK}.")
    return chosen


def first_free(port: int, *, tries: int = 100) -> int:
    """The port itself, or the next one that is free.

    Raises:
        OSError: none of the next `tries` ports is free.
    """
    for candidate in range(port, port + tries):
        if is_free(candidate):
            return candidate
    raise OSError(f"No free port between {port} and {port + tries - 1} on {LOOPBACK}.")


def is_listening(port: int) -> bool:
    """Whether something accepts connections on the port."""
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False

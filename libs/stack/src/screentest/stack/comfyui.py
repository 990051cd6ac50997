"""Addresses of ComfyUI servers, as people give them.

Knows nothing of what a server can do: its worker finds that out.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from screentest.stack.errors import StackError


def addresses(text: str) -> list[str]:
    """The addresses in a list separated by commas.

    Raises:
        StackError: one is no address of a server.
    """
    found = [part.strip().rstrip("/") for part in text.split(",")]
    return check_addresses([address for address in found if address])


def check_addresses(urls: Sequence[str]) -> list[str]:
    """The same addresses, each of a server of its own.

    Raises:
        StackError: one is no address of a server, or is given twice.
    """
    for url in urls:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise StackError(
                f"{url} is no address of a ComfyUI server: write it as http://127.0.0.1:8188, "
                "several separated by commas."
            )
        if list(urls).count(url) > 1:
            raise StackError(f"{url} is given twice: a ComfyUI server serves one worker.")
    return list(urls)

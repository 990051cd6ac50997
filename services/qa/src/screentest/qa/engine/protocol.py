"""The lines a child process says beside its reports."""

READY = b"ready\n"
"""Its libraries and models are loaded."""

_CHECK = b"check "


def check_line(check: str) -> bytes:
    """Said before a custom check runs."""
    return _CHECK + check.encode() + b"\n"


def check_of(line: bytes) -> str | None:
    """The custom check that a line announces; None where it is a report."""
    return line.removeprefix(_CHECK).decode().strip() if line.startswith(_CHECK) else None

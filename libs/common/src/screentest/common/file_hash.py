"""The SHA-256 of a file, as artefacts carry it."""

import hashlib
from pathlib import Path


def file_sha256(path: Path) -> str:
    """The hash in hexadecimal; reads the whole file, so not on the event loop."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

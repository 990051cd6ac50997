"""Where the face models come from: a path or an address, and the SHA-256 that must be theirs.

Plain files: nothing here knows what is in them. Must never replace a file by one that is not whole
and right.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

FETCH = "python -m screentest.qa fetch-models"

_LARGEST_BYTES = 1 << 30
_TIMEOUT_S = 60.0


class NoModelFile(Exception):  # noqa: N818 - the word people use for it
    """A model file is missing, another one, or cannot be fetched; the message is one sentence."""


@dataclass(frozen=True, kw_only=True)
class ModelFile:
    """One model as it was configured."""

    #: What it is for, as people are told: "face detector".
    what: str
    #: A path, or an http(s) address.
    source: str
    #: Of its bytes, lower case; None only for a path, whose file is then taken as it is.
    sha256: str | None
    #: Where what has an address is kept; None where nobody said.
    folder: Path | None = None

    @property
    def has_address(self) -> bool:
        """Whether it is fetched."""
        return self.source.startswith(("http://", "https://"))

    @property
    def path(self) -> Path:
        """Where the file is, or is to be.

        Raises:
            NoModelFile: it has an address, and the checksum or the folder is not said.
        """
        if not self.has_address:
            return Path(self.source)
        if self.sha256 is None or self.folder is None:
            missing = "SHA-256" if self.sha256 is None else "folder to keep it in"
            raise NoModelFile(f"The {self.what} {self.source} is an address without a {missing}.")
        return self.folder / f"{self.sha256}.onnx"

    def checked(self) -> Path:
        """The path of the file, which is there and the right one.

        Raises:
            NoModelFile: it is not.
        """
        path = self.path
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            way_out = f': run "{FETCH}"' if self.has_address else ""
            raise NoModelFile(
                f"The {self.what} {path} cannot be read ({error.strerror}){way_out}."
            ) from error
        if self.sha256 not in (None, found):
            raise NoModelFile(
                f"The {self.what} {path} is another file than configured: "
                f"its SHA-256 is {found}, not {self.sha256}."
            )
        return path

    def fetch(self) -> str:
        """See that the file is there and right, fetching it where it may be; says what was done.

        Raises:
            NoModelFile: it is not, and cannot be.
        """
        path = self.path
        try:
            self.checked()
        except NoModelFile:
            if not self.has_address:
                raise
        else:
            return f"The {self.what} is at {path}."
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            size_bytes = self._download(path)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            words = f"{type(error).__name__}: {error}".removesuffix(": ")
            raise NoModelFile(
                f"The {self.what} cannot be fetched from {self.source}: {words}."
            ) from error
        return f"The {self.what} was fetched from {self.source}: {path}, {size_bytes} bytes."

    def _download(self, path: Path) -> int:
        """Fetch into a file beside ``path``, and move it there when it is right."""
        fresh = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with fresh.open("wb") as file:
                digest, size_bytes = hashlib.sha256(), 0
                for chunk in self._chunks():
                    digest.update(chunk)
                    size_bytes += file.write(chunk)
                    if size_bytes > _LARGEST_BYTES:
                        raise NoModelFile(
                            f"What {self.source} answers is not the {self.what}: it has more than "
                            f"{_LARGEST_BYTES} bytes."
                        )
            if digest.hexdigest() != self.sha256:
                raise NoModelFile(
                    f"What {self.source} answers is not the {self.what}: "
                    f"its SHA-256 is {digest.hexdigest()}, not {self.sha256}."
                )
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        return size_bytes

    def _chunks(self) -> Iterator[bytes]:
        with httpx.stream("GET", self.source, follow_redirects=True, timeout=_TIMEOUT_S) as answer:
            answer.raise_for_status()
            yield from answer.iter_bytes()

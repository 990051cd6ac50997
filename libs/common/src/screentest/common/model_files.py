"""The model files of one server as a document, where they are too many for a report.

A server may have thousands of them, and a report comes every few seconds.
"""

import hashlib
from functools import cached_property

from pydantic import Field

from screentest.common.canonical import canonical_json
from screentest.common.recipe_parts import Frozen

#: A report says lists that are shorter: 8 KiB are about a hundred files.
MOST_SAID_BYTES = 8 * 1024


class ModelFiles(Frozen):
    """The files in a server's model folders."""

    #: Model folder -> file names.
    models: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    #: Model folder -> file name -> a text that changes when the file does, where it can tell.
    hashes: dict[str, dict[str, str]] = Field(default_factory=dict)

    @cached_property
    def document(self) -> bytes:
        """The same as bytes, equal for equal lists; `model_validate_json` reads them."""
        return canonical_json(self.model_dump(mode="json"))

    @cached_property
    def sha256(self) -> str:
        """The hash of `document`, under which it is stored."""
        return hashlib.sha256(self.document).hexdigest()

    @property
    def is_long(self) -> bool:
        """Whether a report leaves them to the document."""
        return len(self.document) > MOST_SAID_BYTES


def model_files_key(sha256: str) -> str:
    """Where the list of that hash is in object storage. Written once, never changed."""
    return f"model-files/{sha256}.json"

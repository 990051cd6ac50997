"""What all problems have in common: type, title, status, and a sentence that mends."""

import inspect
import re
from http import HTTPStatus
from typing import Any, ClassVar

PROBLEMS: dict[str, type["Problem"]] = {}
"""Every concrete problem by the last part of its type: "character-not-found"."""

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])|(?<=[a-z])(?=[0-9])")


class Problem(Exception):  # noqa: N818 - RFC 9457 calls them problems
    """An error of the api.

    The first line of a subclass's docstring is its title, the rest explains it on its page
    (`GET /problems/<name>`). A subclass that sets `status` becomes a type of its own.
    """

    status: ClassVar[HTTPStatus]
    #: Last part of the type URI, from the class name.
    name: ClassVar[str]

    def __init__(
        self, detail: str, *, headers: dict[str, str] | None = None, **extensions: Any
    ) -> None:
        """``detail`` says what is wrong, where, and how to mend it.

        ``extensions`` become members of the answer beside the standard ones.
        """
        super().__init__(detail)
        self.detail = detail
        self.headers = headers or {}
        self.extensions = extensions

    def __init_subclass__(cls, *, abstract: bool = False) -> None:
        super().__init_subclass__()
        if abstract:
            return
        cls.name = _WORD_START.sub("-", cls.__name__).lower()
        PROBLEMS[cls.name] = cls

    @classmethod
    def type_uri(cls) -> str:
        """Where its page is; also what clients tell problems apart by."""
        return f"/problems/{cls.name}"

    @classmethod
    def title(cls) -> str:
        """One short line, the same for every occurrence."""
        return inspect.getdoc(cls).splitlines()[0].rstrip(".")  # type: ignore[union-attr] # every problem has one

    @classmethod
    def explanation(cls) -> str:
        """What it means and what to do, for its page."""
        return inspect.cleandoc(cls.__doc__ or "")

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        return {
            "type": self.type_uri(),
            "title": self.title(),
            "status": int(self.status),
            "detail": self.detail,
            **self.extensions,
        }


class NotFound(Problem, abstract=True):
    """There is no such thing.

    A subclass names the thing and where to look for those that exist.
    """

    status = HTTPStatus.NOT_FOUND
    noun: ClassVar[str]
    listed_at: ClassVar[str]

    def __init__(self, ident: object) -> None:
        super().__init__(
            f"{self.noun.capitalize()} {ident} does not exist: "
            f"GET {self.listed_at} lists those that do."
        )

"""Why a test shot does not become segment 001."""


class Rejected(Exception):  # noqa: N818 - the word of the event it becomes
    """The promotion is refused: a stable ``code`` and one sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

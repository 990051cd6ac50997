"""Problems with files."""

from http import HTTPStatus

from screentest.api.problems.problem import Problem


class MediaNotFound(Problem):
    """There is no such file. Keys come from the answers about shots, scenes and characters."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, key: str) -> None:
        super().__init__(f'There is no file "{key}": take keys from shots, scenes and characters.')


class RangeNotSatisfiable(Problem):
    """The range begins behind the end of the file; `Content-Range` says how long it is."""

    status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE

    def __init__(self, asked: str, size_bytes: int) -> None:
        super().__init__(
            f'The file has {size_bytes} bytes and none of the range "{asked}".',
            headers={"Content-Range": f"bytes */{size_bytes}"},
            size_bytes=size_bytes,
        )

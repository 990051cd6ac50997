"""Problems with users and their keys."""

from http import HTTPStatus

from screentest.api.problems.problem import NotFound, Problem


class UserNotFound(NotFound):
    """There is no such user."""

    noun, listed_at = "user", "/api/users"


class ApiKeyNotFound(NotFound):
    """The user has no such API key."""

    noun, listed_at = "API key", "/api/users/{id}/api-keys"


class UserNameTaken(Problem):
    """Another user has this name."""

    status = HTTPStatus.CONFLICT

    def __init__(self, name: str) -> None:
        super().__init__(f'A user is called "{name}" already: choose another name.')


class LastAdmin(Problem):
    """Somebody has to stay administrator.

    Make another user administrator first (`PATCH /api/users/{id}` with `{"role": "admin"}`).
    """

    status = HTTPStatus.CONFLICT

    def __init__(self, name: str) -> None:
        super().__init__(
            f'"{name}" is the only administrator: make somebody else one before this one goes.'
        )

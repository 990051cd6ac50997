"""Problems with the workflow library."""

from screentest.api.problems.problem import NotFound


class LibraryWorkflowNotFound(NotFound):
    """The library has no such workflow."""

    noun, listed_at = "library workflow", "/api/workflow-library"

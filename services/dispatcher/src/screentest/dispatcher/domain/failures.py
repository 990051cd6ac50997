"""Why a run fails of itself, in words for people; what a backend says of a render is its own."""

from screentest.common.events import Failure


def unfillable(error: KeyError) -> Failure:
    """The recipe names a node that the workflow does not have."""
    return Failure(code="invalid_workflow", message=str(error.args[0]))


def failed_qa(segment: int, left: int) -> Failure:
    """Qa failed a segment, and so many planned ones behind it are not paid for."""
    segments = "segment" if left == 1 else "segments"
    return Failure(
        code="failed_qa",
        message=f"Segment {segment} failed QA, and the scene type halts on that: "
        f"{left} planned {segments} not rendered.",
    )

"""What must be so before something is deleted along with what was asked for with it."""

from screentest.api.problems.shots import RunsOpen
from screentest.api.store.open_runs import OpenRuns


def check_nothing_open(what: str, found: OpenRuns) -> None:
    """See that nothing would be rendered, or promoted, for nobody.

    Raises:
        RunsOpen: something would; it says by which ids that is cancelled.
    """
    if not found.is_any:
        return
    counts = (
        (len(found.test_shot_ids), "test shot", "have not ended"),
        (len(found.scene_ids), "scene", "are being generated"),
        (len(found.promoted_shot_ids), "test shot", "are being promoted"),
    )
    told = [f"{count} {noun}(s) that {state}" for count, noun, state in counts if count]
    raise RunsOpen(
        f"{what} has {' and '.join(told)}: cancel them first, or wait for them, and delete it once "
        "they have ended.",
        test_shot_ids=found.test_shot_ids,
        scene_ids=found.scene_ids,
        promoted_shot_ids=found.promoted_shot_ids,
    )

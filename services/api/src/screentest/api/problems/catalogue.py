"""Problems with characters, images, workflows, scene types and scenes."""

from http import HTTPStatus
from typing import Any

from screentest.api.problems.problem import NotFound, Problem


class CharacterNotFound(NotFound):
    """There is no such character."""

    noun, listed_at = "character", "/api/characters"


class SourceImageNotFound(NotFound):
    """The character has no such source image."""

    noun, listed_at = "source image", "/api/characters/{id}"


class WorkflowNotFound(NotFound):
    """There is no such workflow."""

    noun, listed_at = "workflow", "/api/workflows"


class SceneTypeNotFound(NotFound):
    """There is no such scene type."""

    noun, listed_at = "scene type", "/api/scene-types"


class PresetNotFound(NotFound):
    """The scene type has no such preset."""

    noun, listed_at = "preset", "/api/scene-types/{id}/presets"


class PresetNameTaken(Problem):
    """The scene type has another preset of that name.

    Change that one, or choose another name.
    """

    status = HTTPStatus.CONFLICT

    def __init__(self, name: str) -> None:
        super().__init__(
            f'The scene type has a preset called "{name}" already: change that one, or choose '
            "another name."
        )


class SceneNotFound(NotFound):
    """There is no such scene."""

    noun, listed_at = "scene", "/api/scenes"


class UnknownReference(Problem):
    """The request names a thing that does not exist.

    `errors` says which field names what; the list of that thing has those that exist.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, field: str, message: str) -> None:
        super().__init__(
            f"{message[:1].upper()}{message[1:]}: name one that exists in {field}.",
            errors=[{"where": f"body.{field}", "message": message, "kind": "unknown_reference"}],
        )


class InUse(Problem):
    """Other things are built on it, so it cannot be deleted.

    Scenes hold paid GPU time and are never deleted along with something else: delete them first.
    """

    status = HTTPStatus.CONFLICT

    def __init__(self, what: str, used_by: str, listed_at: str) -> None:
        super().__init__(
            f"{what} is used by {used_by}: delete those first; GET {listed_at} lists them."
        )


class InvalidImage(Problem):
    """The upload is not a picture that can be used: PNG, JPEG or WebP, whole, and not animated."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class ImageTooLarge(Problem):
    """The picture has more bytes or pixels than are accepted; make it smaller."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class SameImage(Problem):
    """The character has this very picture already."""

    status = HTTPStatus.CONFLICT

    def __init__(self, character_id: int, sha256: str) -> None:
        super().__init__(
            f"Character {character_id} has this picture already (sha256 {sha256}): "
            "nothing needs to be uploaded."
        )


class InvalidWorkflow(Problem):
    """The graph cannot be run, or a slot does not fit it.

    Import what ComfyUI exports in API format ("Workflow > Export (API)").
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults), errors=_faults("body", faults, "workflow"))


class WorkflowVersionNotFound(NotFound):
    """The workflow has no such version."""

    noun, listed_at = "workflow version", "/api/workflows/{id}/versions"


class SameWorkflow(Problem):
    """A workflow with this very graph is there already.

    Only a file that is imported without a name is refused so. `workflow_id` says which workflow it
    is: use that one, or send a `name` to import the graph a second time.
    """

    status = HTTPStatus.CONFLICT

    def __init__(self, workflow_id: int, name: str, version: int) -> None:
        super().__init__(
            f'Workflow {workflow_id} ("{name}", version {version}) has this very graph: use it, '
            "or import the file under a name of its own.",
            workflow_id=workflow_id,
        )


class WorkflowNameTaken(Problem):
    """The file is called like a workflow that has another graph.

    Files are often called alike by chance, so a file without a `name` changes no workflow. Send the
    name to make a new version of that workflow, or another one to make a new workflow.
    """

    status = HTTPStatus.CONFLICT

    def __init__(self, workflow_id: int, name: str) -> None:
        super().__init__(
            f'Workflow {workflow_id} is called "{name}" as the file is, and differs from it: send '
            "that name to make a new version of it, or another name to make a new workflow.",
            workflow_id=workflow_id,
        )


class InvalidSceneType(Problem):
    """The scene type does not fit its workflow.

    `errors` has one sentence for every value or LoRA that does not fit. `GET /api/workflows/{id}`
    has the slots with their kinds and ranges.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, faults: list[str]) -> None:
        super().__init__(f"{'; '.join(faults)}.", errors=_faults("body", faults, "slot"))


class InvalidLimits(Problem):
    """The limits make no sense for what they are to judge.

    `errors` has one sentence for every measure. `GET /api/scene-types/{id}/qa-calibration` has the
    measures with their present limits.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, faults: list[str]) -> None:
        super().__init__(f"{'; '.join(faults)}.", errors=_faults("body.limits", faults, "limits"))


def _faults(where: str, messages: list[str], kind: str) -> list[dict[str, Any]]:
    return [{"where": where, "message": message, "kind": kind} for message in messages]

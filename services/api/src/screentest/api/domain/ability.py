"""Which of the workers that are alive can render a recipe, and what the others lack.

Pure. A worker that reports nothing is taken to have everything, as the dispatcher takes it.
"""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import Field

from screentest.api.domain.workers import Worker
from screentest.common.events import Needs, WaitingCode
from screentest.common.graphs import Place
from screentest.common.object_info import ObjectInfo
from screentest.common.recipes import Frozen, Recipe, Renderer
from screentest.common.validation import Fault, FaultCode, graph_faults

_FAULTS_SAID = 3


class WorkerReport(Frozen):
    """What a worker lacks for a recipe."""

    worker: str
    can_render: bool
    has_reported: bool = Field(
        description="False: it says nothing of what it has, and is taken to have everything."
    )
    faults: tuple[Fault, ...] = ()


class Ability(Frozen):
    """Who can render a recipe."""

    can_render: bool = Field(
        description="A live worker can, or none is alive that could have said that it cannot."
    )
    detail: str = Field(description="The same in a sentence.")
    workers: tuple[WorkerReport, ...] = Field(description="Those that are alive, by name.")


def ability(
    workers: Sequence[Worker], infos: Mapping[str, ObjectInfo], recipe: Recipe, needs: Needs
) -> Ability:
    """What every worker says to ``recipe``; ``infos`` are descriptions by their hash."""
    # Workers that are alike have one description, and one look at the graph.
    looked_at: dict[str, tuple[Fault, ...]] = {}
    reports = []
    for worker in workers:
        faults = tuple(_faults(worker, infos, recipe, needs, looked_at))
        reports.append(
            WorkerReport(
                worker=worker.name,
                can_render=not faults,
                has_reported=bool(worker.nodes or worker.models or worker.object_info_sha256),
                faults=faults,
            )
        )
    able = [report.worker for report in reports if report.can_render]
    return Ability(
        can_render=bool(able) or not reports,
        detail=_detail(able, reports),
        workers=tuple(reports),
    )


def has_able_worker(
    workers: Sequence[Worker], infos: Mapping[str, ObjectInfo], recipe: Recipe, needs: Needs
) -> bool:
    """`Ability.can_render`, without looking further than the first worker that can."""
    looked_at: dict[str, tuple[Fault, ...]] = {}
    return not workers or any(
        next(_faults(worker, infos, recipe, needs, looked_at), None) is None for worker in workers
    )


def _faults(
    worker: Worker,
    infos: Mapping[str, ObjectInfo],
    recipe: Recipe,
    needs: Needs,
    looked_at: dict[str, tuple[Fault, ...]],
) -> Iterator[Fault]:
    if worker.renderer is not recipe.renderer:
        message = (
            f"This worker renders with {worker.renderer} and the workflow is for "
            f"{recipe.renderer}: start a worker of that."
        )
        yield Fault(code=FaultCode.WRONG_RENDERER, message=message)
        return
    sha256 = worker.object_info_sha256
    info = infos.get(sha256) if recipe.renderer is Renderer.COMFYUI else None
    if info is not None and sha256 not in looked_at:
        looked_at[sha256] = graph_faults(recipe.graph, info, supplied=_supplied(recipe))
    of_graph = looked_at.get(sha256, ())
    yield from of_graph
    for shortfall in worker.capability.shortfalls(needs):
        # The graph's own faults name nodes and files better, with their place.
        if not of_graph or shortfall.code is WaitingCode.SHORT_OF_VRAM:
            message = f"This worker lacks {shortfall.what}: install it, or use another worker."
            yield Fault(code=FaultCode(shortfall.code.value), message=message)


def _supplied(recipe: Recipe) -> tuple[Place, ...]:
    slot = recipe.image_slot
    return (Place(slot.node, slot.input),) if slot else ()


def _detail(able: Sequence[str], reports: Sequence[WorkerReport]) -> str:
    if able:
        return f"{', '.join(able)} can render this."
    if not reports:
        return "No worker is alive, so nobody can tell: it waits until one comes."
    said = "; ".join(
        f"{report.worker}: {report.faults[0].message.rstrip('.')}"
        + (f" (and {len(report.faults) - 1} more)" if len(report.faults) > 1 else "")
        for report in reports[:_FAULTS_SAID]
    )
    more = len(reports) - _FAULTS_SAID
    others = f"; and {more} more workers cannot either" if more > 0 else ""
    return f"No live worker can render this. {said}{others}."

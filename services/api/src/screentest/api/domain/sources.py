"""The catalogue rows a batch was planned with, kept so that it can be run again as it was asked."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from screentest.api.domain.catalogue import Character, SceneType, Workflow
from screentest.api.domain.sweeps import Axis, Cell, Point, Sweep, WorkflowVersion


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Everything planning a cell needs beside what the cell asks for."""

    workflow: Workflow
    scene_type: SceneType
    characters: list[Character]
    #: What the points of a workflow axis name, and what they meant when it was asked for.
    chosen: list[tuple[WorkflowVersion, Workflow]]

    def workflow_of(self, cell: Cell) -> Workflow:
        """The workflow a cell is rendered with."""
        if cell.workflow is None:
            return self.workflow
        return next(workflow for asked, workflow in self.chosen if asked == cell.workflow)

    def character_of(self, cell: Cell) -> Character:
        """The character a cell shows."""
        return next(one for one in self.characters if one.id == cell.character_id)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        stored: dict[str, Any] = _SOURCES.dump_python(self, mode="json")
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Sources":
        """What `to_json` made."""
        return _SOURCES.validate_python(stored)


_SOURCES = TypeAdapter(Sources)


def named(sweep: Sweep, sources: Sources) -> Sweep:
    """The sweep with workflows called by their names.

    The present version, and the same one by its number, are one point.
    """
    found = dict(sources.chosen)
    times = Counter(_label(one) for one in {(w.id, w.version): w for w in found.values()}.values())

    def point_of(point: Point) -> Point:
        if point.workflow is None:
            return point
        workflow = found[point.workflow]
        label = _label(workflow)
        if times[label] > 1:
            # A name may have been another workflow's before.
            label = f"{label} #{workflow.id}"
        facts = {"id": workflow.id, "name": workflow.name, "version": workflow.version}
        return replace(point, label=label, phrase=label, differs={"workflow": facts})

    def named_axis(axis: Axis) -> Axis:
        points = [point_of(point) for point in axis.points]
        if all(point.workflow for point in points):
            points = list({point.label: point for point in points}.values())
        return replace(axis, points=tuple(points))

    return replace(sweep, axes=tuple(named_axis(axis) for axis in sweep.axes))


def _label(workflow: Workflow) -> str:
    return f"{workflow.name} v{workflow.version}"

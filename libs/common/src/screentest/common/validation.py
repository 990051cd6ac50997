"""What is wrong with a graph for one server, before anything is paid for.

Pure, and as strict as ComfyUI's own check of ``POST /prompt``: a fault found here is a refusal
there. What custom nodes check in code of their own is not known here.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from pydantic import Field

from screentest.common.graphs import (
    Graph,
    Link,
    Place,
    class_of,
    inputs_of,
    link_of,
    live_nodes,
    upstream,
)
from screentest.common.model_folders import is_model_file, model_folder
from screentest.common.object_info import ANY, COMBO, InputSpec, NodeSpec, ObjectInfo
from screentest.common.recipes import Frozen

_MOST_NEAREST = 3
_MOST_OFFERED = 8


class FaultCode(StrEnum):
    """What kind of fault it is."""

    MISSING_NODE = "missing_node"
    MISSING_MODEL = "missing_model"
    SHORT_OF_VRAM = "short_of_vram"
    WRONG_RENDERER = "wrong_renderer"
    NOT_OFFERED = "not_offered"
    OUT_OF_RANGE = "out_of_range"
    WRONG_TYPE = "wrong_type"
    INPUT_MISSING = "input_missing"
    BAD_LINK = "bad_link"
    NO_OUTPUT = "no_output"


class Fault(Frozen):
    """One thing that keeps a server from running a graph."""

    code: FaultCode
    message: str = Field(description="One sentence: what is wrong, where, and how to mend it.")
    node: str | None = Field(default=None, description="Id of the node in the graph.")
    title: str | None = Field(default=None, description="What the node is called in the editor.")
    node_class: str | None = None
    input: str | None = None
    folder: str | None = Field(default=None, description="Model folder a missing file belongs in.")
    nearest: tuple[str, ...] = Field(default=(), description="What the server has that is alike.")


def graph_faults(
    graph: Graph, info: ObjectInfo, *, supplied: Collection[Place] = ()
) -> tuple[Fault, ...]:
    """All that keeps the server of ``info`` from running ``graph``; nothing when it can.

    ``graph`` is one that `check_graph` accepts. Inputs at ``supplied`` get their value later, from
    the worker: the name of the uploaded seed image.
    """
    unknown = [node for node in graph if class_of(graph, node) not in info.nodes]
    faults = [_missing_node(_At.of(graph, node), info) for node in unknown]
    outputs = [
        node
        for node in graph
        if node not in unknown and info.nodes[class_of(graph, node)].is_output
    ]
    if not outputs and not unknown:
        message = (
            "No node of the workflow saves or shows anything on this server: "
            "end it with a node that saves a video."
        )
        return (Fault(code=FaultCode.NO_OUTPUT, message=message),)
    # Whether an unknown class is an output nobody can tell.
    ends = live_nodes(graph) if unknown else outputs
    for node in dict.fromkeys(node for end in ends for node in upstream(graph, end)):
        spec = info.nodes.get(class_of(graph, node))
        if spec is not None:
            faults += _Check(graph, info, _At.of(graph, node)).faults(spec, supplied)
    return tuple(faults)


@dataclass(frozen=True)
class _At:
    """A node, and how people find it."""

    node: str
    title: str
    node_class: str

    @classmethod
    def of(cls, graph: Graph, node: str) -> "_At":
        meta = graph[node].get("_meta")
        title = meta.get("title") if isinstance(meta, dict) else None
        node_class = class_of(graph, node)
        return cls(node, str(title or node_class), node_class)

    def __str__(self) -> str:
        return f'node {self.node} "{self.title}"'

    def fault(self, code: FaultCode, message: str, **more: Any) -> Fault:
        facts = {"node": self.node, "title": self.title, "node_class": self.node_class}
        return Fault(code=code, message=f"{message[0].upper()}{message[1:]}.", **facts, **more)


@dataclass(frozen=True)
class _Check:
    """Looks at the inputs of one node."""

    graph: Graph
    info: ObjectInfo
    at: _At

    def faults(self, spec: NodeSpec, supplied: Collection[Place]) -> Iterator[Fault]:
        given = inputs_of(self.graph, self.at.node)
        for name, wanted in spec.inputs.items():
            if Place(self.at.node, name) in supplied or wanted.type.startswith("COMFY_"):
                # Inputs that grow and change with others are written under names of their own.
                continue
            if name not in given:
                if wanted.is_required:
                    yield self._input_missing(name, wanted)
                continue
            value = given[name]
            link = link_of(value)
            found = (
                self._value_fault(name, wanted, value)
                if link is None
                else self._link_fault(name, wanted, link)
            )
            if found is not None:
                yield found

    def _input_missing(self, name: str, wanted: InputSpec) -> Fault:
        is_written = wanted.type in {"INT", "FLOAT", "STRING", "BOOLEAN", COMBO}
        mend = "give it a value" if is_written else f"link a node that gives {wanted.type} to it"
        message = f'{self.at} lacks its input "{name}": {mend} and import the workflow again'
        return self.at.fault(FaultCode.INPUT_MISSING, message, input=name)

    def _link_fault(self, name: str, wanted: InputSpec, link: Link) -> Fault | None:
        where = f'input "{name}" of {self.at}'
        source = self.info.nodes.get(class_of(self.graph, link.node))
        if source is None:
            return None
        if not 0 <= link.output < len(source.outputs):
            message = (
                f"{where} is linked to output {link.output} of {_At.of(self.graph, link.node)}, "
                f"which has {len(source.outputs)} on this server: its version is another one, so "
                "export the workflow anew or update the node"
            )
            return self.at.fault(FaultCode.BAD_LINK, message, input=name)
        brought = source.outputs[link.output]
        if _fits(brought, wanted.type):
            return None
        message = f"{where} takes {wanted.type} and is linked to {brought}: link it to another node"
        return self.at.fault(FaultCode.BAD_LINK, message, input=name)

    def _value_fault(self, name: str, wanted: InputSpec, value: Any) -> Fault | None:
        if isinstance(value, dict) and "__value__" in value:
            value = value["__value__"]
        match wanted.type:
            case "INT" | "FLOAT":
                return self._number_fault(name, wanted, value)
            case "COMBO":
                chosen = value if wanted.is_multiple and isinstance(value, list) else [value]
                missing = [one for one in chosen if not _is_offered(one, wanted.options)]
                return self._not_offered(name, wanted, missing[0]) if missing else None
        if isinstance(value, list):
            message = f'input "{name}" of {self.at} is a list that is no link: link it, or write'
            return self.at.fault(FaultCode.BAD_LINK, f"{message} one value", input=name)
        return None

    def _number_fault(self, name: str, wanted: InputSpec, value: Any) -> Fault | None:
        where = f'input "{name}" of {self.at}'
        try:
            number = int(value) if wanted.type == "INT" else float(value)
        except (TypeError, ValueError, OverflowError):
            kind = "a whole number" if wanted.type == "INT" else "a number"
            message = f'{where} is "{value}" and must be {kind}: change it'
            return self.at.fault(FaultCode.WRONG_TYPE, message, input=name)
        low, high = wanted.minimum, wanted.maximum
        if (low is None or number >= low) and (high is None or number <= high):
            return None
        allowed = (
            f"from {low} to {high}"
            if low is not None and high is not None
            else f"of {low} at least"
            if low is not None
            else f"of {high} at most"
        )
        message = f"{where} is {number} and this server takes values {allowed}: choose one of them"
        return self.at.fault(FaultCode.OUT_OF_RANGE, message, input=name)

    def _not_offered(self, name: str, wanted: InputSpec, value: Any) -> Fault:
        where = f'input "{name}" of {self.at}'
        offered = tuple(str(option) for option in wanted.options or ())
        nearest = nearest_names(str(value), offered)
        if not is_model_file(str(value)) and not str(value).lower().endswith(".gguf"):
            shown = nearest or offered[:_MOST_OFFERED]
            mend = (
                f"choose one of {', '.join(shown)}" if shown else "this server offers nothing there"
            )
            message = f'{where} is "{value}", which this server does not offer: {mend}'
            return self.at.fault(FaultCode.NOT_OFFERED, message, input=name, nearest=nearest)
        folder = model_folder(self.at.node_class, name)
        place = f"the server's folder models/{folder}" if folder else "any folder the node looks in"
        mend = f", or choose {' or '.join(nearest)}" if nearest else ""
        message = f'{where} names the file "{value}", which is not in {place}: put it there{mend}'
        return self.at.fault(
            FaultCode.MISSING_MODEL, message, input=name, folder=folder, nearest=nearest
        )


def _missing_node(at: _At, info: ObjectInfo) -> Fault:
    nearest = nearest_names(at.node_class, tuple(info.nodes))
    alike = f"; it has {', '.join(nearest)}" if nearest else ""
    message = (
        f"{at} is of class {at.node_class}, which this server does not have{alike}: "
        "install the custom nodes that bring it, or replace the node"
    )
    return at.fault(FaultCode.MISSING_NODE, message, nearest=nearest)


# The same file is missing for every cell of a batch, and thousands of names take 30 ms.
@lru_cache(maxsize=256)
def nearest_names(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``names`` that a person may have meant: the same file elsewhere, then the alike."""
    same = [one for one in names if _bare(one).name == _bare(name).name]
    by_stem = {_bare(one).stem: one for one in reversed(names)}
    close = get_close_matches(_bare(name).stem, by_stem, n=_MOST_NEAREST)
    return tuple(dict.fromkeys([*same, *(by_stem[one] for one in close)]))[:_MOST_NEAREST]


def _bare(name: str) -> PurePosixPath:
    """A file's name as it is compared: servers on Windows write another slash."""
    return PurePosixPath(name.replace("\\", "/").lower())


def _is_offered(value: Any, options: tuple[Any, ...] | None) -> bool:
    return options is None or value in options


def _fits(brought: str, wanted: str) -> bool:
    """Whether a link may carry ``brought`` to an input of ``wanted``; both may name several."""
    loose = {ANY, COMBO}
    if brought.startswith("COMFY_") or {brought, wanted} & loose:
        return True
    types, accepted = set(brought.split(",")), set(wanted.split(","))
    return bool(types & accepted) or ANY in types | accepted

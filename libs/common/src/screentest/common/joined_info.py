"""What several servers say of their node classes, as one description.

Pure. What one of them does not say is taken from the others.
"""

from collections.abc import Collection, Sequence

from screentest.common.graphs import SlotValue
from screentest.common.object_info import ANY, COMBO, InputSpec, NodeSpec, ObjectInfo

_NUMBERS = ("INT", "FLOAT")


def joined(infos: Sequence[ObjectInfo], classes: Collection[str]) -> ObjectInfo:
    """The description of ``classes`` that holds for all servers, as far as they say anything.

    Numbers have the range that all of them allow, and none where there is no such range. A choice
    is offered when any of them offers it: a worker is looked for that can render it.
    """
    said = {name: [info.nodes[name] for info in infos if name in info.nodes] for name in classes}
    return ObjectInfo(nodes={name: _node(nodes) for name, nodes in sorted(said.items()) if nodes})


def _node(nodes: Sequence[NodeSpec]) -> NodeSpec:
    names = dict.fromkeys(name for node in nodes for name in node.inputs)
    inputs = {
        name: _input([node.inputs[name] for node in nodes if name in node.inputs]) for name in names
    }
    return nodes[0].model_copy(update={"inputs": inputs})


def _input(specs: Sequence[InputSpec]) -> InputSpec:
    first = specs[0]
    types = {spec.type for spec in specs}
    if types <= set(_NUMBERS):
        return _number(specs)
    if types == {COMBO}:
        return first.model_copy(update={"options": _union(specs)})
    # Who disagrees about more than that has another node of that name.
    return first if len(types) == 1 else InputSpec(type=ANY)


def _number(specs: Sequence[InputSpec]) -> InputSpec:
    lower = [spec.minimum for spec in specs if spec.minimum is not None]
    upper = [spec.maximum for spec in specs if spec.maximum is not None]
    low, high = max(lower, default=None), min(upper, default=None)
    if low is not None and high is not None and low > high:
        low = high = None
    steps = {spec.step for spec in specs}
    return specs[0].model_copy(
        update={
            # A whole number fits both.
            "type": "INT" if any(spec.type == "INT" for spec in specs) else "FLOAT",
            "minimum": low,
            "maximum": high,
            "step": steps.pop() if len(steps) == 1 else None,
        }
    )


def _union(specs: Sequence[InputSpec]) -> tuple[SlotValue, ...] | None:
    if any(spec.options is None for spec in specs):
        return None
    return tuple(dict.fromkeys(option for spec in specs for option in spec.options or ()))

"""What a ComfyUI server says of its node classes, reduced to what workflows need.

``GET /object_info`` has megabytes of tooltips, and lists the files of the input folder, which
change with every upload. What is left here is the same as long as the server can do the same, so
that its hash names it.
"""

import hashlib
import math
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from pydantic import Field

from screentest.common.canonical import canonical_json
from screentest.common.graphs import SlotValue
from screentest.common.recipe_parts import Frozen

COMBO = "COMBO"
ANY = "*"


class InputSpec(Frozen):
    """One input of a node class."""

    #: INT, FLOAT, STRING, BOOLEAN, COMBO, or what a link carries: IMAGE, MODEL, ...
    type: str
    is_required: bool = True
    #: What a COMBO offers. None: the server does not say, or it is a file that is uploaded.
    options: tuple[SlotValue, ...] | None = None
    #: A COMBO of which several may be chosen.
    is_multiple: bool = False
    minimum: int | float | None = None
    maximum: int | float | None = None
    #: Of an INT: the distance of the values that the node is made for. None: any will do.
    step: int | None = None
    default: SlotValue | None = None


class NodeSpec(Frozen):
    """One node class."""

    inputs: dict[str, InputSpec] = Field(default_factory=dict)
    #: Types of its outputs, in their order.
    outputs: tuple[str, ...] = ()
    #: It saves or shows something: ComfyUI runs what leads to such a node, and nothing else.
    is_output: bool = False


class ObjectInfo(Frozen):
    """The node classes of one server."""

    nodes: dict[str, NodeSpec] = Field(default_factory=dict)

    @classmethod
    def reduce(cls, answer: dict[str, Any]) -> "ObjectInfo":
        """What matters of ``GET /object_info``.

        Custom nodes write odd things into it: what cannot be understood is taken to fit.
        """
        return cls(nodes={name: _node(body) for name, body in sorted(answer.items())})

    def input_of(self, node_class: str, name: str) -> InputSpec:
        """What is known of an input; one that is not known takes anything."""
        node = self.nodes.get(node_class, NodeSpec())
        return node.inputs.get(name, InputSpec(type=ANY))

    @cached_property
    def document(self) -> bytes:
        """The same as bytes, equal for equal servers; `model_validate_json` reads them."""
        return canonical_json(self.model_dump(mode="json", exclude_defaults=True))

    @cached_property
    def sha256(self) -> str:
        """The hash of `document`, under which it is stored."""
        return hashlib.sha256(self.document).hexdigest()


def object_info_key(sha256: str) -> str:
    """Where the description of that hash is in object storage. Written once, never changed."""
    return f"object-info/{sha256}.json"


def _node(body: Any) -> NodeSpec:
    body = body if isinstance(body, dict) else {}
    groups = body.get("input")
    groups = groups if isinstance(groups, dict) else {}
    inputs: dict[str, InputSpec] = {}
    for group in ("required", "optional"):
        named = groups.get(group)
        for name, written in named.items() if isinstance(named, dict) else ():
            inputs.setdefault(name, _input(written, is_required=group == "required"))
    outputs = body.get("output")
    return NodeSpec(
        inputs=inputs,
        outputs=tuple(map(_type, outputs if isinstance(outputs, list) else ())),
        is_output=bool(body.get("output_node")),
    )


def _input(written: Any, *, is_required: bool) -> InputSpec:
    kind, config = ANY, {}
    if isinstance(written, list) and written:
        kind = written[0]
        if len(written) > 1 and isinstance(written[1], dict):
            config = written[1]
    default = config.get("default")
    return InputSpec(
        type=_type(kind),
        is_required=is_required,
        options=_options(kind, config),
        is_multiple=bool(config.get("multiselect")),
        minimum=_limit(config.get("min")),
        maximum=_limit(config.get("max")),
        step=_step(kind, config.get("step")),
        default=default if isinstance(default, str | bool) else _limit(default),
    )


def _type(written: Any) -> str:
    # Before 0.3.10 or so a combo is the list of its options, as input and as output.
    return written if isinstance(written, str) else COMBO if isinstance(written, list) else ANY


def _options(kind: Any, config: dict[str, Any]) -> tuple[SlotValue, ...] | None:
    offered = kind if isinstance(kind, list) else config.get("options") if kind == COMBO else None
    is_upload = any(config[key] for key in config if key == "upload" or key.endswith("_upload"))
    if not isinstance(offered, list) or is_upload or "remote" in config:
        return None
    return tuple(_plain(offered))


def _plain(offered: Iterable[Any]) -> Iterable[SlotValue]:
    for option in offered:
        # VHS_VideoCombine of 2023 gives a format together with its widgets.
        first = option[0] if isinstance(option, list) and option else option
        if isinstance(first, str | bool | int) or (
            isinstance(first, float) and math.isfinite(first)
        ):
            yield first


def _step(kind: Any, written: Any) -> int | None:
    is_step = kind == "INT" and type(written) is int and written > 1
    return written if is_step else None


def _limit(written: Any) -> int | float | None:
    """A number that JSON can carry; limits of infinity are none."""
    if isinstance(written, bool) or not isinstance(written, int | float):
        return None
    return written if math.isfinite(written) else None

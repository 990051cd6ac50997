"""Whether values fit the slots of a workflow, said in sentences a person can act on.

Must never guess: a value that does not fit is refused, not rounded or clipped.
"""

from collections.abc import Mapping, Sequence

from screentest.common.lora_stack import in_numbered_slots, plan_stack
from screentest.common.recipes import MAX_SEED, Graph, Lora, Renderer, Slot, SlotValue

_OWN_FIELD = {
    "seed": "seed",
    "prompt": "prompts",
    "negative_prompt": "negative_prompt",
}
"""Slots that are filled from a field of their own, and the name of that field."""


def fit_values(
    slots: Sequence[Slot], values: Mapping[str, SlotValue]
) -> tuple[dict[str, SlotValue], list[str]]:
    """The values as their slots want them (``7.0`` for an int slot is 7), and what does not fit."""
    by_name = {slot.name: slot for slot in slots}
    fitted: dict[str, SlotValue] = {}
    problems: list[str] = []
    for name, value in values.items():
        slot = by_name.get(name)
        if field := _field_of(name):
            problems.append(f'"{name}" is set through "{field}", not through "values"')
        elif slot is None:
            problems.append(f'the workflow has no slot "{name}"; {_known(slots)}')
        elif problem := misfit(slot, value):
            problems.append(problem)
        else:
            fitted[name] = int(value) if slot.kind == "int" else value
    return fitted, problems


def fit_loras(
    renderer: Renderer, graph: Graph, slots: Sequence[Slot], loras: Sequence[Lora]
) -> list[str]:
    """What does not fit of a LoRA stack, which `lora_stack` puts into the graph.

    The built-in renderer reads the stack from the recipe and needs no place for it.
    """
    if renderer is Renderer.BUILTIN:
        placed: Mapping[str, SlotValue] = in_numbered_slots(loras)
    else:
        stack = plan_stack(graph, tuple(slots), tuple(loras))
        if stack.problem:
            return [stack.problem]
        placed = stack.values
    by_name = {slot.name: slot for slot in slots}
    misfits = (misfit(by_name[name], value) for name, value in placed.items() if name in by_name)
    return [problem for problem in misfits if problem]


def silenced_loras(slots: Sequence[Slot], used: int) -> dict[str, SlotValue]:
    """Weight 0 for the LoRA slots behind a stack of ``used``.

    Without it, a LoRA that the graph itself carries would be applied though nobody asked for it.
    """
    weights = (f"lora_{slot.name[5:]}_weight" for slot in slots if _is_lora(slot.name))
    known = {slot.name for slot in slots}
    return {name: 0.0 for name in weights if name in known and int(name.split("_")[1]) > used}


def is_set_elsewhere(name: str) -> bool:
    """Whether a slot is filled from a field of its own: seed, prompts, the LoRA stack."""
    return _field_of(name) is not None


def _is_lora(name: str) -> bool:
    return name.startswith("lora_") and name[5:].isdigit()


def _field_of(name: str) -> str | None:
    if _is_lora(name) or _is_lora(name.removesuffix("_weight")):
        return "loras"
    return _OWN_FIELD.get(name)


def _known(slots: Sequence[Slot]) -> str:
    names = [slot.name for slot in slots if slot.kind != "image" and not _field_of(slot.name)]
    return f"it has {', '.join(names)}" if names else "it has none that takes a value"


def misfit(slot: Slot, value: SlotValue) -> str | None:
    """One sentence when ``value`` does not fit, else None."""
    match slot.kind:
        case "int" | "float":
            return _number_misfit(slot, value)
        case "image":
            return _image_misfit(slot)
        case "text" | "choice" if not isinstance(value, str):
            return f'slot "{slot.name}" takes text, not {value}'
        # Without choices the graph did not say: only a worker knows its models and samplers.
        case "choice" if slot.choices and value not in slot.choices:
            return f'slot "{slot.name}" takes one of {", ".join(slot.choices)}, not "{value}"'
    return None


def _image_misfit(slot: Slot) -> str:
    if slot.name == "image":
        return 'slot "image" takes the seed image and cannot be set'
    return (
        f'slot "{slot.name}" cannot be set: it takes the seed image if it is the only image slot, '
        "and else keeps the file that the workflow names, which must be in the input folder of "
        "every server"
    )


def _number_misfit(slot: Slot, value: SlotValue) -> str | None:
    if isinstance(value, bool | str):
        return f'slot "{slot.name}" takes a number, not "{value}"'
    # Beyond it not every JSON reader keeps a number; neither infinity nor NaN lies within.
    if not -MAX_SEED <= value <= MAX_SEED:
        return f'slot "{slot.name}" takes a number from -{MAX_SEED} to {MAX_SEED}'
    if slot.kind == "int" and value != int(value):
        return f'slot "{slot.name}" takes a whole number, not {value}'
    if slot.minimum is not None and value < slot.minimum:
        return f'slot "{slot.name}" is {value} and must be at least {slot.minimum:g}'
    if slot.maximum is not None and value > slot.maximum:
        return f'slot "{slot.name}" is {value} and must be at most {slot.maximum:g}'
    return None

"""What a render's files are called on the server: the workflow's own prefix, and then whose it is.

So a file says by its name which render it is of. A name belongs to one render and is no part of a
workflow: whoever reads a graph from a file takes it out again. Must never know a node class.
"""

import re

from screentest.common.graphs import Graph, Place, inputs_of, literal, with_literals

#: The input of every node that saves under names of ours.
PREFIX_INPUT = "filename_prefix"

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_MARK = re.compile(rf"_screentest-{_UUID}-[0-9a-f]{{8}}-[\w-]*-\d+$", re.ASCII)
#: Of the characters that a file name may hold on every system, those that a node's id is made of.
_NOT_OF_A_NAME = re.compile(r"[^A-Za-z0-9]+")


def marked(prefix: str, *, render_id: str, recipe_hash: str, node: str, attempt: int) -> str:
    """``prefix`` made into one that no other render, node or attempt has.

    Args:
        prefix: the workflow's own, with its folder.
        render_id: a UUID.
        recipe_hash: 64 hexadecimal digits.
        node: the id of the node that saves.
        attempt: how often the graph was submitted for that render, from 1.
    """
    where = _NOT_OF_A_NAME.sub("-", node)
    return f"{prefix}_screentest-{render_id}-{recipe_hash[:8]}-{where}-{attempt}"


def unmarked(graph: Graph) -> Graph:
    """``graph`` with the prefixes that its workflow has, as far as `marked` ones are in it."""
    written = []
    for node in graph:
        place = Place(node, PREFIX_INPUT)
        prefix = literal(graph, place) if PREFIX_INPUT in inputs_of(graph, node) else None
        if isinstance(prefix, str) and _MARK.search(prefix):
            written.append((place, _MARK.sub("", prefix)))
    return with_literals(graph, written)

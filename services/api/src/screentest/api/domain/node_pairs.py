"""Which node of an older graph is which of a newer one."""

from collections import defaultdict
from collections.abc import Callable, Hashable
from typing import Any

from screentest.api.domain.graph_structure import Colours, colours, literals_of, title_of
from screentest.common.canonical import canonical_json
from screentest.common.graphs import Graph, class_of, link_of, links_of

Key = Callable[[Graph, str], Hashable]


class NodePairs:
    """Pairs of nodes, the surest first.

    At the same place of equal graphs; the only ones with their content; where numbers were kept,
    of the same number and class; what the same input of a pair is linked to; the only ones left of
    a class.
    """

    def __init__(self, old: Graph, new: Graph) -> None:
        """Find the pairs."""
        self._old, self._new = old, new
        self._colours = colours(old, new)
        #: Id in the older graph -> id in the newer one.
        self.new_of: dict[str, str] = {}
        #: And back.
        self.old_of: dict[str, str] = {}
        self._pair_places()
        self._pair(_content)
        # Numbers mean something unless most of what is surely paired got another one.
        kept = sum(before == after for before, after in self.new_of.items())
        if 2 * kept >= len(self.new_of):
            self._pair(lambda graph, node: (node, class_of(graph, node)))
        self._spread()
        self._pair(class_of)
        self._spread()

    def are_same(self, old: Any, new: Any) -> bool:
        """Whether the values of an input are the same: equal literals, or links to one node."""
        before, after = link_of(old), link_of(new)
        if before is None and after is None:
            return canonical_json(old) == canonical_json(new)
        if before is None or after is None:
            return False
        older, newer = self._colours
        # Twins may be paired crosswise; whichever of them is linked, nothing changed.
        is_one_node = (
            self.new_of.get(before.node) == after.node or older[before.node] == newer[after.node]
        )
        return is_one_node and before.output == after.output

    def _pair_places(self) -> None:
        older, newer = (_grouped(one) for one in self._colours)
        for colour in older.keys() & newer.keys():
            olds, news = older[colour], newer[colour]
            kept = [node for node in olds if node in news]
            rest = ([node for node in nodes if node not in kept] for nodes in (olds, news))
            for before, after in [*zip(kept, kept, strict=True), *zip(*rest, strict=False)]:
                self._keep(before, after)

    def _pair(self, key: Key) -> None:
        """Pair what is left and the only one of its key on both sides."""
        olds = _grouped({n: key(self._old, n) for n in self._old if n not in self.new_of})
        news = _grouped({n: key(self._new, n) for n in self._new if n not in self.old_of})
        for one, nodes in olds.items():
            if len(nodes) == len(news.get(one, ())) == 1:
                self._keep(nodes[0], news[one][0])

    def _spread(self) -> None:
        """Pair what is left by the pairs that are linked to it."""
        pending = list(self.new_of.items())
        while pending:
            before, after = pending.pop()
            theirs = dict(links_of(self._new, after))
            for name, link in links_of(self._old, before):
                if name in theirs and self._may_be(link.node, theirs[name].node):
                    self._keep(link.node, theirs[name].node)
                    pending.append((link.node, theirs[name].node))

    def _may_be(self, old: str, new: str) -> bool:
        is_left = old not in self.new_of and new not in self.old_of
        return is_left and class_of(self._old, old) == class_of(self._new, new)

    def _keep(self, old: str, new: str) -> None:
        self.new_of[old] = new
        self.old_of[new] = old


def _content(graph: Graph, node: str) -> Hashable:
    return (
        class_of(graph, node),
        title_of(graph, node),
        canonical_json(literals_of(graph, node)),
    )


def _grouped(keys: dict[str, Hashable] | Colours) -> dict[Hashable, list[str]]:
    groups: dict[Hashable, list[str]] = defaultdict(list)
    for node, key in keys.items():
        groups[key].append(node)
    return dict(groups)

"""How far a prompt is: folds the server's messages into one fraction that never goes back.

Pure: no clock, no socket. The socket may lose messages, so every kind of message alone is enough.
"""

from screentest.common.recipes import Graph
from screentest.gpu_runner.engine.comfyui.messages import (
    Message,
    NodesCached,
    NodeStarted,
    NodeState,
    NodeStates,
    NodeStep,
    Preview,
    PromptEnded,
    Started,
)

#: What a node's run time is guessed to be, relative to a plain node, by a word in its class name.
_WEIGHTS = (("Sampler", 40.0), ("VAEDecode", 4.0), ("VideoCombine", 3.0), ("Save", 3.0))
#: Fetching and checking the clip is left when the server has finished.
_ALL_NODES_DONE = 0.98


class PromptProgress:
    """The progress of one prompt."""

    def __init__(self, graph: Graph, prompt_id: str) -> None:
        self._graph = graph
        #: The server's id of the prompt.
        self.prompt_id = prompt_id
        self._share = {node: _weight(body.get("class_type", "")) for node, body in graph.items()}
        self._done: dict[str, float] = {}
        self._running: str | None = None
        self._fraction = 0.0
        #: Title of the node that runs now.
        self.node_title = ""
        #: The latest preview that was not taken yet.
        self.preview: bytes | None = None
        self.started = False

    @property
    def fraction(self) -> float:
        """0..1, monotonic; weighted by what kinds of nodes usually cost."""
        total = sum(self._share.values())
        if total:
            done = sum(self._share[node] * part for node, part in self._done.items())
            self._fraction = max(self._fraction, min(done / total, 1.0) * _ALL_NODES_DONE)
        return self._fraction

    def concerns(self, message: Message) -> bool:
        """Whether ``message`` is about this prompt.

        One without a prompt id is ours only while we run: the copy of `executing` after a
        reconnect, and previews of servers before 0.3.44. A prompt that somebody submitted without
        a client id sends its previews to everybody.
        """
        if message.prompt_id is None:
            return self.started or isinstance(message, NodeStarted)
        return message.prompt_id == self.prompt_id

    def apply(self, message: Message) -> None:
        """Fold one message in."""
        match message:
            case Started():
                self.started = True
            case NodesCached(nodes=nodes):
                self._leave_out(nodes)
            case NodeStarted(node=node):
                self._start(node)
            case NodeStep(node=node, value=value, maximum=maximum):
                self._advance(node or self._running or "", value / maximum)
            case NodeStates(states=states):
                self._take_over(states)
            case Preview(image=image):
                self.preview = image
            case PromptEnded():
                self.started = False

    def take_preview(self) -> bytes | None:
        """The latest preview, once."""
        taken, self.preview = self.preview, None
        return taken

    def _leave_out(self, nodes: tuple[str, ...]) -> None:
        self.started = True
        for node in nodes:
            self._share.pop(node, None)
            self._done.pop(node, None)

    def _take_over(self, states: tuple[NodeState, ...]) -> None:
        for state in states:
            self._advance(state.node, 1.0 if state.finished else state.value / state.maximum)
            if not state.finished:
                self._start(state.display_node)

    def _start(self, node: str) -> None:
        self.started = True
        if self._running is not None and node != self._running:
            # Servers before 0.3.44 never say that a node has finished, only that the next began.
            self._advance(self._running, 1.0)
        self._running = node
        self.node_title = title_of(self._graph, node)

    def _advance(self, node: str, part: float) -> None:
        # Nodes that were expanded at run time are not in our graph and have no share.
        if node in self._share:
            self._done[node] = max(self._done.get(node, 0.0), min(max(part, 0.0), 1.0))


def title_of(graph: Graph, node: str) -> str:
    """What people call a node: its title, else its class, else its id."""
    body = graph.get(node, {})
    return str(body.get("_meta", {}).get("title") or body.get("class_type") or node)


def _weight(class_type: str) -> float:
    return next((weight for word, weight in _WEIGHTS if word in class_type), 1.0)

"""FailureDetail: where in a workflow a render broke, for whoever mends the workflow."""

from screentest.common.recipes import Frozen


class FailureDetail(Frozen):
    """What a node of a workflow broke on. Holds no folder of the worker's machine."""

    #: Id, title and class of the node.
    node: str
    node_title: str = ""
    node_type: str = ""
    #: Its class, e.g. RuntimeError.
    exception: str = ""
    #: The last lines of it.
    traceback: str = ""

"""The workflows of the library against the node classes of a server, whatever models it has."""

import pytest

from screentest.common.graphs import class_of, inputs_of, links_of
from screentest.common.library import library


@pytest.fixture
async def nodes(server):
    return (await server.get("/object_info")).json()


@pytest.mark.parametrize("workflow", library(), ids=lambda one: one.name)
async def test_the_server_knows_every_node_with_its_inputs_and_outputs(nodes, workflow):
    graph = workflow.graph
    for node in graph:
        class_type = class_of(graph, node)
        assert class_type in nodes, f"this server is too old for {class_type}"
        wanted = nodes[class_type]["input"]
        assert set(wanted.get("required", {})) <= set(inputs_of(graph, node)), class_type
        for _, link in links_of(graph, node):
            assert link.output < len(nodes[class_of(graph, link.node)]["output"])

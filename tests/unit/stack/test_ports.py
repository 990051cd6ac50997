import socket

import pytest

from screentest.stack.ports import first_free, free_ports, is_free, is_listening


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", free_ports(1)[0]))
        server.listen()
        yield server.getsockname()[1]


def test_ports_are_different_and_free():
    ports = free_ports(20)

    assert len(set(ports)) == 20
    assert all(is_free(port) for port in ports)


def test_a_port_in_use_is_neither_free_nor_chosen(taken_port):
    assert not is_free(taken_port)
    assert is_listening(taken_port)
    assert first_free(taken_port) > taken_port


def test_a_range_without_free_ports_is_said(taken_port):
    with pytest.raises(OSError, match=f"No free port between {taken_port} and {taken_port}"):
        first_free(taken_port, tries=1)

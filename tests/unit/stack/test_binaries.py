import pytest

from screentest.stack.binaries import find_postgres, find_rabbitmq


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A file system without servers; `machine(path)` puts a program there."""
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))

    def put(path):
        program = tmp_path / path
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        return program

    return put


def test_the_newest_postgres_comes_first(machine, tmp_path):
    for major in (9, 15, 16):
        machine(f"lib/postgresql/{major}/bin/initdb")
        machine(f"lib/postgresql/{major}/bin/postgres")

    found = find_postgres([f"{tmp_path}/lib/postgresql/*/bin"])

    assert [one.major for one in found] == [16, 15, 9]
    assert found[0].initdb == tmp_path / "lib/postgresql/16/bin/initdb"


def test_a_client_only_installation_does_not_count(machine, tmp_path):
    machine("lib/postgresql/16/bin/psql")

    assert find_postgres([f"{tmp_path}/lib/postgresql/*/bin"]) == []


def test_the_same_installation_on_the_path_counts_once(machine, tmp_path, monkeypatch):
    machine("lib/postgresql/16/bin/initdb")
    machine("lib/postgresql/16/bin/postgres")
    monkeypatch.setenv("PATH", str(tmp_path / "lib/postgresql/16/bin"))

    assert len(find_postgres([f"{tmp_path}/lib/postgresql/*/bin"])) == 1


def test_rabbitmq_needs_its_port_mapper(machine, tmp_path):
    server = machine("rabbitmq/bin/rabbitmq-server")
    places = ([f"{tmp_path}/rabbitmq/bin"], [f"{tmp_path}/erlang/erts-*/bin"])
    assert find_rabbitmq(*places) is None

    epmd = machine("erlang/erts-13.1/bin/epmd")
    found = find_rabbitmq(*places)
    assert found is not None
    assert (found.server, found.epmd) == (server, epmd)

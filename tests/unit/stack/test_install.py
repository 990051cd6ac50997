import os
import subprocess
from pathlib import Path

import pytest

from screentest.stack import install
from screentest.stack.errors import ServerMissingError, StackError


@pytest.fixture
def missing(monkeypatch):
    """Both servers are missing until told otherwise; returns the list of what is."""
    names = ["postgresql", "rabbitmq-server"]
    monkeypatch.setattr(install, "missing_packages", lambda: list(names))
    return names


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """An empty PATH in which `programs(name, script)` puts a program."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("sh", "mv", "rm", "grep", "printf", "chmod", "cat", "test"):
        real = next(p for p in ("/bin", "/usr/bin") if Path(p, name).exists())
        (folder / name).symlink_to(f"{real}/{name}")
    monkeypatch.setenv("PATH", str(folder))

    def put(name, script):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return put


def test_nothing_is_done_when_nothing_is_missing(missing):
    missing.clear()
    said = []

    install.ensure_servers(said.append)

    assert said == []


def test_without_apt_one_sentence_says_what_to_install(missing, programs):
    with pytest.raises(ServerMissingError) as refusal:
        install.ensure_servers(lambda _: None)

    assert "PostgreSQL and RabbitMQ are missing" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_without_root_the_command_to_type_is_said(missing, programs, monkeypatch):
    programs("apt-get", "exit 99")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(ServerMissingError, match="sudo apt-get install postgresql rabbitmq-server"):
        install.ensure_servers(lambda _: None)


def test_windows_is_refused_in_one_sentence(monkeypatch):
    monkeypatch.setattr("sys.platform", "win32")

    with pytest.raises(StackError, match="does not run on Windows"):
        install.refuse_windows()


@pytest.fixture
def apt(tmp_path, programs, monkeypatch):
    """apt's side of the install script: records the policy it would meet, then does as told."""
    policy = tmp_path / "sbin" / "policy-rc.d"
    policy.parent.mkdir()

    def run(apt_script):
        programs("apt-get", f'echo "$*" >> {tmp_path}/calls\ncat {policy} > {tmp_path}/met\n'
                 f"test -x {policy} || exit 98\n{apt_script}")  # fmt: skip
        script = install._APT_SCRIPT.replace("/usr/sbin", str(policy.parent))
        return subprocess.run(
            ["sh", "-c", script, "install", "rabbitmq-server"], check=False, capture_output=True
        ).returncode

    run.policy, run.met, run.calls = policy, tmp_path / "met", tmp_path / "calls"
    return run


def test_services_may_not_start_while_apt_installs(apt):
    assert apt("exit 0") == 0

    assert "exit 101" in apt.met.read_text()
    assert "install -y -q --no-install-recommends rabbitmq-server" in apt.calls.read_text()
    assert not apt.policy.exists()


@pytest.mark.parametrize("exit_code", [0, 100])
def test_a_policy_of_the_machine_comes_back(apt, exit_code):
    apt.policy.write_text("#!/bin/sh\nexit 104\n")
    apt.policy.chmod(0o750)

    assert apt(f'[ "$3" = update ] || exit {exit_code}') == exit_code

    assert "exit 101" in apt.met.read_text()
    assert apt.policy.read_text() == "#!/bin/sh\nexit 104\n"
    assert apt.policy.stat().st_mode & 0o777 == 0o750


def test_a_policy_left_by_a_killed_install_is_not_kept(apt):
    apt.policy.with_name("policy-rc.d.kept-by-screentest").write_text("theirs")
    apt.policy.write_text("#!/bin/sh\n# screentest: no start ...\nexit 101\n")

    assert apt("exit 0") == 0

    assert apt.policy.read_text() == "theirs"

import stat

import pytest

from screentest.stack.errors import FolderInUseError
from screentest.stack.folder import StackFolder


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def folder(tmp_path):
    folder = StackFolder(tmp_path / "stack")
    folder.prepare()
    return folder


def test_nobody_else_can_list_the_folder(folder):
    assert mode_of(folder.path) & 0o066 == 0


def test_a_secret_is_made_once_and_only_its_owner_reads_it(folder):
    secret = folder.secret("erlang-cookie")

    assert len(secret) == 32
    assert StackFolder(folder.path).secret("erlang-cookie") == secret
    assert folder.secret("postgres-admin") != secret
    assert mode_of(folder.path / "secrets" / "erlang-cookie") == 0o600


def test_only_one_holds_the_lock(folder):
    folder.lock()
    other = StackFolder(folder.path)

    with pytest.raises(FolderInUseError, match="make down"):
        other.lock()
    assert not other.wait_until_free(0.05)

    folder.unlock()
    other.lock()
    other.unlock()


def test_two_spellings_of_a_folder_are_one(folder, tmp_path):
    (tmp_path / "link").symlink_to(folder.path)

    assert StackFolder(tmp_path / "link").digest == folder.digest


def test_a_broken_record_reads_as_none(folder):
    folder.write_record("stack.json", {"pid": 7})
    assert folder.read_record("stack.json") == {"pid": 7}
    assert mode_of(folder.path / "stack.json") == 0o600

    (folder.path / "stack.json").write_text('{"pid": ')
    assert folder.read_record("stack.json") == {}
    assert folder.read_record("absent.json") == {}

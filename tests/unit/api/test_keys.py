"""API keys: how they look, how they are recognised, and what a role includes."""

import hmac

import pytest

from screentest.api.domain import users
from screentest.api.domain.users import Role, is_same_key, make_key, prefix_of, sha256_of


def test_a_key_names_its_prefix_and_holds_256_bits():
    key = make_key()

    assert key.secret.startswith(f"{key.prefix}_")
    assert prefix_of(key.secret) == key.prefix
    assert len(key.secret.removeprefix(f"{key.prefix}_")) == 43  # 32 bytes as base64
    assert key.sha256 == sha256_of(key.secret)
    assert make_key().secret != key.secret


@pytest.mark.parametrize("text", ["", "st", "st_", "st__", "st_a", "st_a_", "xx_a_b", "secret"])
def test_other_text_is_no_key(text):
    assert prefix_of(text) is None


def test_secrets_with_underscores_keep_their_prefix():
    assert prefix_of("st_abc_d_e_f") == "st_abc"


def test_keys_are_compared_in_constant_time(monkeypatch):
    """Also when no key has the prefix: the time must not tell whether it exists."""
    compared = []
    compare = hmac.compare_digest
    monkeypatch.setattr(
        users.hmac, "compare_digest", lambda *both: compared.append(both) or compare(*both)
    )
    key = make_key()

    assert is_same_key(key.secret, key.sha256)
    assert not is_same_key(key.secret, sha256_of("other"))
    assert not is_same_key(key.secret, None)
    assert [len(both[1]) for both in compared] == [64, 64, 64]


def test_roles_include_the_lower_ones():
    assert [[a.includes(b) for b in Role] for a in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]

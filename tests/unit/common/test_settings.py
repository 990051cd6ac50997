"""What a process says whose environment is not right."""

import pytest
from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from screentest.common.settings import CommonSettings, from_environment, shared


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SCREENTEST_TRIED_", extra="ignore")

    address: str = shared("TRIED_ADDRESS")
    seconds: float = 1
    passwords: dict[str, str] = {}

    @model_validator(mode="after")
    def _has_time(self):
        if self.seconds < 0:
            raise ValueError("time runs forward.")
        return self


def said(monkeypatch, kind=Settings, **variables):
    for name, value in variables.items():
        monkeypatch.setenv(f"SCREENTEST_TRIED_{name}", value)
    with pytest.raises(SystemExit) as ended:
        from_environment(kind)
    return ended.value.code


def test_what_is_right_is_read(monkeypatch):
    monkeypatch.setenv("SCREENTEST_TRIED_ADDRESS", "here")
    monkeypatch.setenv("SCREENTEST_TRIED_PASSWORDS", '{"api": "secret"}')

    found = from_environment(Settings)

    assert (found.address, found.passwords) == ("here", {"api": "secret"})


def test_everything_that_is_missing_is_named(monkeypatch):
    for name in ("PG_DSN", "AMQP_URL", "OBJECTS_URL"):
        monkeypatch.delenv(f"SCREENTEST_{name}", raising=False)

    assert said(monkeypatch, CommonSettings) == (
        "In the environment: SCREENTEST_PG_DSN is not set; SCREENTEST_AMQP_URL is not set; "
        "SCREENTEST_OBJECTS_URL is not set."
    )


def test_a_value_of_the_wrong_kind_is_named_and_not_shown(monkeypatch):
    sentence = said(monkeypatch, ADDRESS="here", SECONDS="s3cret")

    assert sentence.startswith("In the environment: SCREENTEST_TRIED_SECONDS is not right (Input ")
    assert "s3cret" not in sentence


def test_a_value_within_a_value_is_named_and_not_shown(monkeypatch):
    sentence = said(monkeypatch, ADDRESS="here", PASSWORDS='{"api": ["s3cret"]}')

    assert "SCREENTEST_TRIED_PASSWORDS.api is not right" in sentence
    assert "s3cret" not in sentence


def test_what_is_no_json_is_named_and_not_shown(monkeypatch):
    sentence = said(monkeypatch, ADDRESS="here", PASSWORDS="s3cret")

    assert sentence == "In the environment: SCREENTEST_TRIED_PASSWORDS is not valid JSON."


def test_settings_that_do_not_go_together_are_told_in_their_own_words(monkeypatch):
    sentence = said(monkeypatch, ADDRESS="here", SECONDS="-1")

    assert sentence == "In the environment: time runs forward."

"""What is read as JSON, and what is refused as none."""

import json

import pytest

from screentest.api.strict_json import loads


def test_json_is_read():
    assert loads('{"a": [1, 2.5, -1e3, 1e308, true, null, "x"]}') == {
        "a": [1, 2.5, -1000.0, 1e308, True, None, "x"]
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("NaN", "NaN is not JSON"),
        ("[-Infinity]", "-Infinity is not JSON"),
        ('{"cfg": 1e400}', "the number 1e400 is too large"),
        ("[-1E+999]", "the number -1E\\+999 is too large"),
        (f"[{'1' * 5000}]", "too many digits"),
        (f"[{'1' * 5000}.5]", "too large"),
        ("[" * 100_000, "nested too deeply"),
        ("{", "Expecting property name"),
    ],
)
def test_what_is_no_json_or_holds_no_number_is_refused(text, says):
    with pytest.raises(json.JSONDecodeError, match=says):
        loads(text)

"""Reading JSON that is JSON: Python's reader would also take NaN, and stumble over deep nesting."""

import json
from typing import Any


def loads(text: str | bytes) -> Any:
    """The value of a JSON text.

    Raises:
        json.JSONDecodeError: the text is not JSON, or nested too deeply to be meant.
        UnicodeDecodeError: the bytes are not UTF-8.
    """
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise json.JSONDecodeError("it is nested too deeply", "", 0) from None


def _refuse(name: str) -> None:
    raise json.JSONDecodeError(f"{name} is not JSON", name, 0)

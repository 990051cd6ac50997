"""Reading JSON that is JSON: Python's reader would also take NaN and make 1e400 infinite.

It would stumble over deep nesting and endless digits, too.
"""

import json
import math
from typing import Any


def loads(text: str | bytes) -> Any:
    """The value of a JSON text.

    Raises:
        json.JSONDecodeError: the text is not JSON, nested too deeply to be meant, or has a number
            that nothing can hold.
        UnicodeDecodeError: the bytes are not UTF-8.
    """
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise json.JSONDecodeError("it is nested too deeply", "", 0) from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except ValueError:
        raise json.JSONDecodeError("a number has too many digits", "", 0) from None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise json.JSONDecodeError(f"the number {text[:40]} is too large", text, 0)
    return number


def _refuse(name: str) -> None:
    raise json.JSONDecodeError(f"{name} is not JSON", name, 0)

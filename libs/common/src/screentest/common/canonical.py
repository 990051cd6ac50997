"""Canonical JSON: one text for one value, so that equal values have equal hashes.

Must never be used for display; its only purpose is hashing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

type_error = "a recipe holds only JSON values (null, true/false, number, text, list, object)"

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


def canonical_json(value: Json) -> bytes:
    """Encode ``value`` as UTF-8 JSON that does not depend on key order or number spelling.

    Keys are sorted, no white space is written, and a float with no fraction is written as an
    integer (``7.0`` and ``7`` decide the same pixels). NaN and infinities are refused.

    Raises:
        ValueError: the value holds a number that JSON cannot carry.
        TypeError: the value holds something that is not JSON.
    """
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def canonical_sha256(value: Json) -> str:
    """SHA-256 of the canonical JSON of ``value``, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def _plain(value: Json) -> Json:
    # Exact and built-in types first: they are what a graph holds, and abstract ones are slow to ask
    # for. A batch hashes hundreds of graphs.
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, dict | Mapping):
        return {
            str(key): item if type(item) in _AS_THEY_ARE else _plain(item)
            for key, item in value.items()
        }
    if isinstance(value, str | int):
        return value
    if isinstance(value, list | Sequence):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} cannot be hashed: {type_error}")

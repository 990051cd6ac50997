"""Checks that installed packages add: entry points of the group ``screentest.qa.checks``.

Loaded once, at the start of a child process. Each is a `Check`; its name and the names of its
measures are its own among all.
"""

import re
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points

from screentest.qa.engine.check import Check

GROUP = "screentest.qa.checks"

_NAME = re.compile(r"[a-z][a-z0-9_]*")
#: Measured of every clip, by no check.
_RESERVED = "unreadable"


class UnusableCheck(Exception):  # noqa: N818 - the word people use for it
    """A package's check cannot be used; the message is one sentence that names the package."""


def load_custom_checks(built_in: Iterable[Check]) -> tuple[Check, ...]:
    """The checks of all installed packages, in the order of their names.

    Raises:
        UnusableCheck: one cannot be imported, is no `Check`, or has a name that is taken.
    """
    taken = {_RESERVED: "Screentest itself"}
    for check in built_in:
        taken |= dict.fromkeys(_names(check), "Screentest itself")
    checks = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        check = _load(entry)
        package = _package(entry)
        for name in _names(check):
            if not _NAME.fullmatch(name):
                raise UnusableCheck(
                    f'Package "{package}" names a check or a measure "{name}": names are made of '
                    "small letters, digits and underscores."
                )
            if name in taken:
                raise UnusableCheck(
                    f'Package "{package}" names a check or a measure "{name}", as '
                    f"{taken[name]} does: it needs another name."
                )
        taken |= dict.fromkeys(_names(check), f'package "{package}"')
        checks.append(check)
    return tuple(checks)


def _load(entry: EntryPoint) -> Check:
    package = _package(entry)
    try:
        check = entry.load()
    except Exception as error:
        raise UnusableCheck(
            f'The check "{entry.name}" of package "{package}" cannot be imported from '
            f"{entry.value}: {type(error).__name__}: {error}"
        ) from error
    if not isinstance(check, Check) or not check.measures:
        raise UnusableCheck(
            f'What package "{package}" registers as check "{entry.name}" ({entry.value}) is no '
            "Check with at least one Measure."
        )
    return check


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else "of unknown name"


def _names(check: Check) -> set[str]:
    """Of the check and its measures; a check may have the name of one of them."""
    return {check.name, *(measure.name for measure in check.measures)}

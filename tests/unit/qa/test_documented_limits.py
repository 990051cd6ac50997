"""docs/qa.md tells every measure with the unit and the limits that the code has."""

import re
from pathlib import Path

from screentest.qa.engine.checks import CHECKS

PAGE = (Path(__file__).parents[3] / "docs" / "qa.md").read_text(encoding="utf-8")
#: Measure -> ("<" where small is bad, unit, warn, fail).
ROWS = {
    name: (small.strip(), *(cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:4]))
    for name, small, row in re.findall(r"^\| `(\w+)`( <)? \|(.*)\|$", PAGE, re.MULTILINE)
}
MEASURES = {measure.name: measure for check in CHECKS for measure in check.measures}


def test_all_are_there():
    # It is measured before any check is, when a clip cannot be read at all.
    assert ROWS.keys() == MEASURES.keys() | {"unreadable"}


def test_units_and_limits_are_those_of_the_code():
    for name, measure in MEASURES.items():
        small, unit, warn, fail = ROWS[name]
        limits = measure.limits
        assert unit == measure.unit, name
        assert float(warn) == limits.warn, name
        assert (small == "<") is (limits.fail < limits.ideal), name
        # What only warns has a limit that no clip can pass.
        assert fail == "never" or float(fail) == limits.fail, name

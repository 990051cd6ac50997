"""A service's lock is the part of requirements.lock that the service needs: no more, no less."""

import pytest

from support.dockerfiles import ROOT, SERVICES
from support.locks import entries, needs


@pytest.mark.parametrize("service", SERVICES)
def test_its_pins_are_those_of_the_whole(service):
    whole = entries(ROOT / "requirements.lock")

    part = entries(ROOT / "services" / service / "requirements.lock")

    assert part
    assert {name: whole.get(name) for name in part} == part


@pytest.mark.parametrize("service", SERVICES)
def test_it_has_what_the_service_asks_for_and_none_of_the_developers_tools(service):
    _, asked = needs(service)
    part = entries(ROOT / "services" / service / "requirements.lock")

    assert asked <= part.keys()
    assert not {"pytest", "ruff", "mypy", "hypothesis", "playwright"} & part.keys()


def test_nobody_ships_pixels_who_does_not_look_at_them():
    heavy = {"av", "numpy", "opencv-python-headless"}

    held = {
        s: heavy & entries(ROOT / "services" / s / "requirements.lock").keys() for s in SERVICES
    }

    assert held == {
        "api": {"av", "numpy"},
        "dispatcher": set(),
        "gpu-runner": heavy,
        "promotion": set(),
        "qa": heavy,
    }


@pytest.mark.parametrize("service", SERVICES)
def test_it_carries_no_address(service):
    assert "://" not in (ROOT / "services" / service / "requirements.lock").read_text()

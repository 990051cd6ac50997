"""A light that passes is told from one that stays."""

from screentest.qa.engine.flash import flashes, has_jumped


def test_what_lights_up_and_passes_is_a_flash():
    assert flashes([40.0] * 10 + [90.0, 70.0] + [40.0] * 10) == {10, 11}


def test_what_stays_bright_or_brightens_slowly_is_none():
    assert flashes([40.0] * 10 + [90.0] * 10) == frozenset()
    assert flashes([40.0 + 3 * index for index in range(30)]) == frozenset()


def test_a_jump_is_seen_the_moment_it_comes():
    assert has_jumped([40.0] * 10 + [90.0])
    assert not has_jumped([40.0] * 10 + [45.0])
    assert not has_jumped([40.0])

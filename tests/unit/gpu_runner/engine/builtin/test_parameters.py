from fractions import Fraction

import pytest

from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.gpu_runner.engine.builtin.parameters import parameters_of


def test_what_a_recipe_leaves_out_has_a_default(recipe):
    bare = recipe().model_copy(update={"values": {}})
    parameters = parameters_of(bare)

    assert (parameters.width, parameters.height, parameters.frames) == (832, 480, 41)
    assert (parameters.fps, parameters.cfg, parameters.steps) == (16, 6.0, 20)
    assert parameters.duration_s == 2.5


def test_broadcast_rates_are_exact(recipe):
    assert parameters_of(recipe(fps=23.976023976)).fps == Fraction(24000, 1001)
    assert parameters_of(recipe(fps=24)).fps == 24


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"width": 833}, "width is 833, but H.264 needs an even number"),
        ({"height": 4000}, "height is 4000, but the built-in renderer takes 64 to 2048"),
        ({"frames": 1}, "frames is 1"),
        ({"frames": 16.5}, "frames is 16.5, but it must be a whole number"),
        ({"fps": 0}, "fps is 0"),
        ({"cfg": "high"}, "cfg is 'high', but it must be a number"),
        ({"cfg": float("nan")}, "cfg is nan"),
        ({"steps": True}, "steps is True, but it must be a number"),
    ],
)
def test_a_recipe_it_cannot_follow_is_refused_for_good(recipe, values, sentence):
    with pytest.raises(RenderFailed, match=sentence) as refused:
        parameters_of(recipe(**values))

    assert refused.value.code == "invalid_recipe"
    assert not refused.value.retryable


def test_whatever_it_reads_from_a_recipe_is_in_the_recipe_hash(recipe):
    """Else two clips that differ would have one hash, and one be taken for the other."""
    plain = recipe(fps=16, cfg=6.0, steps=20)
    read = parameters_of(plain)

    for name, other in (
        ("width", 210), ("height", 122), ("frames", 10), ("fps", 17), ("cfg", 7), ("steps", 21),
    ):  # fmt: skip
        changed = plain.model_copy(update={"values": {**plain.values, name: other}})
        assert getattr(parameters_of(changed), name) != getattr(read, name)
        assert changed.hash != plain.hash
    unread = plain.model_copy(update={"values": {**plain.values, "denoise": 0.5}})
    assert unread.hash == plain.hash

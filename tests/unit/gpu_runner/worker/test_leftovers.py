"""What a worker does about renders on its backend that it does not follow."""

import pytest

from screentest.gpu_runner.engine.backend import Held
from screentest.gpu_runner.store.owners import Owned
from screentest.gpu_runner.worker.leftovers import Fate, fate

OURS = Held(render_id="r", worker="us")


def owned_by(owner: str | None, *, is_wanted: bool = True) -> Owned:
    return Owned(is_wanted=is_wanted, owner=owner)


@pytest.mark.parametrize(
    ("held", "known", "expected"),
    [
        pytest.param(OURS, owned_by("us"), Fate.STAYS, id="we render it"),
        pytest.param(OURS, owned_by(None), Fate.STAYS, id="it waits for an heir"),
        pytest.param(OURS, owned_by(None, is_wanted=False), Fate.DROPPED, id="it has ended"),
        pytest.param(OURS, owned_by("them"), Fate.DROPPED, id="a colleague renders it elsewhere"),
        pytest.param(
            Held(render_id="r", worker="them"), owned_by("them"), Fate.FOREIGN, id="shared"
        ),
        pytest.param(
            Held(render_id="r", worker="them"), owned_by("us"), Fate.STAYS, id="we took it over"
        ),
        pytest.param(OURS, None, Fate.FOREIGN, id="of another installation"),
    ],
)
def test_fate_of_a_render_on_the_backend(held, known, expected):
    assert fate(held, known, "us") is expected

"""How much a counter has grown."""

from collections.abc import Callable

from prometheus_client import Counter


def growth(counter: Counter, *labels: str) -> Callable[[], float]:
    """Ask it how much ``counter`` has grown by since now; other tests count with the same one."""
    child = counter.labels(*labels) if labels else counter
    before = child._value.get()
    return lambda: child._value.get() - before

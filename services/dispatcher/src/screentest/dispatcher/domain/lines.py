"""Lines of runs that wait: those that may have the same slots stand in one."""

from dataclasses import dataclass, field

from screentest.dispatcher.domain.capabilities import Place
from screentest.dispatcher.domain.forecast import Forecast, Slots


@dataclass(kw_only=True)
class Line:
    """Runs that can be rendered at the same places, by any of their slots."""

    places: frozenset[Place]
    slots: Slots
    #: Runs that stand in it by now.
    length: int = 0
    #: Lines that compete for some of the slots, itself among them.
    rivals: list["Line"] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Say it once, and not for each of thousands."""
        slots = sum(len(place) for place in self.slots)
        self.busy = f"all {slots} slots for it are busy"
        if slots == 1:
            self.busy = "the only slot for it is busy"

    def join(self) -> int:
        """Stand in the line; returns how many that could have one of its slots are ahead."""
        ahead = sum(rival.length for rival in self.rivals)
        self.length += 1
        return ahead


class Lines:
    """The lines there are at one moment, each made when the first run comes to it."""

    def __init__(self, forecast: Forecast) -> None:
        self._forecast = forecast
        self._lines: dict[frozenset[Place], Line] = {}

    def at(self, places: frozenset[Place]) -> Line:
        """The line of those runs that can be rendered at ``places``, and nowhere else."""
        if places not in self._lines:
            line = Line(places=places, slots=self._forecast.slots_of(places))
            self._lines[places] = line
            for other in self._lines.values():
                if not places.isdisjoint(other.places):
                    line.rivals.append(other)
                    if other is not line:
                        other.rivals.append(line)
        return self._lines[places]

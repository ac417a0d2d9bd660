"""The five levels of care: their order and their reference bands. Pure.

Hours are plain facts stated in SAMHSA's Advisory on intensive outpatient treatment (2021) and TIP 47;
`clinical/protocol` uses the same codes.
"""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """A level of care, by its code."""

    OUTPATIENT = "outpatient"
    IOP = "iop"
    PHP = "php"
    RESIDENTIAL = "residential"
    DETOX = "detox"


LEVELS: tuple[Level, ...] = tuple(Level)
"""Least to most intensive."""


@dataclass(frozen=True, slots=True)
class Band:
    """Reference hours in a week: at least `low`, under `high`. None in `high`: no upper bound."""

    low: float
    high: float | None

    def holds(self, hours: float) -> bool:
        return hours >= self.low and (self.high is None or hours < self.high)


ADULT_BANDS: dict[Level, Band] = {
    Level.OUTPATIENT: Band(0, 9),
    Level.IOP: Band(9, 20),
    Level.PHP: Band(20, None),
}
TEEN_BANDS: dict[Level, Band] = {
    Level.OUTPATIENT: Band(0, 6),
    Level.IOP: Band(6, 20),
    Level.PHP: Band(20, None),
}
"""Levels that are not listed run day and night: there is no band of hours."""


def band(level: Level, *, teen: bool = False) -> Band | None:
    """The reference band of a level, or None for care that runs day and night."""
    return (TEEN_BANDS if teen else ADULT_BANDS).get(level)


def nearest(level: Level) -> tuple[Level, ...]:
    """The levels next to this one, the less intensive first."""
    at = LEVELS.index(level)
    return tuple(LEVELS[i] for i in (at - 1, at + 1) if 0 <= i < len(LEVELS))

"""How well a program fits what a visitor asked for. Pure, and the only place where that is decided.

The order of a result is public (`/programs/why-this-order/` is written from this module):

1. the score: one point for each wish the program is known to meet, one point off for each it is known
   not to meet, nothing for what nobody has told us;
2. among equal scores, the program that meets more;
3. among those, the nearer one;
4. among those, a fixed number drawn from the program's public id. Nobody can buy or choose it.

`programs.search` writes the same formula in SQL; tests hold the two together on the whole directory.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from programs.criteria import Wish
from programs.facts import FactSet

POINTS_MEETS = 1
POINTS_DOES_NOT = -1
POINTS_UNKNOWN = 0


class Verdict(StrEnum):
    """What is known about one wish; the values name the signs of `components/sign.html`."""

    MEETS = "yes"
    DOES_NOT = "no"
    UNKNOWN = "ask"


@dataclass(frozen=True, slots=True)
class Line:
    """One wish held against one program. `known`: which of the wish's facts the program is known to have."""

    wish: Wish
    verdict: Verdict
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """All lines of one program, in the order of the wishes."""

    lines: tuple[Line, ...]

    def _count(self, verdict: Verdict) -> int:
        return sum(line.verdict is verdict for line in self.lines)

    @property
    def meets(self) -> int:
        return self._count(Verdict.MEETS)

    @property
    def does_not(self) -> int:
        return self._count(Verdict.DOES_NOT)

    @property
    def unknown(self) -> int:
        return self._count(Verdict.UNKNOWN)

    @property
    def score(self) -> int:
        return POINTS_MEETS * self.meets + POINTS_DOES_NOT * self.does_not + POINTS_UNKNOWN * self.unknown


def compare(wishes: Iterable[Wish], facts: FactSet) -> Fit:
    """Hold wishes against facts. A wish is met by any of its facts, refused only when all are known no."""
    lines = []
    for wish in wishes:
        value = facts.any_of(wish.any_of)
        if value is None:
            lines.append(Line(wish, Verdict.UNKNOWN))
        elif value:
            known = tuple(code for code in wish.any_of if facts.value(code))
            lines.append(Line(wish, Verdict.MEETS, known))
        else:
            lines.append(Line(wish, Verdict.DOES_NOT))
    return Fit(tuple(lines))


def rank(fit: Fit, *, chord2: float, tie: int, program_id: int) -> tuple[int, int, float, int, int]:
    """A key to sort by, smallest first. `program_id` only settles what two equal hashes would leave open."""
    return (-fit.score, -fit.meets, chord2, tie, program_id)

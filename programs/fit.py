"""How well a program fits what a visitor asked for. Pure, and the only place where that is decided.

The order of a result is public (`/programs/why-this-order/` is written from this module):

1. the score: one point for each wish the program is known to meet, one point off for each it is known
   not to meet, nothing for what nobody has told us;
2. among equal scores, the program that meets more;
3. among those, the nearer one;
4. among those, a fixed number drawn from the program's public id. Nobody can buy or choose it.

`programs.search` writes the same formula in SQL; tests hold the two together on the whole directory.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from programs.criteria import Wish
from programs.facts import FactSet
from programs.timetable import Span
from programs.week import Against, against

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
    """One wish held against one program. `known`: which of the wish's facts the program is known to have.

    `week`: for a wish about hours, the program's sessions that fit and that clash.
    """

    wish: Wish
    verdict: Verdict
    known: tuple[str, ...] = ()
    week: Against | None = None


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


def compare(wishes: Iterable[Wish], facts: FactSet, sessions: Sequence[Span] = ()) -> Fit:
    """Hold wishes against facts, and hours against the program's sessions on the visitor's clock.

    A wish is met by any of its facts, refused only when all are known no. Hours are met when every session
    fits, refused when one clashes, unknown without a timetable.
    """
    return Fit(tuple(_line(wish, facts, sessions) for wish in wishes))


def _line(wish: Wish, facts: FactSet, sessions: Sequence[Span]) -> Line:
    if wish.hours is not None:
        if not sessions:
            return Line(wish, Verdict.UNKNOWN)
        week = against(wish.hours, sessions)
        return Line(wish, Verdict.DOES_NOT if week.clashes else Verdict.MEETS, week=week)
    value = facts.any_of(wish.any_of)
    if value is None:
        return Line(wish, Verdict.UNKNOWN)
    if value:
        return Line(wish, Verdict.MEETS, tuple(code for code in wish.any_of if facts.value(code)))
    return Line(wish, Verdict.DOES_NOT)


def rank(fit: Fit, *, chord2: float, tie: int, program_id: int) -> tuple[int, int, float, int, int]:
    """A key to sort by, smallest first. `program_id` only settles what two equal hashes would leave open."""
    return (-fit.score, -fit.meets, chord2, tie, program_id)

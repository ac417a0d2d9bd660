"""The example on the page that explains the order: invented programs, ranked by the code of the search."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.cards import line_words, wish_label
from programs.criteria import Order, wish_for, wishes_for
from programs.facts import FactSet
from programs.fit import Fit, Verdict, compare
from programs.orders import Standing, key
from programs.timetable import A_DAY, Span
from programs.week import PARTS, Hours
from programs.words import ORDER_LABELS

WISHES = (*wishes_for(["pay_medicaid", "lang_spanish"]), wish_for(Hours(free=PARTS["evenings"])))


def _groups(hour: int) -> tuple[Span, ...]:
    """Three groups a week from this hour on, three hours each: Monday, Tuesday, Thursday."""
    return tuple(Span(day * A_DAY + hour * 60, 180, "group") for day in (0, 1, 3))


@dataclass(frozen=True, slots=True)
class _Program:
    name: Promise
    miles: int
    facts: FactSet
    sessions: tuple[Span, ...]
    said_on: date | None

    @property
    def fit(self) -> Fit:
        return compare(WISHES, self.facts, self.sessions)

    def standing(self, number: int) -> Standing:
        return Standing(self.fit, self.miles, self.said_on, str(self.name), number, number)


_MEDICAID = FactSet.of(yes=["pay_medicaid"], no=["lang_spanish"])
_PROGRAMS = (
    _Program(_("Program A"), 2, _MEDICAID, _groups(9), date(2026, 3, 2)),
    _Program(_("Program B"), 9, FactSet.of(yes=["pay_medicaid", "lang_spanish"]), (), date(2025, 6, 1)),
    _Program(_("Program C"), 3, FactSet(), (), None),
    _Program(_("Program D"), 12, _MEDICAID, _groups(18), date(2026, 8, 20)),
    _Program(_("Program E"), 5, FactSet(), _groups(17), date(2025, 11, 5)),
)


@dataclass(frozen=True, slots=True)
class Example:
    """One line of the example."""

    name: str
    miles: int
    fit: Fit
    met: str
    not_met: str
    unknown: str


@dataclass(frozen=True, slots=True)
class OtherOrder:
    """An order that can be chosen, and how it lists the example."""

    label: str
    names: str


def _ranked(order: Order) -> list[_Program]:
    held = sorted((key(order, one.standing(number)), number) for number, one in enumerate(_PROGRAMS))
    return [_PROGRAMS[number] for _key, number in held]


def _words(fit: Fit, verdict: Verdict) -> str:
    return ", ".join(line_words(line) for line in fit.lines if line.verdict is verdict)


def asked() -> str:
    """What the example wishes for."""
    return ", ".join(map(wish_label, WISHES))


def ranked_example() -> list[Example]:
    """The example's programs in the order the search would show them."""
    return [
        Example(
            str(one.name),
            one.miles,
            one.fit,
            _words(one.fit, Verdict.MEETS),
            _words(one.fit, Verdict.DOES_NOT),
            _words(one.fit, Verdict.UNKNOWN),
        )
        for one in _ranked(Order.FIT)
    ]


def other_orders() -> list[OtherOrder]:
    """Every order beside the usual one."""
    return [
        OtherOrder(str(ORDER_LABELS[order]), ", ".join(str(one.name) for one in _ranked(order)))
        for order in Order
        if order is not Order.FIT
    ]

"""The example on the page that explains the order: invented programs, ranked by the code of the search."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from programs.cards import any_of_words
from programs.criteria import wishes_for
from programs.facts import FactSet
from programs.fit import Fit, Verdict, compare, rank

WISHES = wishes_for(["pay_medicaid", "time_evening", "lang_spanish"])
_PROGRAMS = (
    (_("Program A"), 2, FactSet.of(yes=["pay_medicaid"], no=["lang_spanish", "time_evening"])),
    (_("Program B"), 9, FactSet.of(yes=["pay_medicaid", "lang_spanish"])),
    (_("Program C"), 3, FactSet()),
    (_("Program D"), 12, FactSet.of(yes=["pay_medicaid", "time_evening"], no=["lang_spanish"])),
    (_("Program E"), 5, FactSet.of(yes=["time_evening"])),
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


def _words(fit: Fit, verdict: Verdict) -> str:
    return ", ".join(any_of_words(line.wish.any_of) for line in fit.lines if line.verdict is verdict)


def asked() -> str:
    """What the example wishes for."""
    return ", ".join(any_of_words(wish.any_of) for wish in WISHES)


def ranked_example() -> list[Example]:
    """The example's programs in the order the search would show them."""
    held = [(name, miles, compare(WISHES, facts)) for name, miles, facts in _PROGRAMS]
    held.sort(key=lambda one: rank(one[2], chord2=one[1], tie=0, program_id=0))
    return [
        Example(
            str(name),
            miles,
            fit,
            _words(fit, Verdict.MEETS),
            _words(fit, Verdict.DOES_NOT),
            _words(fit, Verdict.UNKNOWN),
        )
        for name, miles, fit in held
    ]

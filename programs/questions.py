"""What nobody has told us, as questions to ask on the phone: the weightiest first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext, gettext_lazy

from programs.cards import wish_label
from programs.criteria import PAYMENT, Wish
from programs.facts import FactSet
from programs.fit import Fit, Verdict
from programs.levels import Level
from programs.models import Program
from programs.standard_questions import BY_ID, SESSIONS, STANDARD_QUESTIONS
from programs.taxonomy import AGES, BY_CODE

TOP = 10
_PATTERNS = {
    "payment": gettext_lazy("Do you take %(what)s?"),
    "payment_help": gettext_lazy("Do you offer %(what)s?"),
    "time": gettext_lazy("Do you have groups at this time: %(what)s?"),
    "gender": gettext_lazy("Is there a program that is %(what)s?"),
    "medication": gettext_lazy("About medicine: do you offer or accept %(what)s?"),
    "population": gettext_lazy("Do you have %(what)s?"),
    "condition": gettext_lazy("Do you treat %(what)s?"),
    "language": gettext_lazy("Can I have treatment in this language: %(what)s?"),
    "approach": gettext_lazy("Is the approach %(what)s?"),
    "wraparound": gettext_lazy("Do you offer %(what)s?"),
    "offers": gettext_lazy("Do you offer %(what)s?"),
    "crisis": gettext_lazy("Do you offer %(what)s?"),
    "format": gettext_lazy("Can I take part by %(what)s?"),
}
_WEIGHTS = {
    "start": 2,
    "hours": 3,
    "insurance": 4,
    "cost": 5,
    "medicine": 7,
    "return_to_use": 8,
    "mental_health": 9,
    "family": 10,
    "staff": 12,
    "after": 13,
}
"""When to ask each standard question, the smallest first; those in between are asked of fewer centers."""
_OF_SUBSTANCE_USE = frozenset({"medicine", "return_to_use", "mental_health"})
"""Not asked of a center that is known to treat mental health only."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. `id`: that of a standard question, "wish:" and a wish's key, or a name of its own here."""

    id: str
    text: str


def about(wish: Wish) -> str:
    """The question that settles a wish."""
    if wish.key == "co_occurring":
        return gettext("Do you treat substance use and mental health together?")
    if wish.hours:
        return str(BY_ID["hours"].text)
    if "pay_free" in wish.any_of:
        rest = tuple(code for code in wish.any_of if code != "pay_free")
        free = gettext("Is care here free of charge?")
        return f"{about(replace(wish, any_of=rest))} {free}" if rest else free
    pattern = _PATTERNS.get(BY_CODE[wish.any_of[0]].group, gettext_lazy("What about this: %(what)s?"))
    return str(pattern) % {"what": wish_label(wish)}


def questions(
    fit: Fit,
    known: FactSet,
    programs: Sequence[Program],
    *,
    openings_known: bool,
    most: int | None = TOP,
) -> tuple[Asked, ...]:
    """Questions: what this visitor asked for and nobody has said, then what most people ask.

    most: how many at most; None for all there are.

    Reads the prefetched sessions of the programs, no query.
    """
    asked = [
        Asked("hours" if line.wish.hours else f"wish:{line.wish.key}", about(line.wish))
        for line in fit.lines
        if line.verdict is Verdict.UNKNOWN
    ]
    settled = {code for line in fit.lines for code in line.wish.any_of}
    pays = any(line.wish.key == PAYMENT for line in fit.lines)
    details = [_details(program, openings_known) for program in programs]
    rest = [
        *_standard(known, details, settled, pays),
        *_of_some(known, programs),
        *_of_detox(known, programs),
    ]
    asked_ids = {one.id for one in asked}
    ordered = [one for _, one in sorted(rest, key=lambda pair: pair[0]) if one.id not in asked_ids]
    return (*asked, *ordered)[:most]


def _details(program: Program, openings_known: bool) -> Mapping[str, object]:
    """The program's fields by name; openings that have lapsed are as good as none."""
    fields = {field for one in STANDARD_QUESTIONS for field in one.fields} - {SESSIONS}
    values = {field: getattr(program, field) for field in fields}
    if not openings_known:
        values["openings"] = None
    return {**values, SESSIONS: list(program.sessions.all())}


def _standard(
    known: FactSet, details: Sequence[Mapping[str, object]], settled: Iterable[str], pays: bool
) -> Iterator[tuple[int, Asked]]:
    mental_only = known.value("treats_substance_use") is False
    for one in STANDARD_QUESTIONS:
        if one.answered(known, details) or (one.facts and set(one.facts) <= set(settled)):
            continue
        if (pays and one.id == "insurance") or (mental_only and one.id in _OF_SUBSTANCE_USE):
            continue
        yield _WEIGHTS[one.id], Asked(one.id, str(one.text))


def _of_some(known: FactSet, programs: Sequence[Program]) -> Iterator[tuple[int, Asked]]:
    """What decides for many people beside the standard ten, with its weight (smallest first)."""

    def silent(*fields: str) -> bool:
        return not any(getattr(one, field) not in (None, "") for one in programs for field in fields)

    def unknown(*codes: str) -> bool:
        return all(known.value(code) is None for code in codes)

    if unknown("offers_iop") and not any(one.level == Level.IOP for one in programs):
        text = gettext("Do you run an intensive outpatient program (IOP)? If not, who near you does?")
        yield 1, Asked("iop", text)
    if unknown(*AGES):
        yield 6, Asked("ages", gettext("Which ages do you take?"))
    if silent("weeks_min", "weeks_max"):
        yield 11, Asked("weeks", gettext("How many weeks do people usually stay?"))
    if silent("intake"):
        yield 11, Asked("intake", gettext("What happens at the first visit, and what should I bring?"))
    if unknown("time_evening", "time_weekend") and not any(one.sessions.all() for one in programs):
        yield 12, Asked("evenings", gettext("Do you have groups in the evening or on weekends?"))
    if unknown("telehealth"):
        yield 12, Asked("telehealth", gettext("Can I take part by video from home?"))
    if unknown("wrap_transport", "wrap_child_care"):
        yield 14, Asked("help", gettext("Can you help with getting there, or with child care?"))


def _of_detox(known: FactSet, programs: Sequence[Program]) -> Iterator[tuple[int, Asked]]:
    """Where detox is given decides who has to be watched over: asked wherever there is detox."""
    settings = ("detox_residential", "detox_hospital", "detox_outpatient")
    offered = any(one.level == Level.DETOX for one in programs)
    if offered and all(known.value(code) is None for code in settings):
        text = gettext("Is detox with you day and night, or by daily visits?")
        yield 2, Asked("detox_where", text)

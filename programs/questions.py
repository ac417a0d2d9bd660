"""What nobody has told us, as questions to ask on the phone: the weightiest first."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext, gettext_lazy

from programs.cards import wish_label
from programs.criteria import PAYMENT, Wish
from programs.facts import FactSet
from programs.fit import Fit, Verdict
from programs.levels import Level
from programs.models import Program
from programs.taxonomy import AGES, BY_CODE, GROUPS

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


def about(wish: Wish) -> str:
    """The question that settles a wish."""
    if wish.key == "co_occurring":
        return gettext("Do you treat substance use and mental health together?")
    if "pay_free" in wish.any_of:
        rest = tuple(code for code in wish.any_of if code != "pay_free")
        free = gettext("Is care here free of charge?")
        return f"{about(replace(wish, any_of=rest))} {free}" if rest else free
    pattern = _PATTERNS.get(BY_CODE[wish.any_of[0]].group, gettext_lazy("What about this: %(what)s?"))
    return str(pattern) % {"what": wish_label(wish)}


def questions(fit: Fit, known: FactSet, programs: Sequence[Program], *, openings_known: bool) -> list[str]:
    """At most ten questions: what this visitor asked for and nobody has said, then what most people ask.

    Reads the prefetched sessions of the programs, no query.
    """
    asked = [about(line.wish) for line in fit.lines if line.verdict is Verdict.UNKNOWN]
    pays = any(line.wish.key == PAYMENT for line in fit.lines)
    runs_iop = any(one.level == Level.IOP for one in programs)
    rest = [*_of_programs(programs, openings_known), *_of_facts(known, pays, runs_iop)]
    ordered = [text for _, text in sorted(rest, key=lambda one: one[0])]
    return [*asked, *ordered][:TOP]


def _of_programs(programs: Sequence[Program], openings_known: bool) -> Iterator[tuple[int, str]]:
    """Unknown details of the programs, with their weight (smallest first)."""

    def silent(*fields: str) -> bool:
        return not any(getattr(one, field) not in (None, "") for one in programs for field in fields)

    if not openings_known:
        yield 2, gettext("Do you have an open place? When could I start?")
    if silent("hours_per_week_min", "hours_per_week_max") and not any(one.sessions.all() for one in programs):
        yield 3, gettext("Which days and hours would I come? How many hours a week is that?")
    if silent("price_min", "price_max", "deposit"):
        yield 4, gettext("What would I pay with my plan? Is there a deposit?")
    if silent("weeks_min", "weeks_max"):
        yield 6, gettext("How many weeks do people usually stay?")
    if silent("return_to_use_policy"):
        yield 7, gettext("What happens if I drink or use during the program?")
    if silent("intake"):
        yield 8, gettext("What happens at the first visit, and what should I bring?")
    if silent("family"):
        yield 9, gettext("How can my family take part?")
    if silent("aftercare"):
        yield 11, gettext("What help is there after the program ends?")


def _of_facts(known: FactSet, pays: bool, runs_iop: bool) -> Iterator[tuple[int, str]]:
    """Unknown facts that decide for many people, with their weight (smallest first)."""
    if known.value("offers_iop") is None and not runs_iop:
        yield 1, gettext("Do you run an intensive outpatient program (IOP)? If not, who near you does?")
    if all(known.value(code) is None for code in AGES):
        yield 5, gettext("Which ages do you take?")
    if not pays and all(known.value(code) is None for code in GROUPS["payment"]):
        yield 3, gettext("Do you take my insurance, or is there another way to pay?")
    if known.value("accepts_oud_medication") is None:
        yield 7, gettext("Can I stay on my medicine, such as buprenorphine or methadone?")
    if known.value("time_evening") is None and known.value("time_weekend") is None:
        yield 10, gettext("Do you have groups in the evening or on weekends?")
    if known.value("telehealth") is None:
        yield 10, gettext("Can I take part by video from home?")
    if known.value("wrap_transport") is None and known.value("wrap_child_care") is None:
        yield 12, gettext("Can you help with getting there, or with child care?")

"""The verdict of each result in a sentence.

Everything else that is said about a level comes from the protocol's content. Every verdict exists in a
second voice for someone who answers about another person.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessment.domain import Recommendation

Text = str | Promise

WIDE = 3
"""Levels in a range that is too wide to name one of them: less than an IOP and more may both be right."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`me` and `other` say the same to the person and to the one who answers for them."""

    short: Text
    me: Text
    other: Text


VERDICTS: dict[str, Verdict] = {
    "iop_good": Verdict(
        _("Good fit. Provisional."),
        _("An intensive outpatient program (IOP) is likely a good fit for you."),
        _("An intensive outpatient program (IOP) is likely a good fit for the person you answered for."),
    ),
    "iop_with_housing": Verdict(
        _("Good fit, with support. Provisional."),
        _("An intensive outpatient program (IOP) is likely a good fit, if you have a sober place to live."),
        _("An intensive outpatient program (IOP) is likely a good fit, if they have a sober place to live."),
    ),
    "iop_with_safe_home": Verdict(
        _("Good fit, with support. Provisional."),
        _("An intensive outpatient program (IOP) is likely a good fit, if you have a safe place to live."),
        _("An intensive outpatient program (IOP) is likely a good fit, if they have a safe place to live."),
    ),
    "iop_with_support": Verdict(
        _("Good fit, with support. Provisional."),
        _("An intensive outpatient program (IOP) is likely a good fit for you, with some extra support."),
        _("An intensive outpatient program (IOP) is likely a good fit for them, with some extra support."),
    ),
    "outpatient": Verdict(
        _("Less care may do. Provisional."),
        _("Less care than an IOP may do for you: weekly outpatient visits are a good place to start."),
        _("Less care than an IOP may do for them: weekly outpatient visits are a good place to start."),
    ),
    "php": Verdict(
        _("More care first, an IOP after. Provisional."),
        _("A day program (PHP) is likely the better start for you. An IOP can come after."),
        _("A day program (PHP) is likely the better start for them. An IOP can come after."),
    ),
    "residential": Verdict(
        _("More care first, an IOP after. Provisional."),
        _("A live-in (residential) program is likely the better start for you. An IOP can come after."),
        _("A live-in (residential) program is likely the better start for them. An IOP can come after."),
    ),
    "detox": Verdict(
        _("More care first, an IOP after. Provisional."),
        _("First you are likely to need medical care to stop safely (detox). Treatment comes right after."),
        _("First they are likely to need medical care to stop safely (detox). Treatment comes right after."),
    ),
    "open": Verdict(
        _("Still open. Provisional."),
        _("Too much is open to say whether an intensive outpatient program (IOP) is right for you."),
        _("Too much is open to say whether an intensive outpatient program (IOP) is right for them."),
    ),
    "emergency": Verdict(
        _("Not now. Safety first."),
        _("Your answers say you need help right now, before any program."),
        _("Your answers say they need help right now, before any program."),
    ),
}


def is_open(found: Recommendation) -> bool:
    """Whether too much was left open to name one level. Detox and emergencies are named all the same: they
    cannot wait for the other answers."""
    return len(found.range) >= WIDE and found.level not in ("detox", "emergency")


def verdict_key(found: Recommendation, *, mental: bool) -> str:
    """Which verdict to say; levels other than IOP have one each. `mental`: help for mental health alone is
    wanted, where a home need not be sober but safe. ValueError under 13, where there is no level."""
    if found.level is None:
        raise ValueError("no level, no verdict")
    if is_open(found):
        return "open"
    if found.level != "iop":
        return found.level
    if found.iop_fit != "with_support":
        return "iop_good"
    if "recovery_housing" not in found.supports:
        return "iop_with_support"
    return "iop_with_safe_home" if mental else "iop_with_housing"

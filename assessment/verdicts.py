"""The verdict of each result in a sentence.

Everything else that is said about a level comes from the protocol's content. Every verdict exists in a
second voice for someone who answers about another person.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


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
    "emergency": Verdict(
        _("Not now. Safety first."),
        _("Your answers say you need help right now, before any program."),
        _("Your answers say they need help right now, before any program."),
    ),
}


def verdict_key(level: str, iop_fit: str | None, supports: tuple[str, ...]) -> str:
    """Which verdict to say. Levels other than IOP have one each."""
    if level != "iop":
        return level
    if iop_fit != "with_support":
        return "iop_good"
    return "iop_with_housing" if "recovery_housing" in supports else "iop_with_support"

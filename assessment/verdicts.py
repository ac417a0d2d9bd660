"""The words around a level of care: the verdict, what a level means, and the path from one to the next.

Hours and usual lengths are plain facts from SAMHSA's Advisory on intensive outpatient treatment (2021),
TIP 45 and TIP 47. Every text exists in a second voice for someone who answers about another person.
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
        _(
            "An intensive outpatient program (IOP) is likely a good fit for you, if you have a sober place to live."
        ),
        _("An intensive outpatient program (IOP) is likely a good fit for them, with a sober place to live."),
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


@dataclass(frozen=True, slots=True)
class Stage:
    """What a level of care means in one line, how long it usually lasts, and what moves a person on."""

    lead: Text
    hours: Text
    teen_hours: Text
    length: Text
    onward: Text


STAGES: dict[str, Stage] = {
    "outpatient": Stage(
        _(
            "Treatment for less than 9 hours a week, often one or two visits. Life at home, work and school go on."
        ),
        _("Under 9 hours a week"),
        _("Under 6 hours a week"),
        _("Often several months"),
        _("People move on to recovery support, for as long as it helps."),
    ),
    "iop": Stage(
        _("Treatment for 9 to 19 hours a week, on 3 or more days. You sleep at home or in recovery housing."),
        _("9 to 19 hours a week"),
        _("6 hours a week or more"),
        _("Often about 12 weeks"),
        _("People move on when urges or symptoms ease and life at home holds."),
    ),
    "php": Stage(
        _("Treatment for 20 hours a week or more, on most weekdays, with a doctor near. You sleep at home."),
        _("20 hours a week or more"),
        _("20 hours a week or more"),
        _("Often 2 to 6 weeks"),
        _("People move on when days without the program go well."),
    ),
    "residential": Stage(
        _("You live in the program, with support day and night."),
        _("Day and night"),
        _("Day and night"),
        _("Often 4 to 12 weeks"),
        _("People move on when they can stay on course with less support around them."),
    ),
    "detox": Stage(
        _(
            "Doctors and nurses help the body through withdrawal. It takes days, and is never treatment by itself."
        ),
        _("Medical care day and night, or each day"),
        _("Medical care day and night, or each day"),
        _("Often 3 to 7 days"),
        _("Treatment should start in the same week. Ask for the next place before leaving."),
    ),
}

TRADE_OFF: dict[str, tuple[Text, ...]] = {
    "residential": (
        _(
            "You said you cannot be away from home and duties. The need stays the same, so here is the trade-off."
        ),
        _("Next best is a day program (PHP) together with recovery housing or a safe, sober home."),
        _("Many workers have a right to unpaid leave for treatment. Ask before you rule it out."),
        _(
            "Watch for: use or symptoms coming back, missed days, trouble at home. Then ask about living in again."
        ),
    ),
    "detox": (
        _("You said you cannot be away from home and duties. Safe withdrawal comes first all the same."),
        _(
            "Ask a doctor if daily visits could replace a stay. That is safe for some people and not for others."
        ),
        _("It is days, not weeks. Many workers have a right to unpaid leave for treatment."),
        _("Do not stop on your own. Shaking, seeing things, confusion or a seizure: call 911."),
    ),
}


def verdict_key(level: str, iop_fit: str | None, supports: tuple[str, ...]) -> str:
    """Which verdict to say. Levels other than IOP have one each."""
    if level != "iop":
        return level
    if iop_fit != "with_support":
        return "iop_good"
    return "iop_with_housing" if "recovery_housing" in supports else "iop_with_support"

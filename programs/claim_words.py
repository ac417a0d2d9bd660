"""What a finding of `programs.advertising` means, for whoever wrote it: why it misleads, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from programs.advertising import Finding
from programs.words import LEVEL_SHORT

WHY: Mapping[str, Any] = {
    "guaranteed": _(
        "Nobody can promise how treatment will go. People who hear a promise may blame themselves."
    ),
    "best": _("No list ranks programs by quality, so “best” or “number one” cannot be checked."),
    "cure": _("Substance use disorder can be treated, and people recover. A cure cannot be promised."),
    "success_rate": _("A success rate says little without who was counted, for how long, and by whom."),
    "lure": _("Comfort says nothing about care, and it draws people past programs that may fit them better."),
    "inducement": _("Gifts, travel or waived payments to win a client can be against federal law."),
    "all_insurance": _("No program takes every insurance plan. Someone may come and then get a bill."),
    "paid_in_full": _("What a plan pays is known only once the plan has checked. Someone may get a bill."),
    "paid_referral": _("Paying for referrals of clients is against federal law (18 U.S.C. 220)."),
    "person_last": _("These words name people by an illness, and many who read them do not call."),
    "hours_low": _(
        "These hours lie outside what is usual for this level (%(level)s): it starts at %(low)s a week."
    ),
    "hours_high": _(
        "These hours lie outside what is usual for this level (%(level)s): it ends below %(high)s a week."
    ),
    "hours_and_week": _(
        "The timetable adds up to %(what)s hours a week, which is not what is stated: %(told)s."
    ),
}
SUGGESTION: Mapping[str, Any] = {
    "guaranteed": _("Say what the program does, for example how many hours and which therapies."),
    "best": _("Say what can be checked: a license, an accreditation, years of work."),
    "cure": _("Say “treatment” or “support for recovery”."),
    "success_rate": _("Leave the number out, or name the study and the year with it."),
    "lure": _("Say what matters for care: hours, staff, therapies, transport, childcare."),
    "inducement": _(
        "Leave it out, and ask the center what it really offers. Help with transport is a fact of its own."
    ),
    "all_insurance": _("Ask which plans it takes, and list those."),
    "paid_in_full": _("Say “Ask your plan what it pays”."),
    "paid_referral": _("Leave it out, and tell a reviewer."),
    "person_last": _("Say “people with a substance use disorder”, “substance use”, “not using”."),
    "hours_low": _(
        "Please ask once more whether the level is right. A program for teens may start at 6 hours."
    ),
    "hours_high": _("Please ask once more whether the level is right."),
    "hours_and_week": _("Please ask which of the two is right."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words. `what`: the words that led to it, or a number of hours."""

    code: str
    where: str
    what: str
    why: str
    suggestion: str


def told(finding: Finding) -> Told:
    """The finding in the active language."""
    usual = finding.usual
    words = {
        "what": finding.what,
        "level": LEVEL_SHORT[finding.level.value] if finding.level else "",
        "low": f"{usual.low:g}" if usual else "",
        "high": f"{usual.high:g}" if usual and usual.high is not None else "",
        "told": _span(usual.low, usual.high) if usual else "",
    }
    return Told(
        code=finding.code,
        where=finding.where,
        what=finding.what,
        why=str(WHY[finding.code]) % words,
        suggestion=str(SUGGESTION[finding.code]),
    )


def _span(low: float, high: float | None) -> str:
    return f"{low:g}" if high is None or low == high else f"{low:g}–{high:g}"

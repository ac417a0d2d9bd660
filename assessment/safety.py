"""What a safety page offers for each cause: which lines to reach first, what to do meanwhile, how to go on.

The words that say what is happening come from the protocol's content; the numbers from the settings.
Steps follow 988lifeline.org, thehotline.org and SAMHSA's overdose prevention and response toolkit (2023).
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessment.flow import DANGER_UNKNOWN


@dataclass(frozen=True, slots=True)
class Safety:
    """One cause. `first`: crisis lines as (line, way), the most urgent first, drawn largest.
    `also`: lines shown below with every way to reach them. `urgent`: life may be at stake, so going on
    needs "I am safe". `private`: somebody may look at this phone, so show how to leave and clear it."""

    first: tuple[tuple[str, str], ...]
    steps: tuple[Promise | str, ...] = ()
    also: tuple[str, ...] = ()
    urgent: bool = True
    private: bool = False


_EMERGENCY = ("emergency", "call")
_LIFELINE = ("suicide", "call")
_LIFELINE_TEXT = ("suicide", "text")
_HELPLINE = ("helpline", "call")

SAFETY: dict[str, Safety] = {
    "overdose": Safety(
        (_EMERGENCY, ("poison", "call")),
        (
            _("No change after 3 minutes? Give a second dose of naloxone."),
            _("If they do not breathe, the person on the phone will tell you what to do."),
            _("Awake and breathing, but took too much? Poison Control answers day and night."),
        ),
    ),
    "delirium": Safety((_EMERGENCY,), (_("Say what was taken or drunk, how much, and when it stopped."),)),
    "suicide": Safety((_LIFELINE, _LIFELINE_TEXT, _EMERGENCY), also=("veterans", "spanish")),
    "harm_others": Safety(
        (_EMERGENCY, _LIFELINE),
        (_("Put distance between you and anything that could be used to hurt someone."),),
        also=("veterans", "spanish"),
    ),
    "cannot_stay_safe": Safety(
        (_EMERGENCY, _LIFELINE), (_("Say what is not possible right now: eating, drinking, staying safe."),)
    ),
    "violence": Safety(
        (("violence", "call"), ("violence", "text"), _EMERGENCY),
        (_("They help you plan, and they do not push you to leave."),),
        urgent=False,
        private=True,
    ),
    "pregnancy": Safety(
        (_HELPLINE, _EMERGENCY),
        (
            _("No doctor? Call the labor unit of a hospital near you, or the helpline above."),
            _("Bleeding, strong pain or a seizure cannot wait: call the emergency number."),
        ),
        urgent=False,
    ),
    "risky_withdrawal": Safety(
        (_EMERGENCY, _HELPLINE),
        (_("An urgent care clinic can help today too. Say that stopping was dangerous before."),),
        urgent=False,
    ),
    DANGER_UNKNOWN: Safety(
        (_LIFELINE, _LIFELINE_TEXT, _EMERGENCY),
        (
            _("A trained person listens at any time, also if you cannot say what is wrong."),
            _("Someone hurt, took too much, cannot breathe well? Call the emergency number."),
        ),
        also=("poison", "violence"),
        urgent=False,
    ),
}
"""By the protocol's interrupt codes, and our own for danger left open twice."""

DANGER_UNKNOWN_WORDS = (
    _("If any of it turns out to be true, here is who to call"),
    _("It is fine not to know. Keep these numbers at hand. They are free and open day and night."),
)

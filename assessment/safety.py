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
    `urgent`: life may be at stake, so going on needs "I am safe"."""

    first: tuple[tuple[str, str], ...]
    steps: tuple[str | Promise, ...]
    urgent: bool = True
    private: bool = False
    """Somebody may look at this phone: show how to leave and clear it."""


_911 = ("emergency", "call")
_988 = ("suicide", "call")
_988_TEXT = ("suicide", "text")
_POISON = ("poison", "call")
_HELPLINE = ("helpline", "call")

SAFETY: dict[str, Safety] = {
    "overdose": Safety(
        (_911, _POISON),
        (
            _(
                "Give naloxone (Narcan) if you have it and opioids may be involved. Give a second dose after 3 minutes."
            ),
            _("Lay the person on their side. Stay until help comes."),
            _("If they do not breathe, the person on the phone will tell you what to do."),
            _("Awake and breathing, but took too much? Poison Control answers day and night."),
        ),
    ),
    "delirium": Safety(
        (_911,),
        (
            _("Or have someone drive you to the nearest emergency department now. Do not drive yourself."),
            _("Do not wait for it to pass, and do not stay alone."),
            _("Say what was taken or drunk, how much, and when it stopped."),
        ),
    ),
    "suicide": Safety(
        (_988, _988_TEXT, _911),
        (
            _("Go where another person is. Ask them to stay."),
            _("Put distance between you and anything that could be used to hurt yourself."),
            _("Veterans: call 988, then press 1. For Spanish, press 2."),
            _("Call 911 if someone is hurt, took too much, or may act now."),
        ),
    ),
    "harm_others": Safety(
        (_911, _988),
        (
            _("Step away from the other person. Go to another place if you can."),
            _("Put distance between you and anything that could be used to hurt someone."),
            _("Say out loud to the person on the phone what you are afraid might happen."),
        ),
    ),
    "cannot_stay_safe": Safety(
        (_911, _988),
        (
            _("Or go to the nearest emergency department now. Take someone along."),
            _("Tell them what you cannot do right now: eat, drink, breathe well, stay safe."),
            _("Bring a list of medicines, or the boxes."),
        ),
    ),
    "violence": Safety(
        (("violence", "call"), ("violence", "text"), _911),
        (
            _("Call 911 if you are in danger this minute. You can text 911 in many places."),
            _("The hotline is free and private. They help you plan, and they do not push you to leave."),
            _("If someone may look at this phone, use a phone they cannot reach."),
        ),
        urgent=False,
        private=True,
    ),
    "pregnancy": Safety(
        (_HELPLINE,),
        (
            _(
                "Call a doctor, a midwife or a hospital’s labor unit today. Say what you use and how far along you are."
            ),
            _("Do not stop all at once on your own. Sudden stopping can harm you and the baby."),
            _("With opioids, methadone or buprenorphine is the safe standard of care in pregnancy."),
            _(
                "Bleeding, strong pain, a seizure or fewer movements: go to the emergency department or call 911."
            ),
        ),
        urgent=False,
    ),
    "risky_withdrawal": Safety(
        (_911, _HELPLINE),
        (
            _(
                "Do not stop or cut down fast on your own. After a past seizure or confusion it can be dangerous."
            ),
            _("Call a doctor or an urgent care clinic today. Say that you had severe withdrawal before."),
            _("Shaking badly, seeing things, confused, a seizure: call 911."),
        ),
        urgent=False,
    ),
    DANGER_UNKNOWN: Safety(
        (_988, _988_TEXT, _911),
        (
            _("You can talk to a trained person at any time, also if you cannot say what is wrong."),
            _("Call 911 if someone is hurt, took too much, cannot breathe well, or may act now."),
        ),
        urgent=False,
    ),
}

DANGER_UNKNOWN_WORDS = (
    _("If any of it turns out to be true, here is who to call"),
    _("It is fine not to know. Keep these numbers at hand. They are free, private, and open day and night."),
)

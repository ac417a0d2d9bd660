"""The ten questions everyone should ask a program, with what to listen for. Data: the guide shows them, the
center's page and the call sheet ask those that nobody has answered yet.

No model is read here: `answered` takes what is known as masks and as the values of `Program`'s fields.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.facts import FactSet
from programs.taxonomy import GROUPS

Words = str | Promise
SESSIONS = "sessions"
"""Stands in `fields` for the timetable, which is a table of its own."""

SOURCES: Mapping[str, Words] = MappingProxyType(
    {
        "samhsa_quality": _("SAMHSA, Finding Quality Treatment for Substance Use Disorders, 2018"),
        "nida_ask": _("NIDA, Seeking Drug Abuse Treatment: Know What to Ask, 2013"),
        "tip47": _("SAMHSA, TIP 47: Clinical Issues in Intensive Outpatient Treatment, 2006"),
        "tip63": _("SAMHSA, TIP 63: Medications for Opioid Use Disorder, 2018, revised 2021"),
        "tip42": _("SAMHSA, TIP 42: Treatment for Persons With Co-Occurring Disorders, revised 2020"),
        "ftc_r360": _("Federal Trade Commission, United States v. R360 LLC, 2022"),
    }
)
"""Titles of what the questions rest on. A title that has words we would not use is still its title."""


@dataclass(frozen=True, slots=True)
class StandardQuestion:
    """One question, in the caller's own words.

    why: what the answer decides. listen_for: what a good answer sounds like. warning: what should make one
    ask again or call elsewhere. facts: codes of `programs.taxonomy` that answer it, any one of them.
    fields: names of `Program`'s fields that answer it, any one of them, or `SESSIONS`. A question with
    neither has to be asked every time. sources: keys of `SOURCES`.
    """

    id: str
    text: Words
    why: Words
    listen_for: Words
    warning: Words
    sources: tuple[str, ...]
    facts: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    def answered(self, known: FactSet, details: Iterable[Mapping[str, object]] = ()) -> bool:
        """Whether something we know answers it.

        details: for each program in question the values of its `fields`. None, "" and an empty list say
        nothing; 0 does.
        """
        if self.facts and known.any_of(self.facts) is not None:
            return True
        said = (one.get(field) for one in details for field in self.fields)
        return any(value not in (None, "", (), []) for value in said)


STANDARD_QUESTIONS: tuple[StandardQuestion, ...] = (
    StandardQuestion(
        id="start",
        text=_("Do you have an open place? When could I start?"),
        why=_("The days before a start are the hardest to get through. Sooner is safer."),
        listen_for=_("A date for a first visit, best within two days, and what to do until then."),
        warning=_("“Call back next week”, with no date and no other place to try."),
        sources=("samhsa_quality",),
        fields=("openings", "wait_days"),
    ),
    StandardQuestion(
        id="hours",
        text=_("Which days and hours would I come? How many hours a week is that?"),
        why=_("The hours tell which level of care it really is, and whether it fits your life."),
        listen_for=_(
            "A timetable. An IOP for adults is 9 to 19 hours a week, for teens 6 or more; a day program 20 or"
            " more."
        ),
        warning=_("“As much as you need”, or hours that do not match what the program is called."),
        sources=("tip47",),
        fields=("hours_per_week_min", "hours_per_week_max", SESSIONS),
    ),
    StandardQuestion(
        id="insurance",
        text=_("Do you take my insurance, or is there another way to pay?"),
        why=_("In your plan’s network you pay less. Some places have a sliding scale or free care."),
        listen_for=_("They check your plan while you wait, or tell you whom to ask."),
        warning=_("“Don’t worry about the insurance”, or an offer to sign you up for a new plan."),
        sources=("samhsa_quality",),
        facts=GROUPS["payment"],
    ),
    StandardQuestion(
        id="cost",
        text=_("What would I pay with my plan? Is there a deposit?"),
        why=_("So that no bill comes as a surprise halfway through."),
        listen_for=_("A number in writing: your share a week, what is extra, and when a deposit comes back."),
        warning=_(
            "You must pay today to hold a place. Free flights, free rent or gift cards for coming. A promise"
            " that it works for everyone."
        ),
        sources=("samhsa_quality", "ftc_r360"),
        fields=("price_min", "price_max", "deposit"),
    ),
    StandardQuestion(
        id="staff",
        text=_("Who leads the groups, and what training do they have?"),
        why=_("Training and a license are what you can check from outside."),
        listen_for=_(
            "Licensed counselors, a state license for the program, time alone with a counselor too."
        ),
        warning=_("They will not say, or the person on the phone works for a call center, not for them."),
        sources=("samhsa_quality", "ftc_r360"),
    ),
    StandardQuestion(
        id="medicine",
        text=_("Can I stay on my medicine, such as buprenorphine or methadone?"),
        why=_("These medicines save lives. Stopping them to be let in is dangerous."),
        listen_for=_("“Yes”, and that they work with your doctor or prescribe it there."),
        warning=_("You must be off all medicine first."),
        sources=("samhsa_quality", "tip63"),
        facts=("accepts_oud_medication",),
    ),
    StandardQuestion(
        id="mental_health",
        text=_("Do you treat substance use and mental health together?"),
        why=_("Depression, anxiety and trauma often come along. Treated together, both do better."),
        listen_for=_("One plan and one team for both, and someone who can prescribe for mental health."),
        warning=_("“First get sober, then we look at the rest.”"),
        sources=("nida_ask", "tip42"),
        facts=("co_occurring",),
    ),
    StandardQuestion(
        id="return_to_use",
        text=_("What happens if I drink or use during the program?"),
        why=_("It happens to many people. Then you need more help, not less."),
        listen_for=_("You tell them, they look at your plan with you, and you can stay or step up."),
        warning=_("You are out the same day, with nowhere to go."),
        sources=("nida_ask", "tip47"),
        fields=("return_to_use_policy",),
    ),
    StandardQuestion(
        id="family",
        text=_("How can my family take part?"),
        why=_("The people at home can be a great help, and they need help themselves."),
        listen_for=_(
            "Family sessions, a group for relatives, and that nothing is told without your consent."
        ),
        warning=_("Family is kept away, or asked only for money."),
        sources=("samhsa_quality", "tip47"),
        facts=("therapy_family",),
        fields=("family",),
    ),
    StandardQuestion(
        id="after",
        text=_("What help is there after the program ends?"),
        why=_("Most people need some help for a year or more. A good program plans for it from the start."),
        listen_for=_("A plan to step down, a named next place, groups or calls for the months after."),
        warning=_("“You will be done after 30 days.”"),
        sources=("samhsa_quality", "nida_ask"),
        facts=("wrap_aftercare",),
        fields=("aftercare",),
    ),
)
"""In the order in which to ask them."""

BY_ID: Mapping[str, StandardQuestion] = MappingProxyType({one.id: one for one in STANDARD_QUESTIONS})

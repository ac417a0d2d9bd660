"""From a result to programs near a place: the only seam between the assessment and the directory.

What is drawn from the answers: the level and the age are limits; care for what the person named, times they
are free, medicines and supports are wishes that order and explain. Telehealth is a limit for someone who
cannot travel, and a detox center known not to treat what the person takes is left out. Nothing of it is put
into an address unless the person ticks it (`Shareable`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from assessment.answers import Given, Wishes
from assessment.domain import Answers, Recommendation
from assessment.medicine import Lane, lanes
from assessment.ways_out import AT_HOME, WayOut, ways_out
from programs import region, search
from programs.cards import Card, card, wish_label
from programs.criteria import FIELD_OF, RADII, SearchCriteria, Wish, wishes_for
from programs.geo import Point
from programs.levels import Level
from programs.models import ZipCode
from programs.words import FACT_LABELS, LEVEL_LABELS, wish_words

ENOUGH = 5
"""The circle grows until it holds this many programs."""
AGE_SERVED: Mapping[str, str] = {
    "13_17": "age_under_18",
    "18_25": "age_young_adults",
    "26_64": "age_adults",
    "65_plus": "age_older_adults",
}
TREATS: Mapping[str, str] = {
    "substance": "treats_substance_use",
    "mental": "treats_mental_health",
    "both": "co_occurring",
}
TIMES: Mapping[str, str] = {
    "weekday_morning": "time_morning",
    "weekday_afternoon": "time_afternoon",
    "weekday_evening": "time_evening",
    "weekend": "time_weekend",
}
SUPPORTS: Mapping[str, tuple[str, ...]] = {
    "recovery_housing": ("offers_recovery_housing",),
    "transport": ("wrap_transport",),
    "child_care": ("wrap_child_care",),
    "psychiatry_on_site": ("psychiatry_on_site",),
    "telehealth": ("telehealth",),
}
SAFE_HOUSING = ("wrap_housing",)
"""In place of recovery housing where the help wanted is for mental health alone."""
DETOX_FROM: Mapping[str, str] = {
    "alcohol": "detox_alcohol",
    "sedatives": "detox_benzodiazepines",
    "opioids": "detox_opioids",
}
OPIOID_MEDICINE = (
    "med_methadone",
    "med_buprenorphine",
    "med_buprenorphine_injection",
    "accepts_oud_medication",
)
ALCOHOL_MEDICINE = ("med_naltrexone", "med_naltrexone_injection", "med_acamprosate", "accepts_aud_medication")
BESIDE_OPIOIDS = ("med_acamprosate", "accepts_aud_medication")
"""Naltrexone brings on withdrawal in someone who uses opioids (SAMHSA TIP 63)."""
FIRST_RADIUS = 10
"""Miles of the first circle that is looked at around a person; it grows by the steps of the search."""


def level_to_look_for(found: Recommendation) -> Level | None:
    """The level whose programs fit; in an emergency, the level that comes once the person is safe."""
    for code in (found.level, *found.then):
        if code in tuple(Level):
            return Level(code)
    return None


def criteria_for(
    found: Recommendation, answers: Answers, wishes: Wishes, *, point: Point, radius: int = FIRST_RADIUS
) -> SearchCriteria:
    """The search for this person. ValueError when there is no level to look for (under 13)."""
    level = level_to_look_for(found)
    if level is None:
        raise ValueError("no level to look for")
    drawn = {wish.key: wish for wish in (*_drawn(found, answers, level), *_asked(wishes))}
    served = AGE_SERVED.get(str(answers.get("age")))
    musts = {"telehealth"} if _cannot_travel(answers) and level in AT_HOME else set()
    return SearchCriteria(
        point=point,
        place=wishes.zip,
        radius_miles=radius,
        levels=(level,),
        ages=(served,) if served else (),
        wishes=tuple(drawn.values()),
        musts=frozenset(musts),
        not_refused=frozenset(wish.key for wish in _detox(answers)) if level is Level.DETOX else frozenset(),
    )


def _codes(given: Given | None) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given or ()


def _cannot_travel(answers: Answers) -> bool:
    return answers.get("getting_there") in ("online_only", "no")


def _drawn(found: Recommendation, answers: Answers, level: Level) -> Iterator[Wish]:
    """What the answers ask of a program, the weightiest first."""
    yield from _treatment(answers)
    if level is Level.DETOX:
        yield from _detox(answers)
    yield from _medicine(found, answers)
    if answers.get("pregnant") == "yes":
        yield Wish("pop_pregnant", ("pop_pregnant",))
    if level in AT_HOME:
        yield from _attending(answers)
    for support in found.supports:
        codes = SUPPORTS[support]
        if support == "recovery_housing" and answers.get("focus") == "mental":
            codes = SAFE_HOUSING
        yield Wish(codes[0], codes)


def _detox(answers: Answers) -> Iterator[Wish]:
    for code in _codes(answers.get("substances")):
        if code in DETOX_FROM:
            yield Wish(DETOX_FROM[code], (DETOX_FROM[code],))


def _medicine(found: Recommendation, answers: Answers) -> Iterator[Wish]:
    opioids = "opioids" in _codes(answers.get("substances"))
    if opioids:
        yield Wish("opioid_medicine", OPIOID_MEDICINE)
    if "medicine_alcohol" in found.advice:
        yield Wish("alcohol_medicine", BESIDE_OPIOIDS if opioids else ALCOHOL_MEDICINE)


def _attending(answers: Answers) -> Iterator[Wish]:
    """How and when a person who lives at home can take part."""
    if _cannot_travel(answers):
        yield Wish("telehealth", ("telehealth",))
    times = tuple(TIMES[code] for code in _codes(answers.get("free_times")) if code in TIMES)
    if times:
        yield Wish("free_times", times)


def _treatment(answers: Answers) -> Iterator[Wish]:
    focus = str(answers["focus"])
    conditions = set(_codes(answers.get("mental_conditions"))) - {"none", "not_sure"}
    yield Wish(TREATS[focus], (TREATS[focus],))
    if focus == "substance" and conditions:
        yield Wish("co_occurring", ("co_occurring",))


def _asked(wishes: Wishes) -> tuple[Wish, ...]:
    return wishes_for((*wishes.payment, *filter(None, (wishes.language, wishes.gender))))


@dataclass(frozen=True, slots=True, repr=False)
class Shareable:
    """One filter a person may put into an address: a field of the search form and its value."""

    field: str
    value: str
    label: str


@dataclass(frozen=True, slots=True, repr=False)
class ProgramsPage:
    """What the hand-over shows. `widened`: the circle had to grow beyond the first radius. `ways_out`: where
    else to look, only when nothing was found."""

    level: Level
    teen: bool
    observer: bool
    place: ZipCode
    criteria: SearchCriteria
    results: search.Results
    cards: tuple[Card, ...]
    asked: tuple[str, ...]
    shareable: tuple[Shareable, ...]
    lanes: tuple[Lane, ...]
    ways_out: tuple[WayOut, ...] = ()

    @property
    def looked_within(self) -> int:
        """Miles of the largest circle that was looked at."""
        return self.criteria.radius_miles if self.results.total else max(RADII)

    @property
    def widened(self) -> bool:
        return self.criteria.radius_miles > FIRST_RADIUS

    @property
    def first_radius(self) -> int:
        return FIRST_RADIUS

    @property
    def beyond(self) -> region.Words:
        """What the region of this directory is called, where the ZIP code lies outside it."""
        return region.beyond(self.place.state, self.place.county)

    @property
    def online_only(self) -> bool:
        return "telehealth" in self.criteria.musts


def programs_page(
    found: Recommendation, answers: Answers, wishes: Wishes, *, place: ZipCode, today: date
) -> ProgramsPage:
    """Programs for this person around a ZIP code. The circle grows by steps until enough are in it."""
    asked = criteria_for(found, answers, wishes, point=place.point)
    results = search.find(asked, today=today, enough=ENOUGH)
    criteria = results.criteria
    return ProgramsPage(
        level=criteria.levels[0],
        teen=answers.get("age") == "13_17",
        observer=answers.get("who") == "someone_else",
        place=place,
        criteria=criteria,
        results=results,
        cards=tuple(card(hit, number=number) for number, hit in enumerate(results.hits, start=1)),
        asked=tuple(wish_label(wish) for wish in criteria.wishes),
        shareable=tuple(_shareable(criteria)),
        lanes=lanes(found, answers, place.point, ages=criteria.ages, today=today),
        ways_out=() if results.total else tuple(ways_out(asked, place, today=today)),
    )


def _shareable(criteria: SearchCriteria) -> Iterator[Shareable]:
    miles = criteria.radius_miles
    yield Shareable("place", criteria.place, gettext("near ZIP code %(zip)s") % {"zip": criteria.place})
    yield Shareable("radius", str(miles), gettext("within %(miles)d miles") % {"miles": miles})
    for level in criteria.levels:
        yield Shareable("level", level.value, str(LEVEL_LABELS[level]))
    for age in criteria.ages:
        yield Shareable("age", age, str(FACT_LABELS[age]))
    for code in dict.fromkeys(code for wish in criteria.wishes for code in wish.any_of):
        if code in FIELD_OF:
            yield Shareable(FIELD_OF[code], code, wish_words(code))

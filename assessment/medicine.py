"""The medicine lane: where to start medicine near a place, beside the programs and whatever the level.

Who may give what: methadone for opioid use only an opioid treatment program (42 CFR part 8); buprenorphine
anyone who may prescribe controlled medicine (section 1262 of Public Law 117-328). Naltrexone brings on
withdrawal in someone who takes opioids, so it is not looked for then (SAMHSA TIP 63).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assessment.domain import Answers, Recommendation
from programs import medicine, search
from programs.cards import Card, card
from programs.criteria import SearchCriteria
from programs.facts import FactSet
from programs.geo import Point
from programs.words import wish_words

SHOWN = 5
"""Places of one lane, at most."""
TREATMENT_PROGRAM = ("offers_otp", "certified_otp")
BUPRENORPHINE = ("med_buprenorphine", "med_buprenorphine_injection")
NALTREXONE = ("med_naltrexone", "med_naltrexone_injection")
ACAMPROSATE = ("med_acamprosate",)


@dataclass(frozen=True, slots=True, repr=False)
class LanePlace:
    """One center: its card, whether it is an opioid treatment program, and which of the lane's medicines it
    is known to offer, in words ("" where that is not known)."""

    card: Card
    treatment_program: bool
    offers: str


@dataclass(frozen=True, slots=True, repr=False)
class Lane:
    """Places for one kind of medicine. `pregnant`: is or could be. `beside_opioids`: of the alcohol lane,
    that naltrexone was left out."""

    kind: str
    places: tuple[LanePlace, ...]
    pregnant: bool = False
    beside_opioids: bool = False
    within: int = medicine.FAR

    @property
    def first(self) -> bool:
        """Whether it cannot wait, so that it comes before the programs."""
        return self.kind == "opioids"


def lanes(
    found: Recommendation, answers: Answers, point: Point, *, ages: tuple[str, ...], today: date
) -> tuple[Lane, ...]:
    """The lanes the advice calls for, opioids first. One query each."""
    return tuple(_lanes(found, answers, point, ages, today))


def _lanes(
    found: Recommendation, answers: Answers, point: Point, ages: tuple[str, ...], today: date
) -> Iterator[Lane]:
    wanted: tuple[str, ...] = (*TREATMENT_PROGRAM, *BUPRENORPHINE)
    if "medicine_today" in found.advice:
        pregnant = "pregnancy_today" in found.advice
        yield Lane("opioids", _places(wanted, point, ages, today), pregnant=pregnant)
    if "medicine_alcohol" in found.advice:
        opioids = "opioids" in answers.get("substances", ())
        wanted = ACAMPROSATE if opioids else (*NALTREXONE, *ACAMPROSATE)
        yield Lane("alcohol", _places(wanted, point, ages, today), beside_opioids=opioids)


def _places(
    wanted: tuple[str, ...], point: Point, ages: tuple[str, ...], today: date
) -> tuple[LanePlace, ...]:
    plain = SearchCriteria(point)
    near = medicine.nearest(point, wanted, ages=ages, limit=SHOWN)
    return tuple(
        LanePlace(
            card(search.hit(place.listing, miles=place.miles, criteria=plain, today=today), number=number),
            _is_treatment_program(wanted, place.known),
            ", ".join(offered(wanted, place.known)),
        )
        for number, place in enumerate(near, start=1)
    )


def _is_treatment_program(wanted: tuple[str, ...], known: FactSet) -> bool:
    return bool(set(TREATMENT_PROGRAM) & set(wanted) and known.any_of(TREATMENT_PROGRAM))


def offered(wanted: tuple[str, ...], known: FactSet) -> Iterator[str]:
    """What of this the center is known to offer. Methadone counts at opioid treatment programs only."""
    methadone = ("med_methadone",) if _is_treatment_program(wanted, known) else ()
    for code in (*methadone, *wanted):
        if code not in TREATMENT_PROGRAM and known.value(code):
            yield wish_words(code)

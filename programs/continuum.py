"""From one center on: more or less care in the same organization, and medicine for opioid use close by."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from programs import geo, medicine
from programs.cards import center_url, distance
from programs.criteria import TEENS
from programs.expressions import Chord2
from programs.facts import FactSet
from programs.levels import LEVELS, Level
from programs.medicine import FAR, MedicinePlace
from programs.models import Center, Listing
from programs.models.centers import SHORT_ID
from programs.names import center_name, is_whole
from programs.phones import dial
from programs.words import LEVEL_LABELS, wish_words

SISTERS = 60
"""Rows of the organization's other centers that are read, the nearest first."""
TREATMENT_PROGRAM = ("offers_otp", "certified_otp")
"""Where methadone for opioid use can be had, and nowhere else."""
BUPRENORPHINE = ("med_buprenorphine", "med_buprenorphine_injection")
_LOOKED_AT = 6


@dataclass(frozen=True, slots=True)
class Rung:
    """A level that can be had in this organization: here (no `name`), or at its nearest other center."""

    level: Level
    name: str = ""
    where: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """`rungs`: levels to be had. here: labels of those at this center, where one can change between several;
    absent: of those known not to be here; unknown: of the others. organization: its name, or "" where that is
    only half a name."""

    organization: str
    rungs: tuple[Rung, ...]
    here: str
    absent: str
    unknown: str

    @property
    def leads_on(self) -> bool:
        """Whether another center has a level that is not here."""
        return any(rung.url for rung in self.rungs)


def ladder(center: Center, here: Collection[Level], known: FactSet) -> Ladder:
    """Every level once, as far as anything is known of it. One query."""
    rungs: list[Rung] = []
    absent: list[Level] = []
    unknown: list[Level] = []
    sisters = _sisters(center, here)
    for level in LEVELS:
        if level in here:
            rungs.append(Rung(level))
        elif level in sisters:
            rungs.append(_sister_rung(level, sisters[level], center))
        else:
            (absent if known.value(f"offers_{level}") is False else unknown).append(level)
    both = [level for level in LEVELS if level in here]
    owner = center.organization.name
    return Ladder(
        organization=owner if is_whole(owner) else "",
        rungs=tuple(rungs),
        here=_labels(both if len(both) > 1 else []),
        absent=_labels(absent),
        unknown=_labels(unknown),
    )


def _labels(levels: list[Level]) -> str:
    return "; ".join(str(LEVEL_LABELS[level]) for level in levels)


def _sisters(center: Center, here: Collection[Level]) -> dict[Level, Listing]:
    """For each level that is not here, the organization's nearest program of it within `FAR` miles.

    Where this center's place is not known, any; ties and unknown places in the order of `tie`.
    """
    rows: QuerySet[Listing] = Listing.objects.filter(center__organization=center.organization_id)
    rows = rows.exclude(center=center).exclude(level__in=here)
    if center.point is None:
        rows = rows.order_by("tie")
    else:
        rows = rows.annotate(away=Chord2(geo.unit(center.point))).filter(away__lte=geo.chord2_of(FAR))
        rows = rows.order_by("away", "tie")
    found: dict[Level, Listing] = {}
    for row in rows[:SISTERS]:
        found.setdefault(Level(row.level), row)
    return found


def _sister_rung(level: Level, row: Listing, center: Center) -> Rung:
    name = center_name(row.name, row.name_detail).title
    if row.name == center.name and row.name_detail and is_whole(row.name):
        name = row.name_detail
    away = getattr(row, "away", None)
    miles = "" if away is None else distance(geo.miles_of(away), approximate=_rough(row, center))
    where = " · ".join(filter(None, (f"{row.city}, {row.state}", miles)))
    return Rung(level, name, where, _page_of(row))


def _rough(row: Listing, center: Center) -> bool:
    return row.approximate or center.location != "exact"


def _page_of(row: Listing) -> str:
    return center_url(row.slug, row.center_public_id.hex[:SHORT_ID])


# -- Medicine -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LanePlace:
    """A center nearby that is known to offer some of these medicines."""

    name: str
    url: str
    where: str
    offers: str
    treatment_program: bool
    phone: str
    dial: str


@dataclass(frozen=True, slots=True)
class Lane:
    """Medicine for opioid use: what this center is known to offer, and the nearest other places."""

    here: str
    places: tuple[LanePlace, ...]
    more_url: str


def medicine_lane(center: Center, known: FactSet) -> Lane | None:
    """The lane of a center that treats substance use; None for others. At most one query.

    A program for teens only is followed by places known to take teens.
    """
    if known.any_of(("treats_substance_use", "co_occurring")) is not True:
        return None
    here = _offered(known)
    missing = [kind for kind in (TREATMENT_PROGRAM, BUPRENORPHINE) if known.any_of(kind) is not True]
    places: list[LanePlace] = []
    if missing and center.point is not None:
        teens = known.value(TEENS) is True and known.value("age_adults") is not True
        wanted = [code for kind in missing for code in kind]
        near = medicine.nearest(center.point, wanted, ages=[TEENS] if teens else [], limit=_LOOKED_AT)
        others = [place for place in near if place.listing.center_id != center.pk]
        firsts = (_first(others, kind) for kind in missing)
        places = [_lane_place(one, center) for one in dict.fromkeys(filter(None, firsts))]
    query = [("place", center.zip), ("radius", "100"), *(("medicine", code) for code in _IN_SEARCH)]
    return Lane(here, tuple(places), f"{reverse('programs:search')}?{urlencode(query)}")


_IN_SEARCH = ("med_methadone", "med_buprenorphine")


def _offered(known: FactSet) -> str:
    """Which of these medicines it is known to offer. Methadone counts at opioid treatment programs only."""
    methadone = ("med_methadone",) if known.any_of(TREATMENT_PROGRAM) else ()
    return ", ".join(wish_words(code) for code in (*methadone, *BUPRENORPHINE) if known.value(code))


def _first(places: list[MedicinePlace], kind: tuple[str, ...]) -> MedicinePlace | None:
    return next((place for place in places if place.known.any_of(kind)), None)


def _lane_place(place: MedicinePlace, center: Center) -> LanePlace:
    row = place.listing
    miles = distance(place.miles, approximate=_rough(row, center))
    return LanePlace(
        name=center_name(row.name, row.name_detail).title,
        url=_page_of(row),
        where=f"{row.city}, {row.state} · {miles}",
        offers=_offered(place.known),
        treatment_program=place.known.any_of(TREATMENT_PROGRAM) is True,
        phone=row.phone,
        dial=dial(row.phone),
    )

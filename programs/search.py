"""Finding programs: one scan that counts, one query that ranks. No row per fact, no join.

The scan reads a few integers of every program within the distance and counts in Python, because there
are about a hundred filters to count for: a hundred aggregates cost a database more than handing over
the masks. The ranking is done by the database, over at most the same rows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F, Q, QuerySet

from programs import facts, geo
from programs.criteria import OFFERS_IOP, RADII, TEENS, SearchCriteria
from programs.expressions import Chord2, Known, meets, score
from programs.fit import Fit, Verdict, compare
from programs.freshness import Freshness, freshness
from programs.levels import LEVELS, Level
from programs.models import Listing
from programs.models.columns import NO, YES
from programs.taxonomy import AGES, BITS, FACTS

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One program of a result. `miles` as the crow flies; `serves_age`: None when no age was asked."""

    listing: Listing
    miles: float
    fit: Fit
    serves_age: Verdict | None
    other_levels: tuple[Level, ...]
    fresh: Freshness | None
    openings: int | None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found.

    criteria: as asked, with the page brought into range. total: programs within the limits.
    levels, ages: programs at each within all other limits (an age: known to serve it).
    facts: for every fact, programs within the limits known to have it.
    without_must: for each must, programs that would be there were it only a wish.
    age_unsaid: programs within all other limits that have not said whether they serve the age asked.
    iop_unsaid: outpatient programs for mental health, within the other limits, that have not said whether
    they run an IOP (the national mental-health directory cannot say it); 0 unless an IOP was asked for.
    """

    criteria: SearchCriteria
    total: int
    hits: tuple[Hit, ...]
    levels: Mapping[Level, int]
    ages: Mapping[str, int]
    facts: Mapping[str, int]
    without_must: Mapping[str, int]
    age_unsaid: int
    iop_unsaid: int

    @property
    def page(self) -> int:
        return self.criteria.page

    @property
    def pages(self) -> int:
        return pages_for(self.total)

    @property
    def first(self) -> int:
        """The number of the first hit on this page, from 1; 0 when there is none."""
        return (self.page - 1) * PAGE_SIZE + 1 if self.total else 0


def pages_for(total: int) -> int:
    """Pages needed; an empty result is one page."""
    return max(1, -(-total // PAGE_SIZE))


def find(criteria: SearchCriteria, *, today: date) -> Results:
    """The page of programs that was asked for, best fit first. Two queries, one when nothing was found."""
    counts = _count(criteria)
    page = min(criteria.page, pages_for(counts.total))
    criteria = replace(criteria, page=page)
    hits = tuple(_ranked(criteria, today)) if counts.total else ()
    return Results(
        criteria=criteria,
        total=counts.total,
        hits=hits,
        levels=counts.levels,
        ages=counts.ages,
        facts=counts.facts,
        without_must=counts.without_must,
        age_unsaid=counts.age_unsaid,
        iop_unsaid=counts.iop_unsaid,
    )


def reach(criteria: SearchCriteria) -> dict[int, int]:
    """How many programs each radius would find, all other limits kept. One query."""
    widest = replace(criteria, radius_miles=max(RADII))
    found = _limited(widest).annotate(away=F("chord2"))
    chords = list(found.values_list("away", flat=True))
    return {radius: sum(chord <= geo.chord2_of(radius) for chord in chords) for radius in RADII}


def widened(criteria: SearchCriteria, *, enough: int = 5) -> SearchCriteria:
    """The same search with the smallest radius, at least the asked one, that finds enough programs.

    The widest radius that adds anything when none finds enough; unchanged when nothing is near at all.
    One query.
    """
    counts = reach(criteria)
    wider = [radius for radius in RADII if radius >= criteria.radius_miles]
    most = counts[max(RADII)]
    radius = next((radius for radius in wider if counts[radius] >= min(enough, most)), max(RADII))
    return replace(criteria, radius_miles=radius) if most else criteria


# -- Limits in SQL ------------------------------------------------------------------------------


def _near(criteria: SearchCriteria) -> "QuerySet[Listing]":
    """Listings within the distance, and those that leave open what `unsaid` wants open."""
    cells = list(geo.cells_within(criteria.point, criteria.radius_miles))
    limit = geo.chord2_of(criteria.radius_miles)
    found = Listing.objects.filter(cell__in=cells).alias(chord2=Chord2(geo.unit(criteria.point)))
    found = found.filter(chord2__lte=limit)
    if criteria.unsaid:
        open_question = ~Q(Known([criteria.unsaid])) & ~Q(Known([criteria.unsaid], value=False))
        found = found.filter(Known(["treats_mental_health"]), open_question)
    return found


def _limited(criteria: SearchCriteria) -> "QuerySet[Listing]":
    """Listings within all limits."""
    found = _near(criteria)
    if criteria.levels:
        found = found.filter(level__in=criteria.levels)
    if criteria.age == TEENS:
        found = found.filter(Known([TEENS]))
    elif criteria.age:
        found = found.filter(~Q(Known([criteria.age], value=False)))
    for wish in criteria.wishes:
        if wish.key in criteria.musts:
            found = found.filter(Known(wish.any_of))
    return found


# -- The order ----------------------------------------------------------------------------------


def _ranked(criteria: SearchCriteria, today: date) -> Iterator[Hit]:
    """One page in the order of `programs.fit.rank`. One query."""
    found = _limited(criteria).annotate(away=F("chord2"))
    order = ["away", "tie", "program_id"]
    if criteria.wishes:
        found = found.alias(score=score(criteria.wishes), meets=meets(criteria.wishes))
        order = ["-score", "-meets", *order]
    start = (criteria.page - 1) * PAGE_SIZE
    for listing in found.order_by(*order)[start : start + PAGE_SIZE]:
        yield hit(listing, miles=geo.miles_of(listing.away), criteria=criteria, today=today)


def hit(listing: Listing, *, miles: float, criteria: SearchCriteria, today: date) -> Hit:
    """A listing held against what was asked. Reads nothing from the database."""
    known = listing.facts
    holds = listing.openings_until is not None and listing.openings_until >= today
    return Hit(
        listing=listing,
        miles=miles,
        fit=compare(criteria.wishes, known),
        serves_age=_verdict(known.value(criteria.age)) if criteria.age else None,
        other_levels=tuple(
            level for i, level in enumerate(LEVELS) if listing.levels >> i & 1 and level != listing.level
        ),
        fresh=freshness(listing.said_on, today=today) if listing.said_on else None,
        openings=listing.openings if holds else None,
    )


def _verdict(value: bool | None) -> Verdict:
    return Verdict.UNKNOWN if value is None else Verdict.MEETS if value else Verdict.DOES_NOT


# -- The counts ---------------------------------------------------------------------------------


@dataclass(slots=True)
class _Counts:
    total: int
    levels: Mapping[Level, int]
    ages: Mapping[str, int]
    facts: Mapping[str, int]
    without_must: Mapping[str, int]
    age_unsaid: int
    iop_unsaid: int


def _whole(mask: facts.Mask) -> int:
    """A mask as one integer: bit `word * BITS + bit`."""
    return sum(word << (i * BITS) for i, word in enumerate(mask))


_IOP = _whole(facts.pack([OFFERS_IOP]))
_MENTAL_HEALTH = _whole(facts.pack(["treats_mental_health"]))


def _must_masks(criteria: SearchCriteria) -> list[tuple[str, int]]:
    """Each must: its key, and the facts of which a program needs one."""
    musts = (wish for wish in criteria.wishes if wish.key in criteria.musts)
    return [(wish.key, _whole(facts.pack(wish.any_of))) for wish in musts]


def _count(criteria: SearchCriteria) -> _Counts:
    """Every count of a result page, from one pass over the programs within the distance. One query."""
    asked = set(criteria.levels or LEVELS)
    age = _whole(facts.pack([criteria.age])) if criteria.age else 0
    musts = _must_masks(criteria)
    levels = dict.fromkeys(LEVELS, 0)
    missed_one = dict.fromkeys((key for key, _ in musts), 0)
    found: list[int] = []
    other_ages: list[int] = []
    age_unsaid = iop_unsaid = 0
    for code, y0, y1, y2, n0, n1, n2 in _near(criteria).values_list("level", *YES, *NO):
        yes = y0 | y1 << BITS | y2 << 2 * BITS
        no = n0 | n1 << BITS | n2 << 2 * BITS
        missed = [key for key, mask in musts if not yes & mask]
        serves = bool(yes & age) if criteria.age == TEENS else not no & age
        if missed:
            if len(missed) == 1 and serves and code in asked:
                missed_one[missed[0]] += 1
            continue
        if serves:
            levels[code] += 1
            if code == Level.OUTPATIENT and yes & _MENTAL_HEALTH and not (yes | no) & _IOP:
                iop_unsaid += 1
        if code not in asked:
            continue
        if age and not (yes | no) & age:
            age_unsaid += 1
        if serves:
            found.append(yes)
        else:
            other_ages.append(yes)
    known, elsewhere = tally(found), tally(other_ages)
    return _Counts(
        total=len(found),
        levels=levels,
        ages={code: known[code] + elsewhere[code] for code in AGES},
        facts=known,
        without_must={key: len(found) + count for key, count in missed_one.items()},
        age_unsaid=age_unsaid,
        iop_unsaid=iop_unsaid if Level.IOP in criteria.levels else 0,
    )


def tally(masks: Iterable[int]) -> dict[str, int]:
    """For every fact, how many of the masks have it.

    All facts are added up at once: plane i holds bit i of every fact's count, and adding a mask is a carry
    through the planes. That is a few operations a mask instead of one per fact.
    """
    planes: list[int] = []
    for carry in masks:
        i = 0
        while carry:
            if i == len(planes):
                planes.append(0)
            planes[i], carry = planes[i] ^ carry, planes[i] & carry
            i += 1
    counts = {}
    for number, fact in enumerate(FACTS):
        counts[fact.code] = sum((plane >> number & 1) << i for i, plane in enumerate(planes))
    return counts

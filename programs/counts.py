"""Every number of a result page from one pass over the programs within the distance.

The scan reads a few integers of each program and counts in Python, because there are about a hundred filters
to count for: a hundred aggregates cost a database more than handing over the masks.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet

from programs import facts
from programs.criteria import OFFERS_IOP, TEENS, SearchCriteria
from programs.expressions import Clock, OpenNow
from programs.levels import LEVELS, Level
from programs.models import Listing
from programs.models.columns import NO, YES
from programs.taxonomy import AGES, BITS, BY_CODE, FACTS


@dataclass(slots=True)
class Counts:
    """The numbers of a result page; `programs.search.Results` says what each is.

    here: for centers as results, the codes of the levels of the programs each stands for.
    """

    total: int
    levels: Mapping[Level, int]
    ages: Mapping[str, int]
    facts: Mapping[str, int]
    fits_week: int
    open_now: int
    without_must: Mapping[str, int]
    age_unsaid: int
    iop_unsaid: int
    here: Mapping[int, Sequence[str]]


def _whole(mask: facts.Mask) -> int:
    """A mask as one integer: bit `word * BITS + bit`."""
    return sum(word << (i * BITS) for i, word in enumerate(mask))


def _column(code: str) -> tuple[int, int]:
    """Where a row of `count` says yes to a fact: the number of the column, and the bit."""
    fact = BY_CODE[code]
    return 1 + fact.word, 1 << fact.bit


_IOP = _column(OFFERS_IOP)
_MENTAL_HEALTH = _column("treats_mental_health")


Row = tuple[Any, ...]
"""A level's code, six words of masks, 1 or 0 for an open place, the center; the days where hours count."""
_OPEN = 1 + len(YES) + len(NO)
_CENTER = _OPEN + 1
_WEEK = _CENTER + 1
"""Where these begin in a row."""


def _yes(row: Row) -> int:
    """All that is known yes, as one integer: bit `word * BITS + bit`."""
    whole: int = row[1] | row[2] << BITS | row[3] << 2 * BITS
    return whole


def _no(row: Row) -> int:
    whole: int = row[4] | row[5] << BITS | row[6] << 2 * BITS
    return whole


def _fits_week(taken: tuple[int, ...], row: Row) -> bool:
    """A timetable is known, and no session clashes."""
    days = row[_WEEK:]
    return days[0] is not None and not any(day & of_day for day, of_day in zip(days, taken, strict=True))


def count(near: QuerySet[Listing], criteria: SearchCriteria, clock: Clock, today: date) -> Counts:
    """Every count of a result page, from one pass over the programs within the distance. One query."""
    hours, by_center = criteria.hours, criteria.by_center
    taken = clock.taken(hours) if hours else ()
    days = clock.columns if hours else ()
    rows: list[Row] = list(near.values_list("level", *YES, *NO, OpenNow(today), "center_id", *days))
    asked = {level.value for level in criteria.levels or LEVELS}
    musts = _musts(criteria, taken)
    serving, other_ages = _by_age(rows, criteria.ages)
    serving, failed_alone = _by_musts(serving, musts, asked)
    found = [row for row in serving if row[0] in asked]
    any_age = [*found, *(row for row in _by_musts(other_ages, musts, asked)[0] if row[0] in asked)]
    levels = Counter(row[0] for row in serving)
    known = tally(_known(found, by_center))
    serves = tally(mask & _AGES for mask in _known(any_age, by_center)) if other_ages else known
    return Counts(
        total=_number(found, by_center),
        levels={level: levels[level.value] for level in LEVELS},
        ages={code: serves[code] for code in AGES},
        facts=known,
        fits_week=_number([row for row in found if _fits_week(taken, row)], by_center) if hours else 0,
        open_now=_number([row for row in found if row[_OPEN]], by_center),
        without_must={key: _number([*found, *rows], by_center) for key, rows in failed_alone.items()},
        age_unsaid=_age_unsaid(any_age, criteria.ages, by_center),
        iop_unsaid=_iop_unsaid(serving) if Level.IOP in criteria.levels else 0,
        here=_levels_here(found) if by_center else {},
    )


def _number(rows: list[Row], by_center: bool) -> int:
    """How many results these rows are."""
    return len({row[_CENTER] for row in rows}) if by_center else len(rows)


def _known(rows: list[Row], by_center: bool) -> Iterable[int]:
    """For each result, what is known yes: of a center, in any of its programs."""
    if not by_center:
        return map(_yes, rows)
    known: dict[int, int] = {}
    for row in rows:
        known[row[_CENTER]] = known.get(row[_CENTER], 0) | _yes(row)
    return known.values()


def _levels_here(rows: list[Row]) -> dict[int, list[str]]:
    """For each center, the codes of the levels of its rows, one for each row."""
    here: dict[int, list[str]] = {}
    for row in rows:
        here.setdefault(row[_CENTER], []).append(row[0])
    return here


def _by_age(rows: list[Row], ages: Collection[str]) -> tuple[list[Row], list[Row]]:
    """Rows that pass the limit of age (`programs.expressions.serves`), and the others."""
    if not ages:
        return rows, []
    known = _whole(facts.pack(age for age in ages if age == TEENS))
    not_refused = _whole(facts.pack(age for age in ages if age != TEENS))
    passes = [(not_refused and not_refused & ~_no(row)) or (known and _yes(row) & known) for row in rows]
    pairs = list(zip(rows, passes, strict=True))
    return [row for row, passed in pairs if passed], [row for row, passed in pairs if not passed]


_AGES = _whole(facts.pack(AGES))
Must = tuple[str, Callable[[Row], object]]
"""The key of a must, and whether a row meets it."""


def _musts(criteria: SearchCriteria, taken: tuple[int, ...]) -> list[Must]:
    """The musts of a search. `taken`: when the visitor cannot come, on the clock of the rows."""
    wishes = [wish for wish in criteria.wishes if wish.key in criteria.musts]
    return [
        (one.key, partial(_fits_week, taken) if one.hours else partial(_has, _whole(facts.pack(one.any_of))))
        for one in wishes
    ]


def _has(mask: int, row: Row) -> int:
    return _yes(row) & mask


def _by_musts(
    rows: list[Row], musts: list[Must], asked: set[str]
) -> tuple[list[Row], Mapping[str, list[Row]]]:
    """Rows that are known to meet every must; and for each must, rows at a level asked that fail it alone."""
    failed_alone: dict[str, list[Row]] = {key: [] for key, _ in musts}
    if not musts:
        return rows, failed_alone
    kept = []
    for row in rows:
        failed = [key for key, meets in musts if not meets(row)]
        if not failed:
            kept.append(row)
        elif len(failed) == 1 and row[0] in asked:
            failed_alone[failed[0]].append(row)
    return kept, failed_alone


def _age_unsaid(rows: list[Row], ages: Collection[str], by_center: bool) -> int:
    """Results not known to serve an age or none of them; no center of which one program says yes."""
    if not ages:
        return 0
    mask = _whole(facts.pack(ages))
    unsaid = [row for row in rows if not _yes(row) & mask and mask & ~_no(row)]
    if not by_center:
        return len(unsaid)
    return len({row[_CENTER] for row in unsaid} - {row[_CENTER] for row in rows if _yes(row) & mask})


def _iop_unsaid(serving: list[Row]) -> int:
    (treats, mental_health), (yes, iop), no = _MENTAL_HEALTH, _IOP, _IOP[0] + len(YES)
    outpatient = Level.OUTPATIENT.value
    rows = [row for row in serving if row[0] == outpatient]
    return sum(1 for row in rows if row[treats] & mental_health and not (row[yes] | row[no]) & iop)


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
    counts = [0] * len(FACTS)
    for plane in reversed(planes):
        digits = format(plane, f"0{len(FACTS)}b")
        counts = [2 * count + (digit == "1") for count, digit in zip(counts, reversed(digits), strict=True)]
    return dict(zip(_CODES, counts, strict=True))


_CODES = tuple(fact.code for fact in FACTS)

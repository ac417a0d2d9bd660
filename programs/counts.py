"""Every number of a result page from one pass over the programs within the distance.

The scan reads a few integers of each program and counts in Python, because there are about a hundred filters
to count for: a hundred aggregates cost a database more than handing over the masks.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from programs import facts
from programs.criteria import TEENS, SearchCriteria
from programs.expressions import Clock, Marks
from programs.levels import LEVELS, Level
from programs.scan import CENTER, LEVEL, MARKS, Scan, no, yes
from programs.statement import Row
from programs.taxonomy import AGES, BITS, FACTS


@dataclass(slots=True)
class Counts:
    """The numbers of a result page; `programs.search.Results` says what each is.

    found: the programs within all limits.
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
    found: list[Row]


def _whole(mask: facts.Mask) -> int:
    """A mask as one integer: bit `word * BITS + bit`."""
    return sum(word << (i * BITS) for i, word in enumerate(mask))


def _fits_week(week: int, taken: tuple[int, ...], row: Row) -> bool:
    """A timetable is known, and no session clashes. `week`: where a row has its days."""
    days = row[week : week + len(taken)]
    return days[0] is not None and not any(day & of_day for day, of_day in zip(days, taken, strict=True))


def count(near: Scan, criteria: SearchCriteria, clock: Clock) -> Counts:
    """Every count of a result page, of the programs within the distance. Asks no database."""
    by_center = criteria.by_center
    fits = _fitting(near, criteria, clock)
    asked = {level.value for level in criteria.levels or LEVELS}
    musts = _musts(criteria, fits)
    serving, other_ages = _by_age(near.rows, criteria.ages)
    serving, failed_alone = _by_musts(serving, musts, asked)
    found = [row for row in serving if row[LEVEL] in asked]
    any_age = [*found, *(row for row in _by_musts(other_ages, musts, asked)[0] if row[LEVEL] in asked)]
    levels = Counter(row[LEVEL] for row in serving)
    levels.update({level: programs for level, (programs, _) in near.others.items()})
    known = tally(_known(found, by_center))
    serves = tally(mask & _AGES for mask in _known(any_age, by_center)) if other_ages else known
    return Counts(
        total=_number(found, by_center),
        levels={level: levels[level.value] for level in LEVELS},
        ages={code: serves[code] for code in AGES},
        facts=known,
        fits_week=_number([row for row in found if fits(row)], by_center) if fits else 0,
        open_now=_number([row for row in found if row[MARKS] & Marks.OPEN], by_center),
        without_must={key: _number([*found, *rows], by_center) for key, rows in failed_alone.items()},
        age_unsaid=_age_unsaid(any_age, criteria.ages, by_center),
        iop_unsaid=_iop_unsaid(near, serving) if Level.IOP in criteria.levels else 0,
        found=found,
    )


def _fitting(near: Scan, criteria: SearchCriteria, clock: Clock) -> Callable[[Row], bool] | None:
    """Whether the week of a row fits the hours asked; None where none are."""
    if criteria.hours is None or near.week is None:
        return None
    return partial(_fits_week, near.week, clock.taken(criteria.hours))


def _number(rows: list[Row], by_center: bool) -> int:
    """How many results these rows are."""
    return len({row[CENTER] for row in rows}) if by_center else len(rows)


def _known(rows: list[Row], by_center: bool) -> Iterable[int]:
    """For each result, what is known yes: of a center, in any of its programs."""
    if not by_center:
        return map(yes, rows)
    known: dict[int, int] = {}
    for row in rows:
        known[row[CENTER]] = known.get(row[CENTER], 0) | yes(row)
    return known.values()


def _by_age(rows: list[Row], ages: Collection[str]) -> tuple[list[Row], list[Row]]:
    """Rows that pass the limit of age (`programs.expressions.serves`), and the others."""
    if not ages:
        return rows, []
    known = _whole(facts.pack(age for age in ages if age == TEENS))
    not_refused = _whole(facts.pack(age for age in ages if age != TEENS))
    passes = [(not_refused and not_refused & ~no(row)) or (known and yes(row) & known) for row in rows]
    pairs = list(zip(rows, passes, strict=True))
    return [row for row, passed in pairs if passed], [row for row, passed in pairs if not passed]


_AGES = _whole(facts.pack(AGES))
_MENTAL_HEALTH = _whole(facts.pack(["treats_mental_health"]))
Must = tuple[str, Callable[[Row], object]]
"""The key of a must, and whether a row meets it."""


def _musts(criteria: SearchCriteria, fits: Callable[[Row], bool] | None) -> list[Must]:
    """The musts of a search. `fits`: for the one that is about hours."""
    wishes = [wish for wish in criteria.wishes if wish.key in criteria.musts]
    return [
        (one.key, fits if one.hours and fits else partial(_has, _whole(facts.pack(one.any_of))))
        for one in wishes
    ]


def _has(mask: int, row: Row) -> int:
    return yes(row) & mask


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
        elif len(failed) == 1 and row[LEVEL] in asked:
            failed_alone[failed[0]].append(row)
    return kept, failed_alone


def _age_unsaid(rows: list[Row], ages: Collection[str], by_center: bool) -> int:
    """Results not known to serve an age or none of them; no center of which one program says yes."""
    if not ages:
        return 0
    mask = _whole(facts.pack(ages))
    unsaid = [row for row in rows if not yes(row) & mask and mask & ~no(row)]
    if not by_center:
        return len(unsaid)
    return len({row[CENTER] for row in unsaid} - {row[CENTER] for row in rows if yes(row) & mask})


def _iop_unsaid(near: Scan, serving: list[Row]) -> int:
    outpatient = Level.OUTPATIENT.value
    if outpatient in near.others:
        return near.others[outpatient][1]
    rows = [row for row in serving if row[LEVEL] == outpatient]
    return sum(1 for row in rows if row[MARKS] & Marks.IOP_UNSAID and yes(row) & _MENTAL_HEALTH)


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
    for first in reversed(range(0, len(planes), _TOGETHER)):
        # Read as hexadecimal, the digits of a binary number are four bits apart: room for four planes.
        four = enumerate(planes[first : first + _TOGETHER])
        nibbles = sum(int(f"{plane:b}", 16) << i for i, plane in four)
        counts = [
            count << _TOGETHER | _NIBBLE[nibble]
            for count, nibble in zip(counts, reversed(f"{nibbles:0{len(FACTS)}x}"), strict=True)
        ]
    return dict(zip(_CODES, counts, strict=True))


_TOGETHER = 4
_NIBBLE = {f"{number:x}": number for number in range(1 << _TOGETHER)}
_CODES = tuple(fact.code for fact in FACTS)

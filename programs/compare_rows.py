"""The lines of a comparison: for each subject what is known of every program, and who said so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from programs.cards import openings_words, wish_label
from programs.chosen import Pick
from programs.comparison import Points, points_of
from programs.facts import Said
from programs.fit import Line, Verdict
from programs.known_facts import known_facts
from programs.labels import fact_labels, level_labels
from programs.offers import Offer, offer
from programs.places import Place
from programs.sources import Source, source
from programs.taxonomy import GROUPS
from programs.timetable import meetings
from programs.week import spans
from programs.week_words import line_words, meeting_words
from programs.words import GROUP_LABELS

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Cell:
    """One subject of one program. Without lines, denied and asks nobody has said anything: ask them.

    points: what is known, for `programs.comparison`. lines: it in words. sign: "yes", "no" or "". denied:
    what it is known not to have, of what another one has. asks: what of it it has not said.
    note: beside it, softly. source: who said it, where that is not the same for everything about the center.
    """

    points: Points = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    sign: str = ""
    denied: str = ""
    asks: str = ""
    note: str = ""
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A line of the comparison. `ask`: id of the question that settles it, "" where none does.

    shared: what all of them have, where the cells tell only the rest.
    """

    label: str
    cells: tuple[Cell, ...]
    ask: str = ""
    shared: str = ""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A pick with its program as its center's page tells it."""

    pick: Pick
    offer: Offer | None
    once: Source | None
    today: date

    def source_of(self, said: Iterable[Said | None]) -> Source | None:
        """Who said this, unless one line tells it for the whole center."""
        behind = [one for one in said if one]
        newest = max(behind, key=lambda one: one.on, default=None)
        if newest is None:
            return None
        told_once = self.once is not None and newest in self.pick.said_by.values()
        return None if told_once else source(newest, today=self.today)


def subjects(picks: Sequence[Pick], place: Place | None, *, today: date) -> Iterator[Subject]:
    """Every line but the distance, in the order in which people decide."""
    seen = [_seen(pick, place, today) for pick in picks]
    yield from _wishes(seen)
    yield _level(seen)
    yield _openings(seen)
    yield _hours(seen)
    yield _when(seen, place)
    yield from _terms(seen, _FIRST_TERMS)
    yield _facts(seen, GROUP_LABELS["payment"], ("payment", "payment_help"), "insurance")
    yield from _terms(seen, _COST)
    for label, groups, ask in _FACTS:
        if ask or any(pick.known.any_of(_codes(groups)) for pick in picks):
            yield _facts(seen, label, groups, ask)
    yield _policy(seen, "return_to_use_policy", "return_to_use", gettext("If you drink or use meanwhile"))
    yield _policy(seen, "family", "family", gettext("Family"), "therapy_family")
    yield _policy(seen, "aftercare", "after", gettext("After the program"), "wrap_aftercare")
    yield from _terms(seen, _LAST_TERMS)


def _seen(pick: Pick, place: Place | None, today: date) -> _Seen:
    shown = None
    if pick.program:
        zone = place.zone if place else ""
        shown = offer(pick.program, pick.known, pick.known, today=today, zone=zone)
    return _Seen(pick, shown, known_facts(pick.known, pick.said_by, today=today).source, today)


# -- What the visitor asked for -----------------------------------------------------------------

_SETTLED_BY = {"co_occurring": "mental_health"}
"""Wishes that a standard question settles."""


def _wishes(seen: Sequence[_Seen]) -> Iterator[Subject]:
    for number, line in enumerate(seen[0].pick.fit.lines):
        key = line.wish.key
        label = gettext("Fits your free hours") if line.wish.hours else _sentence(wish_label(line.wish))
        cells = tuple(_wish_cell(one, one.pick.fit.lines[number]) for one in seen)
        yield Subject(label, cells, "hours" if line.wish.hours else f"wish:{key}")


def _wish_cell(one: _Seen, line: Line) -> Cell:
    if line.verdict is Verdict.UNKNOWN:
        return Cell()
    if line.wish.hours:
        told = line_words(line)
    elif line.verdict is Verdict.MEETS:
        labels = fact_labels()
        told = "; ".join(labels[code] for code in line.known) if len(line.wish.any_of) > 1 else gettext("Yes")
    else:
        told = gettext("No")
    codes = line.known or line.wish.any_of
    return Cell(
        {"": line.verdict.value},
        (told,),
        sign=line.verdict.value,
        source=one.source_of(one.pick.said_by.get(code) for code in codes),
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


# -- The program --------------------------------------------------------------------------------


def _level(seen: Sequence[_Seen]) -> Subject:
    labels = level_labels()
    return Subject(
        gettext("Level of care"),
        tuple(
            Cell({"": one.pick.level}, (labels[one.pick.level],), note=one.pick.program.track)
            if one.pick.level and one.pick.program
            else Cell()
            for one in seen
        ),
        "iop",
    )


def _openings(seen: Sequence[_Seen]) -> Subject:
    def cell(one: _Seen) -> Cell:
        program = one.pick.program
        if program is None or program.openings is None or not program.openings_until:
            return Cell()
        if program.openings_until < one.today:
            return Cell()
        told = openings_words(program.openings, program.openings_until)
        return Cell({"": program.openings}, (told,), sign="yes" if program.openings else "no")

    return Subject(gettext("Open place"), tuple(map(cell, seen)), "start")


def _hours(seen: Sequence[_Seen]) -> Subject:
    def cell(one: _Seen) -> Cell:
        shown = one.offer
        if shown is None:
            return Cell()
        if not shown.hours:
            return Cell(note=shown.usual)
        return Cell({"": shown.hours}, (shown.hours,), note=shown.usual, source=_details_source(one))

    return Subject(gettext("Hours a week"), tuple(map(cell, seen)), "hours")


def _when(seen: Sequence[_Seen], place: Place | None) -> Subject:
    """The timetable; where there is none, the times of day that the program has told of."""
    zone = place.zone if place else ""
    plain = _facts(seen, gettext("When"), ("time",), "evenings")

    def cell(one: _Seen, said: Cell) -> Cell:
        slots = one.pick.program.slots if one.pick.program else []
        if not slots:
            return said
        told = tuple(meeting_words(meeting) for meeting in meetings(spans(slots, zone, one.today)))
        return Cell({"week": told}, told, source=_details_source(one))

    cells = tuple(cell(one, said) for one, said in zip(seen, plain.cells, strict=True))
    return Subject(plain.label, cells, plain.ask)


_FIRST_TERMS: tuple[tuple[Words, str, bool], ...] = ((gettext_lazy("Usual length"), "weeks", True),)
_COST: tuple[tuple[Words, str, bool], ...] = (
    (gettext_lazy("Price"), "cost", True),
    (gettext_lazy("Deposit"), "", True),
    (gettext_lazy("Insurance plans"), "", False),
)
_LAST_TERMS: tuple[tuple[Words, str, bool], ...] = (
    (gettext_lazy("Who is admitted"), "", False),
    (gettext_lazy("First visit"), "intake", True),
    (gettext_lazy("Wait for a first visit"), "", False),
)
"""Terms of `programs.offers`, by their title: the question that settles it, and whether to show it when
nobody has told it."""


def _terms(seen: Sequence[_Seen], which: Iterable[tuple[Words, str, bool]]) -> Iterator[Subject]:
    told = [dict(one.offer.terms) if one.offer else {} for one in seen]
    for title, ask, always in which:
        label = str(title)
        if always or any(label in terms for terms in told):
            cells = (
                Cell({"": terms[label]}, (terms[label],), source=_details_source(one))
                if label in terms
                else Cell()
                for one, terms in zip(seen, told, strict=True)
            )
            yield Subject(label, tuple(cells), ask)


def _details_source(one: _Seen) -> Source | None:
    told_by = one.pick.program.details_from if one.pick.program else None
    return one.source_of([told_by.said if told_by else None])


def _policy(seen: Sequence[_Seen], name: str, ask: str, label: str, fact: str = "") -> Subject:
    """What a program says in its own words, or by a fact that says the same more shortly."""

    def cell(one: _Seen) -> Cell:
        text = getattr(one.pick.program, name) if one.pick.program else ""
        has = one.pick.known.value(fact) if fact else None
        if text:
            points = {"has": True, "text": text} if fact else {"text": text}
            return Cell(points, (text,), source=_details_source(one))
        if has is None:
            return Cell()
        told = fact_labels()[fact] if has else gettext("No")
        said = one.source_of([one.pick.said_by.get(fact)])
        return Cell({"has": has}, (told,), sign="yes" if has else "no", source=said)

    return Subject(label, tuple(map(cell, seen)), ask)


# -- Facts --------------------------------------------------------------------------------------

_FACTS: tuple[tuple[Words, tuple[str, ...], str], ...] = (
    (gettext_lazy("Who it is for"), ("age", "gender"), "ages"),
    (GROUP_LABELS["treats"], ("treats", "condition"), "mental_health"),
    (GROUP_LABELS["medication"], ("medication",), "medicine"),
    (GROUP_LABELS["format"], ("format",), "telehealth"),
    (GROUP_LABELS["language"], ("language",), ""),
    (GROUP_LABELS["therapy"], ("therapy",), ""),
    (GROUP_LABELS["approach"], ("approach",), ""),
    (GROUP_LABELS["population"], ("population",), ""),
    (GROUP_LABELS["wraparound"], ("wraparound",), "help"),
    (GROUP_LABELS["admission"], ("admission",), ""),
    (GROUP_LABELS["license"], ("license",), "staff"),
)
"""Subjects made of facts: label, groups of the taxonomy, and the question that settles it. One without a
question is left out where nobody has told of it."""


def _codes(groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for group in groups for code in GROUPS[group])


def _facts(seen: Sequence[_Seen], label: Words, groups: Sequence[str], ask: str) -> Subject:
    points = points_of([one.pick.known for one in seen], _codes(groups))
    named = tuple(dict.fromkeys(code for said in points for code in said))
    shared = {code for code in named if all(said.get(code) is True for said in points)}
    if len(seen) == 1 or len(shared) == len(named):
        shared = set()
    rest = [code for code in named if code not in shared]
    has_any = any(True in said.values() for said in points)
    cells = tuple(_fact_cell(one, said, rest, has_any) for one, said in zip(seen, points, strict=True))
    labels = fact_labels()
    return Subject(str(label), cells, ask, "; ".join(labels[code] for code in named if code in shared))


def _fact_cell(one: _Seen, said: Mapping[str, bool], named: Sequence[str], has_any: bool) -> Cell:
    labels = fact_labels()

    def words(value: bool | None) -> str:
        return "; ".join(labels[code] for code in named if said.get(code) is value)

    if not said:
        return Cell()
    yes = words(True)
    if not has_any:
        # Nobody has any of it. One that said so of everything has none; else it is open.
        none = len(said) == len(named) and set(said.values()) == {False}
        return Cell(said, (gettext("None"),), sign="no") if none else Cell()
    sources = one.source_of(one.pick.said_by.get(code) for code in said)
    return Cell(
        said,
        (yes,) if yes else (),
        denied=words(False),
        asks=words(None),
        source=sources,
    )


def who_said(pick: Pick, *, today: date) -> tuple[str, Source | None]:
    """Who told what is known of a program and when, as words and a source. Where several did, each line
    tells its own, and this the newest."""
    once = known_facts(pick.known, pick.said_by, today=today).source
    if once:
        return "", once
    newest = max(pick.said_by.values(), key=lambda said: said.on, default=None)
    if newest is None:
        return gettext("Nobody has told us anything yet."), None
    return gettext("Several sources. The newest:"), source(newest, today=today)

"""What a center's page shows, as one object: what is known with its source, what is not as questions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from urllib.parse import quote

from django.http import Http404
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext

from programs import facts, geo, places, search
from programs.cards import Card, card, distance, line_words, openings_words
from programs.criteria import SearchCriteria
from programs.facts import DIRECTORY, FactSet, Said
from programs.fit import compare
from programs.forms import SearchForm
from programs.freshness import Freshness, freshness
from programs.levels import LEVELS, Level
from programs.models import Center, CenterStatus, Listing, Program, Statement
from programs.offers import Offer, offer
from programs.pages import url
from programs.phones import dial
from programs.questions import questions
from programs.sources import source_words
from programs.taxonomy import GROUPS
from programs.words import FACT_LABELS, GROUP_LABELS

ALTERNATIVES = 5
SISTERS = 12
"""Other centers of the organization that the page looks at, at most."""


@dataclass(frozen=True, slots=True)
class FactGroup:
    """The known facts of one group. `source`: who said them and when; "" where the page says it once."""

    label: str
    words: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class FitLine:
    """One thing the visitor asked for: the code of its sign, and its words."""

    verdict: str
    words: str


@dataclass(frozen=True, slots=True)
class Rung:
    """A level on the ladder of this organization: here, at another center, refused, or not known."""

    level: Level
    state: str
    elsewhere: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class CenterPage:
    """Everything on the page.

    source: a sentence when all facts have one source and day, else "". old_since: when the newest word on
    the center is over a year old, that month.
    """

    center: Center
    lines: tuple[FitLine, ...]
    away: str
    back_url: str
    phone: str
    dial: str
    intakes: tuple[tuple[str, str], ...]
    address: tuple[str, ...]
    map_url: str
    text_url: str
    offers: tuple[Offer, ...]
    openings: tuple[str, ...]
    groups: tuple[FactGroup, ...]
    refused: tuple[FactGroup, ...]
    source: str
    old_since: str
    questions: tuple[str, ...]
    ladder: tuple[Rung, ...]

    @property
    def has_sister(self) -> bool:
        return any(rung.url for rung in self.ladder)


def find_center(short_id: str) -> Center:
    """The published or closed center with this id. Http404 when there is none. One query."""
    found = Center.objects.by_short_id(short_id).exclude(status=CenterStatus.DRAFT)
    center: Center | None = found.select_related("organization").first()
    if center is None:
        raise Http404("no such center")
    return center


def center_page(center: Center, form: SearchForm, *, today: date, address: str) -> CenterPage:
    """The page of a center for a visitor who came with these filters, or none. At most seven queries.

    address: the absolute address of the page, for a text message.
    """
    programs = list(center.programs.listed().select_related("details_from").prefetch_related("sessions"))
    programs.sort(key=lambda one: (LEVELS.index(Level(one.level)), one.track))
    statements = list(Statement.objects.filter(center=center))
    shared = [statement.said for statement in statements if statement.program_id is None]
    known = facts.merge(shared)
    asked = form.cleaned_data if form.is_valid() else None
    fit = compare(form.wishes() if asked else (), _for_level(known, programs, statements, asked))
    said_by = facts.provenance(shared)
    newest = max((said.on for said in shared), default=None)
    one_source = _one_source(said_by)
    openings = tuple(_openings(programs, today))
    owned = [(program, _own(program, statements)) for program in programs]
    anywhere = reduce(FactSet.beside, (own.over(known) for _, own in owned), known)
    return CenterPage(
        center=center,
        lines=tuple(FitLine(line.verdict.value, line_words(line)) for line in fit.lines),
        away=_away(center, asked),
        back_url=_back(asked, form),
        phone=center.phone,
        dial=dial(center.phone),
        intakes=_intakes(center),
        address=_address(center),
        map_url=_map_url(center),
        text_url=_text_url(center, address),
        offers=tuple(offer(program, own, known) for program, own in owned),
        openings=openings,
        groups=tuple(_groups(known, said_by, one_source)),
        refused=tuple(_refused(known)),
        source=_all_from(one_source, said_by),
        old_since=_old_since(newest, today),
        questions=tuple(questions(fit, anywhere, programs, openings_known=bool(openings))),
        ladder=tuple(_ladder(center, programs, known)),
    )


@dataclass(frozen=True, slots=True)
class ClosedPage:
    """A center that is closed, and programs of its levels near it."""

    center: Center
    cards: tuple[Card, ...]
    more_url: str


def closed_page(center: Center, *, today: date) -> ClosedPage:
    """At most four queries."""
    levels = set(center.programs.values_list("level", flat=True))
    if center.point is None:
        return ClosedPage(center, (), url(()))
    near = SearchCriteria(
        center.point, center.zip, levels=tuple(level for level in LEVELS if level in levels)
    )
    near = search.widened(near, today=today, enough=ALTERNATIVES)
    hits = search.find(near, today=today).hits[:ALTERNATIVES]
    return ClosedPage(center, tuple(card(hit, number=i) for i, hit in enumerate(hits, 1)), url(near.params()))


# -- The visitor's own search -------------------------------------------------------------------


def _own(program: Program, statements: Iterable[Statement]) -> FactSet:
    return facts.merge(one.said for one in statements if one.program_id == program.pk)


def _for_level(
    known: FactSet,
    programs: Sequence[Program],
    statements: Sequence[Statement],
    asked: Mapping[str, list[str]] | None,
) -> FactSet:
    """What is known of the program the visitor looks for: the first at a level they asked for."""
    wanted = asked["level"] if asked else []
    program = next((one for one in programs if one.level in wanted), programs[0] if programs else None)
    if program is None or not any(one.program_id == program.pk for one in statements):
        return known
    return facts.merge(one.said for one in statements if one.program_id in (None, program.pk))


def _away(center: Center, asked: Mapping[str, str] | None) -> str:
    if not asked or not asked["place"] or center.point is None:
        return ""
    found = places.resolve(asked["place"])
    if not isinstance(found, places.Found):
        return ""
    miles = geo.miles_between(found.place.point, center.point)
    return distance(miles, approximate=center.location != "exact")


def _back(asked: Mapping[str, str] | None, form: SearchForm) -> str:
    if not asked or not asked["place"]:
        return ""
    return url(form.pairs())


# -- How to reach it ----------------------------------------------------------------------------


def _intakes(center: Center) -> tuple[tuple[str, str], ...]:
    """Intake phones as written and as dialed, without the main number again."""
    numbers = [number.strip() for number in center.intake_phones.split(";")]
    return tuple((number, dial(number)) for number in numbers if number and number != center.phone)


def _address(center: Center) -> tuple[str, ...]:
    last = f"{center.city}, {center.state} {center.zip}"
    return tuple(line for line in (center.street1, center.street2, last) if line)


def _map_url(center: Center) -> str:
    """A page on someone else's site, opened only when the visitor asks for it."""
    if not center.street1 or center.is_sample:
        return ""
    where = {"query": f"{center.street1}, {center.city}, {center.state} {center.zip}"}
    return f"https://www.openstreetmap.org/search?{urlencode(where)}"


def _text_url(center: Center, address: str) -> str:
    """A text message with the center's name, number and page. `?&body=`: both kinds of phone read it."""
    return f"sms:?&body={quote(' '.join(filter(None, (center.name, center.phone, address))))}"


def _openings(programs: Iterable[Program], today: date) -> Iterator[str]:
    for program in programs:
        if program.openings is not None and program.openings_until and program.openings_until >= today:
            yield f"{program}: {openings_words(program.openings, program.openings_until)}"


# -- Facts --------------------------------------------------------------------------------------


def _old_since(newest: date | None, today: date) -> str:
    if newest is None or freshness(newest, today=today) is not Freshness.OLD:
        return ""
    return date_format(newest, "YEAR_MONTH_FORMAT")


def _one_source(said_by: Mapping[str, Said]) -> str:
    """All sources in one line, where one source or the directories of one day said everything; else ""."""
    said = set(said_by.values())
    words = sorted({source_words(one) for one in said})
    one_edition = len({(one.method, one.on) for one in said}) == 1
    listed = all(one.method == DIRECTORY for one in said)
    return "; ".join(words) if len(words) == 1 or (listed and one_edition) else ""


def _all_from(one_source: str, said_by: Mapping[str, Said]) -> str:
    if not one_source:
        return ""
    if all(one.source == "sample" for one in said_by.values()):
        return gettext("Everything here is invented for the sample.")
    return gettext("All from: %(source)s.") % {"source": one_source}


def _labels(codes: Iterable[str]) -> str:
    """Joined by semicolons, for some labels have a comma of their own."""
    return "; ".join(str(FACT_LABELS[code]) for code in codes)


def _groups(known: FactSet, said_by: Mapping[str, Said], one_source: str) -> Iterator[FactGroup]:
    """Groups with something known yes. Levels that a program stands for are told elsewhere on the page."""
    for group, codes in GROUPS.items():
        shown = [code for code in codes if code not in _TOLD]
        yes = [code for code in shown if known.value(code)]
        if not yes:
            continue
        sources = dict.fromkeys(source_words(said_by[code]) for code in yes)
        source = "" if one_source else "; ".join(sources)
        yield FactGroup(str(GROUP_LABELS[group]), _labels(yes), source)


_TOLD = frozenset(f"offers_{level}" for level in LEVELS)


def _refused(known: FactSet) -> Iterator[FactGroup]:
    for group, codes in GROUPS.items():
        no = [code for code in codes if known.value(code) is False]
        if no:
            yield FactGroup(str(GROUP_LABELS[group]), _labels(no))


# -- More or less care, in the same organization ------------------------------------------------


def _ladder(center: Center, programs: Iterable[Program], known: FactSet) -> Iterator[Rung]:
    """Every level: here, at a sister center (the nearest), known not to be here, or not known. One query."""
    here = {program.level for program in programs}
    sisters: dict[str, Listing] = {}
    point = geo.unit(center.point) if center.point else None
    for row in _sister_rows(center, point):
        sisters.setdefault(row.level, row)
    for level in LEVELS:
        if level in here:
            yield Rung(level, "here")
        elif level in sisters:
            yield _sister_rung(level, sisters[level], point)
        else:
            yield Rung(level, "off" if known.value(f"offers_{level}") is False else "unknown")


def _sister_rows(center: Center, point: tuple[float, float, float] | None) -> list[Listing]:
    """Programs of the organization's other centers, nearest first where places are known."""
    found = Listing.objects.filter(center__organization=center.organization_id).exclude(center=center)
    rows = list(found.order_by("tie")[: SISTERS * len(LEVELS)])
    if point is None:
        return rows
    return sorted(rows, key=lambda row: _chord2(row, point))


def _chord2(row: Listing, point: tuple[float, float, float]) -> float:
    """4 is the far side of the earth: places that are not known come last."""
    if row.x is None or row.y is None or row.z is None:
        return 4.0
    return geo.chord2((row.x, row.y, row.z), point)


def _sister_rung(level: Level, row: Listing, point: tuple[float, float, float] | None) -> Rung:
    away = ""
    if point is not None and row.x is not None:
        away = f" · {distance(geo.miles_of(_chord2(row, point)), approximate=row.approximate)}"
    there = Center(slug=row.slug, public_id=row.center_public_id).get_absolute_url()
    return Rung(level, "elsewhere", f"{row.name}, {row.city}{away}", there)

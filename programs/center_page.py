"""What a center's page shows, as one object: what is known with its source, what is not as questions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from urllib.parse import quote

from django.http import Http404
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from programs import bands, facts, geo, places, search, structured_data
from programs.cards import Card, card, distance, line_words, openings_words
from programs.continuum import Ladder, Lane, ladder, medicine_lane
from programs.criteria import SearchCriteria
from programs.facts import FactSet
from programs.fit import compare
from programs.forms import SearchForm
from programs.known_facts import Known, known_facts
from programs.labels import level_shorts
from programs.levels import LEVELS, Level
from programs.models import Center, CenterStatus, Program, Statement
from programs.names import Name, center_name
from programs.offers import Offer, for_teens, offer
from programs.pages import url
from programs.phones import dial
from programs.questions import Asked, questions

ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class FitLine:
    """One thing the visitor asked for: the code of its sign, and its words."""

    verdict: str
    words: str


@dataclass(frozen=True, slots=True)
class Reach:
    """How to reach it. Numbers as written and as dialed ("" where no phone can dial it).

    map_url: a page of someone else, opened only when the visitor asks for it; "" without a street.
    text_url: a text message to someone; it names the center, its number and its page, and no more.
    """

    phone: str
    dial: str
    intakes: tuple[tuple[str, str], ...]
    address: tuple[str, ...]
    map_url: str
    text_url: str
    website: str


@dataclass(frozen=True, slots=True)
class CenterPage:
    """Everything on the page. `title`: the name, its levels and the place, for the list of a search engine.

    bare: programs of which nothing is known but their level; the others are told one by one. lane: None for
    a center that is not known to treat substance use. data: the center for machines.
    """

    center: Center
    name: Name
    title: str
    levels: tuple[Level, ...]
    lines: tuple[FitLine, ...]
    away: str
    back_url: str
    reach: Reach
    offers: tuple[Offer, ...]
    bare: tuple[Offer, ...]
    scale: bands.Scale | None
    openings: tuple[str, ...]
    known: Known
    questions: tuple[Asked, ...]
    ladder: Ladder
    lane: Lane | None
    data: SafeString


def find_center(short_id: str) -> Center:
    """The published or closed center with this id. Http404 when there is none. One query."""
    found = Center.objects.by_short_id(short_id).exclude(status=CenterStatus.DRAFT)
    center: Center | None = found.select_related("organization").first()
    if center is None:
        raise Http404("no such center")
    return center


def center_page(center: Center, form: SearchForm, *, today: date, address: str) -> CenterPage:
    """The page of a center for a visitor who came with these filters, or none. At most seven queries.

    address: the absolute address of the page, for a text message and for machines.
    """
    programs = list(center.programs.listed().select_related("details_from").prefetch_related("sessions"))
    programs.sort(key=lambda one: (LEVELS.index(Level(one.level)), one.track))
    statements = list(Statement.objects.filter(center=center))
    shared = [statement.said for statement in statements if statement.program_id is None]
    known = facts.merge(shared)
    asked = form.cleaned_data if form.is_valid() else None
    fit = compare(form.wishes() if asked else (), _for_level(known, programs, statements, asked))
    openings = tuple(_openings(programs, today))
    owned = [(program, _own(program, statements)) for program in programs]
    anywhere = reduce(FactSet.beside, (own.over(known) for _, own in owned), known)
    offers = [offer(program, own, known, today=today) for program, own in owned]
    levels = tuple(dict.fromkeys(Level(program.level) for program in programs))
    name = center_name(center.name, center.name_detail)
    return CenterPage(
        center=center,
        name=name,
        title=_title(center, name, levels),
        levels=levels,
        lines=tuple(FitLine(line.verdict.value, line_words(line)) for line in fit.lines),
        away=_away(center, asked),
        back_url=_back(asked, form),
        reach=_reach(center, name, address),
        offers=tuple(one for one in offers if not one.is_bare),
        bare=tuple(one for one in offers if one.is_bare),
        scale=_scale(offers, levels, known),
        openings=tuple(words for words, _ in openings),
        known=known_facts(known, facts.provenance(shared), today=today),
        questions=questions(fit, anywhere, programs, openings_known=bool(openings)),
        ladder=ladder(center, levels, known),
        lane=medicine_lane(center, anywhere),
        data=_data(center, name, anywhere, levels, openings, address),
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


# -- What it is ---------------------------------------------------------------------------------


def _title(center: Center, name: Name, levels: Iterable[Level]) -> str:
    shorts = level_shorts()
    offered = ", ".join(shorts[level] for level in levels)
    where = {"name": name.title, "levels": offered, "city": center.city, "state": center.state}
    if not offered:
        return gettext("%(name)s, %(city)s, %(state)s") % where
    return gettext("%(name)s: %(levels)s in %(city)s, %(state)s") % where


def _scale(offers: Iterable[Offer], levels: Iterable[Level], known: FactSet) -> bands.Scale | None:
    stated = [one.stated for one in offers if one.stated]
    return bands.scale(stated, frozenset(levels), teen=for_teens(known))


def _openings(programs: Iterable[Program], today: date) -> Iterator[tuple[str, int]]:
    """Open places that still hold today, in words and as a number: the day after, nobody knows any more."""
    for program in programs:
        if program.openings is not None and program.openings_until and program.openings_until >= today:
            told = openings_words(program.openings, program.openings_until)
            yield f"{program}: {told}", program.openings


def _data(
    center: Center,
    name: Name,
    known: FactSet,
    levels: Iterable[Level],
    openings: Sequence[tuple[str, int]],
    address: str,
) -> SafeString:
    """Nothing for an invented center: machines would take it for a real one."""
    if center.is_sample:
        return SafeString("")
    places_open = sum(count for _, count in openings) if openings else None
    return structured_data.script(
        structured_data.clinic(center, name, known, levels=levels, openings=places_open, address=address)
    )


# -- How to reach it ----------------------------------------------------------------------------


def _reach(center: Center, name: Name, address: str) -> Reach:
    phone = center.phone if not _is_placeholder(center.phone) else ""
    return Reach(
        phone=phone,
        dial=dial(phone),
        intakes=_intakes(center),
        address=_address(center),
        map_url=_map_url(center),
        text_url=_text_url(name, phone, address),
        website=center.website,
    )


def _is_placeholder(number: str) -> bool:
    """A number that was typed because the field had to be filled: 888-888-8888."""
    digits = [sign for sign in number if sign.isdigit()]
    return len(digits) >= 7 and len(set(digits)) == 1


def _intakes(center: Center) -> tuple[tuple[str, str], ...]:
    """Intake phones as written and as dialed, without the main number again."""
    numbers = dict.fromkeys(number.strip() for number in center.intake_phones.split(";"))
    shown = (one for one in numbers if one and one != center.phone and not _is_placeholder(one))
    return tuple((number, dial(number)) for number in shown)


def _address(center: Center) -> tuple[str, ...]:
    last = f"{center.city}, {center.state} {center.zip}"
    return tuple(line for line in (center.street1, center.street2, last) if line)


def _map_url(center: Center) -> str:
    if not center.street1 or center.is_sample:
        return ""
    where = {"query": f"{center.street1}, {center.city}, {center.state} {center.zip}"}
    return f"https://www.openstreetmap.org/search?{urlencode(where)}"


def _text_url(name: Name, phone: str, address: str) -> str:
    """`?&body=`: both kinds of phone read it. No number: the visitor chooses whom to write to."""
    return f"sms:?&body={quote(' '.join(filter(None, (name.title, phone, address))))}"

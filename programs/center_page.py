"""What a center's page shows, as one object: what is known with its source, what is not as questions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from urllib.parse import quote

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from programs import bands, facts, geo, merged, places, search, structured_data
from programs.cards import Card, card, distance, line_words, openings_words
from programs.chosen import Token, carried, query
from programs.continuum import Ladder, Lane, ladder, medicine_lane
from programs.criteria import SearchCriteria
from programs.facts import FactSet
from programs.fit import Fit, compare, rank
from programs.forms import SearchForm
from programs.known_facts import Known, known_facts
from programs.labels import level_shorts
from programs.levels import LEVELS, Level
from programs.listings import tie
from programs.models import UNPUBLISHED, Center, CenterStatus, Program, Statement
from programs.names import Name, center_name
from programs.offers import Offer, for_teens, offer, with_best
from programs.other_searches import url
from programs.phones import dial
from programs.questions import Asked, questions
from programs.week import spans

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
    has_hospital_care: bool
    scale: bands.Scale | None
    openings: tuple[str, ...]
    known: Known
    questions: tuple[Asked, ...]
    ladder: Ladder
    lane: Lane | None
    data: SafeString
    compare_url: str
    call_url: str

    @property
    def own_map_url(self) -> str:
        """Our own map of where it is, around the visitor's search; "" where nobody knows."""
        query = self.back_url.partition("?")[2]
        there = f"{self.center.get_absolute_url()}map/"
        return "" if self.center.point is None else f"{there}?{query}" if query else there


class MergedError(Exception):
    """The center is part of another one now: `center`."""

    def __init__(self, center: Center) -> None:
        super().__init__(str(center))
        self.center = center


def find_center(short_id: str) -> Center:
    """The published or closed center with this id. Http404 when there is none. One query.

    MergedError when it became part of another; that takes a query more for each merge.
    """
    found = Center.objects.by_short_id(short_id).exclude(status__in=UNPUBLISHED)
    center: Center | None = found.select_related("organization").first()
    if center is None:
        raise Http404("no such center")
    if center.status == CenterStatus.MERGED:
        there = merged.survivor(center)
        if there is None:
            raise Http404("nobody knows what it became")
        raise MergedError(there)
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
    place = _place(asked)
    hours, zone = form.hours if asked else None, place.zone if place else ""
    openings = tuple(_openings(programs, today))
    owned = [(program, _own(program, statements)) for program in programs]
    anywhere = reduce(FactSet.beside, (own.over(known) for _, own in owned), known)
    fit = _fit(form, [(one, _known_of(one, statements, known)) for one in programs], known, zone, today)
    offers = with_best(
        [offer(program, own, known, today=today, hours=hours, zone=zone) for program, own in owned]
    )
    levels = tuple(dict.fromkeys(Level(program.level) for program in programs))
    name = center_name(center.name, center.name_detail)
    chosen = query([Token(center.short_id)], carried(form))
    return CenterPage(
        center=center,
        name=name,
        title=_title(center, name, levels),
        levels=levels,
        lines=tuple(FitLine(line.verdict.value, line_words(line)) for line in fit.lines),
        away=_away(center, place),
        back_url=_back(asked, form),
        reach=_reach(center, name, address),
        offers=tuple(one for one in offers if not one.is_bare),
        bare=tuple(one for one in offers if one.is_bare),
        has_hospital_care=anywhere.value("offers_inpatient") is True,
        scale=_scale(offers, levels, known),
        openings=tuple(words for words, _ in openings),
        known=known_facts(known, facts.provenance(shared), today=today),
        questions=questions(fit, anywhere, programs, openings_known=bool(openings)),
        ladder=ladder(center, levels, known),
        lane=medicine_lane(center, anywhere),
        data=_data(center, name, anywhere, levels, openings, address),
        compare_url=f"{reverse('programs:compare')}?{chosen}",
        call_url=f"{reverse('programs:call_sheet')}?{chosen}",
    )


@dataclass(frozen=True, slots=True)
class ClosedPage:
    """A center that is closed: what it was, and programs of its levels near it. `levels`: in short."""

    center: Center
    name: Name
    levels: tuple[str, ...]
    cards: tuple[Card, ...]
    more_url: str


def closed_page(center: Center, *, today: date) -> ClosedPage:
    """At most four queries."""
    offered = set(center.programs.values_list("level", flat=True))
    levels = tuple(level for level in LEVELS if level in offered)
    name, shorts = center_name(center.name, center.name_detail), level_shorts()
    told = tuple(str(shorts[level]) for level in levels)
    if center.point is None:
        return ClosedPage(center, name, told, (), url(()))
    near = SearchCriteria(center.point, center.zip, levels=levels)
    found = search.find(near, today=today, enough=ALTERNATIVES)
    cards = tuple(card(hit, number=i) for i, hit in enumerate(found.hits[:ALTERNATIVES], 1))
    return ClosedPage(center, name, told, cards, url(found.criteria.params()))


# -- The visitor's own search -------------------------------------------------------------------


def _own(program: Program, statements: Iterable[Statement]) -> FactSet:
    return facts.merge(one.said for one in statements if one.program_id == program.pk)


def _known_of(program: Program, statements: Sequence[Statement], known: FactSet) -> FactSet:
    """All that is known of one program: of its center, and what was said of it alone."""
    if not any(one.program_id == program.pk for one in statements):
        return known
    return facts.merge(one.said for one in statements if one.program_id in (None, program.pk))


def _fit(
    form: SearchForm, programs: Sequence[tuple[Program, FactSet]], known: FactSet, zone: str, today: date
) -> Fit:
    """The fit of the program the visitor looks for: of those at a level asked for, the one that fits best.

    Of all programs where none has such a level, of the center where it has none.
    """
    if not form.is_valid():
        return Fit(())
    wishes, wanted = form.wishes(), form.cleaned_data["level"]
    looked_at = [one for one in programs if one[0].level in wanted] or programs
    fits = [(compare(wishes, of_it, spans(one.slots, zone, today)), one) for one, of_it in looked_at]
    if not fits:
        return compare(wishes, known)
    best, _ = min(fits, key=lambda pair: _rank(*pair))
    return best


def _rank(fit: Fit, program: Program) -> tuple[int, int, float, int, int]:
    """Programs of one center are equally far: the order among them as the search has it."""
    return rank(fit, chord2=0, tie=tie(program.public_id.bytes), program_id=program.pk)


def _place(asked: Mapping[str, str] | None) -> places.Place | None:
    """The place the visitor searched around, where it is clear. At most two queries."""
    found = places.resolve(asked["place"]) if asked and asked["place"] else None
    return found.place if isinstance(found, places.Found) else None


def _away(center: Center, place: places.Place | None) -> str:
    if place is None or center.point is None:
        return ""
    miles = geo.miles_between(place.point, center.point)
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
        website=center.web_address,
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

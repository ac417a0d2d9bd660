"""One program of a result as its card shows it: finished words, so that the template only lays them out.

Both the search and the hand-over from the assessment show cards: `card(hit)`, and its `html`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.urls import get_script_prefix, reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from programs import markup, week_words
from programs.criteria import SearchCriteria, Wish
from programs.fit import Line, Verdict
from programs.freshness import Freshness
from programs.labels import level_shorts, wish_labels
from programs.levels import Level
from programs.models import Listing
from programs.models.centers import SHORT_ID
from programs.phones import dial
from programs.search import Hit
from programs.words import LEVEL_WORDS, WISH_WORDS

FEW = 10
"""Under so many miles an exact distance is told with one decimal."""


@dataclass(frozen=True, slots=True)
class Card:
    """The words of one card. Empty strings are not shown.

    met, not_met, unknown: what was asked for, as joined words. fresh_old: what is said was not confirmed
    for a year. levels: codes and labels of all programs the card stands for; level and level_label: of the
    one that fits best. A card for several programs has neither track nor hours, which would be of one.
    keep: what stands for it in the address of a comparison; "" where none can be made.
    """

    number: int
    url: str
    name: str
    name_detail: str
    level: str
    level_label: str
    levels: tuple[tuple[str, str], ...]
    track: str
    where: str
    also: str
    meets: str
    met: str
    not_met: str
    unknown: str
    fresh: str
    fresh_old: bool
    openings: str
    hours: str
    phone: str
    call: str
    dial: str
    is_sample: bool
    has_vanished: bool
    keep: str = ""

    @property
    def html(self) -> SafeString:
        """The card as an item of a list."""
        return markup.hit(self)


def card(hit: Hit, *, number: int, query: str = "", can_keep: bool = False) -> Card:
    """The card of a hit. `number` counts from 1; `query` is what the link to the center carries along.

    can_keep: with a box to tick for a comparison, of the form "compare" on the page.
    """
    # Asked for once: that takes longer than most of what follows.
    row, language = hit.listing, get_language()
    is_one = len(hit.levels) == 1
    shorts = level_shorts(language)
    short_id = row.center_public_id.hex[:SHORT_ID]
    url = _center_url(language, row.slug, short_id)
    met, not_met, unknown = _said(hit, language)
    return Card(
        number=number,
        url=f"{url}?{query}" if query else url,
        name=row.name,
        name_detail=row.name_detail,
        level=row.level,
        level_label=shorts[row.level],
        levels=tuple((level, shorts[level]) for level in dict.fromkeys(hit.levels)),
        track=row.track if is_one else "",
        where=_where(row, hit.miles, language),
        also=_also(language, hit.other_levels) if hit.other_levels else "",
        meets=_meets(language, hit.fit.meets, len(hit.fit.lines)),
        met=met,
        not_met=not_met,
        unknown=unknown,
        fresh=_freshness_words(language, row.said_on, row.said_method, hit.fresh) if row.said_on else "",
        fresh_old=hit.fresh is not Freshness.FRESH,
        openings=_openings(hit, "" if is_one else shorts[row.level]),
        hours=hours_words(row.hours_per_week_min, row.hours_per_week_max) if is_one else "",
        phone=row.phone,
        call=_call(language) % {"number": row.phone},
        dial=dial(row.phone),
        is_sample=row.is_sample,
        has_vanished=row.in_latest_edition is False,
        keep="" if not can_keep else f"{short_id}-{row.level}" if is_one else short_id,
    )


def _where(row: Listing, miles: float | None, language: str | None) -> str:
    town = f"{row.city}, {row.state}"
    return town if miles is None else f"{town} · {_told(language, miles, row.approximate)}"


def center_url(slug: str, short_id: str) -> str:
    """The address of a center's page, as `reverse` gives it; twenty a page are worth making by hand."""
    return _center_url(get_language(), slug, short_id)


def _center_url(language: str | None, slug: str, short_id: str) -> str:
    before, between, after = _center_pattern(language, get_script_prefix())
    return f"{before}{slug}{between}{short_id}{after}"


@lru_cache(maxsize=64)
def _center_pattern(language: str | None, script_prefix: str) -> tuple[str, str, str]:
    """What stands before, between and after a center's name and id in its address."""
    slug, short_id = "slug-of-a-center", "0" * SHORT_ID
    url = reverse("programs:center", kwargs={"slug": slug, "short_id": short_id})
    before, rest = url.split(slug)
    between, after = rest.split(short_id)
    return before, between, after


def carried(criteria: SearchCriteria) -> str:
    """The search as a query that links to centers carry along, so that their page shows the same lines."""
    return urlencode([pair for pair in criteria.params() if pair[0] != "page"])


# The same few sentences stand on most cards: kept for each language, which is all that `language` is for.
@lru_cache(maxsize=64)
def _call(language: str | None) -> str:
    return gettext("Call %(number)s")


@lru_cache(maxsize=256)
def _meets(language: str | None, meets: int, asked: int) -> str:
    return gettext("Meets %(meets)d of %(asked)d:") % {"meets": meets, "asked": asked}


@lru_cache(maxsize=256)
def _also(language: str | None, others: tuple[Level, ...]) -> str:
    levels = ", ".join(str(LEVEL_WORDS[level]) for level in others)
    return gettext("also %(levels)s") % {"levels": levels}


def _said(hit: Hit, language: str | None) -> tuple[str, str, str]:
    """The wishes that are met, those that are not, and those of which nobody has told."""
    words: dict[Verdict, list[str]] = {Verdict.MEETS: [], Verdict.DOES_NOT: [], Verdict.UNKNOWN: []}
    if hit.serves_age is Verdict.UNKNOWN:
        words[Verdict.UNKNOWN].append(gettext("which ages it takes"))
    for line in hit.fit.lines:
        words[line.verdict].append(line_words(line, language))
    met, not_met, unknown = (", ".join(said) for said in words.values())
    return met, not_met, unknown


def line_words(line: Line, language: str | None = None) -> str:
    """A line's wish in words: the facts it is known to have, else everything that would have done.

    language: the active one, for whoever has asked for it already.
    """
    if line.wish.hours:
        return week_words.line_words(line)
    return any_of_words(line.known, language) if line.known else wish_label(line.wish, language)


def wish_label(wish: Wish, language: str | None = None) -> str:
    """The wish in a few words: its own name if it has one, else its facts."""
    return str(WISH_WORDS[wish.key]) if wish.key in WISH_WORDS else any_of_words(wish.any_of, language)


def any_of_words(codes: tuple[str, ...], language: str | None = None) -> str:
    """ "Medicaid", or "Medicaid or private insurance"."""
    labels = wish_labels(language)
    words = [labels[code] for code in codes]
    if len(words) == 1:
        return words[0]
    return gettext("%(first)s or %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def distance(miles: float, *, approximate: bool) -> str:
    """A distance in words that admit how well it is known."""
    return _told(get_language(), miles, approximate)


def _told(language: str | None, miles: float, approximate: bool) -> str:
    # To a tenth of a mile, or to the mile: there are not many.
    return _distance(language, round(miles) if approximate or miles >= FEW else round(miles, 1), approximate)


@lru_cache(maxsize=1024)
def _distance(language: str | None, miles: float, approximate: bool) -> str:
    if approximate:
        if miles < 1:
            return gettext("under 1 mile, by ZIP code")
        text = ngettext("about %(miles)d mile, by ZIP code", "about %(miles)d miles, by ZIP code", int(miles))
        return text % {"miles": miles}
    if miles < FEW:
        return gettext("%(miles).1f miles") % {"miles": miles}
    return gettext("%(miles)d miles") % {"miles": miles}


def freshness_words(said_on: date | None, method: str, fresh: Freshness | None) -> str:
    """Who said it last and when; once a year old, that it was not confirmed since."""
    return _freshness_words(get_language(), said_on, method, fresh) if said_on else ""


@lru_cache(maxsize=1024)
def _freshness_words(language: str | None, said_on: date, method: str, fresh: Freshness | None) -> str:
    """Kept, because most programs have it from the same edition of the directory."""
    if fresh is Freshness.OLD:
        when = date_format(said_on, "YEAR_MONTH_FORMAT")
        if method == "directory":
            return gettext("From the national directory. Not confirmed since %(date)s") % {"date": when}
        return gettext("Not confirmed since %(date)s") % {"date": when}
    return _confirmed(method) % {"date": date_format(said_on)}


def _confirmed(method: str) -> str:
    return {
        "directory": gettext("From the national directory, %(date)s"),
        "phone": gettext("Confirmed by phone, %(date)s"),
        "website": gettext("From the center’s website, %(date)s"),
        "email": gettext("Confirmed by email, %(date)s"),
        "visit": gettext("Confirmed on a visit, %(date)s"),
        "center": gettext("Confirmed by the center, %(date)s"),
    }[method]


def _openings(hit: Hit, level: str) -> str:
    """The open places of the program; under the name of its level where the card stands for others too."""
    told = openings_words(hit.openings, hit.listing.openings_until)
    return f"{level}: {told}" if told and level else told


def openings_words(openings: int | None, until: date | None) -> str:
    """Open places and until when that holds; "" when nobody has said or the day has passed."""
    if openings is None or until is None:
        return ""
    if openings == 0:
        return gettext("No open place, as told until %(date)s") % {"date": date_format(until)}
    text = ngettext(
        "%(count)d open place, as told until %(date)s",
        "%(count)d open places, as told until %(date)s",
        openings,
    )
    return text % {"count": openings, "date": date_format(until)}


def hours_words(low: Decimal | float | None, high: Decimal | float | None) -> str:
    """ "9 hours a week" or "9 to 12 hours a week"; "" when unknown."""
    told = [f"{float(value):g}" for value in (low, high) if value is not None]
    if not told:
        return ""
    if len(set(told)) == 1:
        return gettext("%(hours)s hours a week") % {"hours": told[0]}
    return gettext("%(low)s to %(high)s hours a week") % {"low": told[0], "high": told[1]}

"""What waits, in words: the lines and the header that the queue and the page of a call share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from programs.models import Center, ReportKind, Session
from programs.phones import dial
from programs.queue import clock, snoozing
from programs.queue.order import Kind, Why, urgency
from programs.timetable import Slot, meetings
from programs.week import spans
from programs.week_words import meeting_words
from programs.words import LEVEL_SHORT

URGENT, SOON = 80, 40
"""Days of harm (`urgency`) from which work is called urgent, or soon: the words go with the order."""
_ROUTES: dict[Kind, tuple[str, bool]] = {
    Kind.INQUIRY: ("admin:visitors_inquiry", True),
    Kind.REPORT: ("admin:visitors_report", True),
    Kind.PROPOSAL: ("admin:proposal", True),
    Kind.OPENINGS: ("admin:openings", False),
    Kind.DRAFT: ("admin:programs_center_change", True),
    Kind.DUPLICATE: ("admin:duplicate", True),
    Kind.REFUSED: ("admin:programs_importrun_change", True),
}
"""Where the work of a kind is done, and whether that page is about one row."""
_PLAIN = {
    Kind.INQUIRY: _("Someone waits for a call back"),
    Kind.PROPOSAL: _("The center says something should be different"),
    Kind.FACTS: _("What was confirmed here has turned old"),
    Kind.DRAFT: _("A draft waits for review"),
    Kind.NEVER: _("No person has confirmed this listing yet"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits. `harm`: "urgent", "soon" or "later"; `url`: where it is done, "" in the call."""

    kind: str
    words: str
    since: str
    harm: str
    harm_words: str
    url: str
    url_words: str


@dataclass(frozen=True, slots=True)
class Header:
    """A center for someone about to call: its numbers as written and as dialed, its time, its groups."""

    center: Center
    where: str
    phones: tuple[tuple[str, str], ...]
    time: str
    is_welcome: bool
    hours: tuple[str, ...]


def header(center: Any, *, now: datetime, with_hours: bool = False) -> Header:
    """Of a center read by `clock.with_county`; its hours take one query."""
    there = clock.at(center, now=now)
    told = gettext("%(day)s, %(time)s there") % {
        "day": date_format(there.time, "l"),
        "time": time_format(there.time.time(), "TIME_FORMAT"),
    }
    hours = _hours(center, str(there.time.tzinfo), there.time.date()) if with_hours else ()
    return Header(center, f"{center.city}, {center.state}", _phones(center), told, there.is_welcome, hours)


def line(why: Why, *, today: date) -> Line:
    """One thing that waits, in words."""
    days = urgency(why, today=today)
    level = "urgent" if days >= URGENT else "soon" if days >= SOON else "later"
    harm = {"urgent": gettext("Urgent"), "soon": gettext("Soon"), "later": gettext("In time")}
    url = _url(why)
    return Line(why.kind, _words(why, today), _since(why, today), level, harm[level], url, _verb(why.kind))


def claim_words(center: Center, user: Any, *, now: datetime) -> str:
    """ "With Ana, for 12 more minutes"; "" where nobody else has it. Of a center read with its claim."""
    claim = getattr(center, "claim", None)
    if claim is None or claim.until <= now or claim.by_id == user.pk:
        return ""
    minutes = minutes_left(center, now=now)
    name = claim.by.get_short_name() or claim.by.get_username()
    told = ngettext("With %(name)s, for one more minute", "With %(name)s, for %(n)d more minutes", minutes)
    return told % {"name": name, "n": minutes}


def minutes_left(center: Center, *, now: datetime) -> int:
    """For how long a center stays with whoever has it; 0 where nobody has it any more."""
    claim = getattr(center, "claim", None)
    return max(0, ceil((claim.until - now).total_seconds() / 60)) if claim else 0


def tries_words(center: Center) -> str:
    """How often nobody answered, and what to do then; "" where nobody tried."""
    snooze = getattr(center, "snooze", None)
    if snooze is None or not snooze.tries:
        return ""
    told = ngettext(
        "Called once without an answer.", "Called %(n)d times without an answer.", snooze.tries
    ) % {"n": snooze.tries}
    if snoozing.another_way(snooze):
        told = f"{told} {gettext('Try another way: its website, or a mail to the center.')}"
    return f"{told} {snooze.note}".strip()


def day_words(day: date) -> str:
    """ "Monday, November 23"."""
    return f"{date_format(day, 'l')}, {date_format(day, 'MONTH_DAY_FORMAT')}"


def _phones(center: Center) -> tuple[tuple[str, str], ...]:
    numbers = (center.phone, *center.intake_phones.split(";"))
    return tuple((number, dial(number)) for number in dict.fromkeys(one.strip() for one in numbers) if number)


def _hours(center: Center, zone: str, on: date) -> tuple[str, ...]:
    sessions: Iterable[Session] = Session.objects.filter(program__center=center, program__is_listed=True)
    slots = [Slot(one.day, one.starts, one.ends, one.kind, one.time_zone, one.telehealth) for one in sessions]
    return tuple(meeting_words(meeting) for meeting in meetings(spans(slots, zone, on)))


def _words(why: Why, today: date) -> str:
    is_over = why.since <= today
    match why.kind:
        case Kind.REPORT:
            return gettext("A visitor says: %(what)s") % {"what": ReportKind(why.detail).label}
        case Kind.OPENINGS:
            told = gettext("Open places have lapsed") if why.since < today else gettext("Open places lapse")
            return f"{told}: {LEVEL_SHORT[why.detail]}"
        case Kind.DUPLICATE:
            return gettext("May be the same center as %(name)s") % {"name": why.detail}
        case Kind.REFUSED:
            count = int(why.detail)
            told = ngettext(
                "%(n)d row of an import was not taken", "%(n)d rows of an import were not taken", count
            )
            return told % {"n": count}
        case Kind.FACTS if not is_over:
            return gettext("What was confirmed here turns old")
    return str(_PLAIN[why.kind])


def _since(why: Why, today: date) -> str:
    days = (today - why.since).days
    if why.kind is Kind.NEVER:
        return ""
    if days < 0:
        return ngettext("in one day", "in %(n)d days", -days) % {"n": -days}
    if days == 0:
        return gettext("today")
    return ngettext("for one day", "for %(n)d days", days) % {"n": days}


def _verb(kind: Kind) -> str:
    return {
        Kind.INQUIRY: gettext("Open the request"),
        Kind.REPORT: gettext("Open the report"),
        Kind.PROPOSAL: gettext("See what they say"),
        Kind.OPENINGS: gettext("Open the board"),
        Kind.DRAFT: gettext("Read the draft"),
        Kind.DUPLICATE: gettext("Compare the two"),
        Kind.REFUSED: gettext("See the rows"),
    }.get(kind, "")


def _url(why: Why) -> str:
    route, is_about_one = _ROUTES.get(why.kind, ("", False))
    return address(route, *([why.ref] if is_about_one else [])) if route else ""


def address(route: str, *values: Any) -> str:
    """The address of a page of the desk; "" where this desk has no such page."""
    try:
        return reverse(route, args=values)
    except NoReverseMatch:
        return ""


def lines(whys: Sequence[Why], *, today: date) -> tuple[Line, ...]:
    return tuple(line(why, today=today) for why in whys)

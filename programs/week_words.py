"""A week in words: when a session is, how many fit, which clashes. For cards, questions and pictures."""

from collections.abc import Iterable
from datetime import time

from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext, gettext_lazy, ngettext

from programs.fit import Line, Verdict
from programs.models.centers import SessionKind, UsTimeZone
from programs.times_of_day import EVENING, NOON, SATURDAY
from programs.timetable import A_DAY, Meeting, Span, meetings
from programs.week import Against, Clash

_GROUPS = {
    "morning": gettext_lazy("morning groups"),
    "afternoon": gettext_lazy("afternoon groups"),
    "evening": gettext_lazy("evening groups"),
    "weekend": gettext_lazy("weekend groups"),
    "": gettext_lazy("groups"),
}
_SESSIONS = {
    "morning": gettext_lazy("morning sessions"),
    "afternoon": gettext_lazy("afternoon sessions"),
    "evening": gettext_lazy("evening sessions"),
    "weekend": gettext_lazy("weekend sessions"),
    "": gettext_lazy("sessions"),
}


def clock(minute: int) -> str:
    """A time of day from minutes since midnight."""
    return time_format(time(*divmod(minute % A_DAY, 60)), "TIME_FORMAT")


def span_words(span: Span) -> str:
    """ "Thursday 6 p.m. to 9 p.m." """
    starts, ends = span.clock
    told = gettext("%(day)s %(starts)s to %(ends)s")
    return told % {"day": WEEKDAYS[span.day], "starts": clock(starts), "ends": clock(ends)}


def clash_words(clash: Clash) -> str:
    """Which session clashes, and with what."""
    if clash.work:
        told = gettext("%(session)s clashes with work or class")
    else:
        told = gettext("%(session)s is outside your free hours")
    return told % {"session": span_words(clash.span)}


def clash_lines(held: Against) -> tuple[str, ...]:
    """All clashes, those at one time of day together: "Monday and Thursday, 6 p.m. to 9 p.m.: …"."""
    why = {True: gettext("clashes with work or class"), False: gettext("not in your free hours")}
    told = [
        _when(one, why[work])
        for work in why
        for one in meetings(clash.span for clash in held.clashes if clash.work is work)
    ]
    return tuple(dict.fromkeys(told))


def fit_words(held: Against) -> str:
    """ "3 of 3 evening groups fit your week"; held against one session at least."""
    told = ngettext(
        "%(fits)d of %(all)d %(what)s fits your week",
        "%(fits)d of %(all)d %(what)s fit your week",
        len(held.fits),
    )
    return told % {"fits": len(held.fits), "all": held.count, "what": _what(held.spans)}


def _what(spans: Iterable[Span]) -> str:
    """What the sessions are, in a word or two: what all of them have in common."""
    kinds, times = set(), set()
    for span in spans:
        kinds.add(span.kind)
        times.add(_time_of(span))
    nouns = _GROUPS if kinds == {SessionKind.GROUP} else _SESSIONS
    return str(nouns[times.pop() if len(times) == 1 else ""])


def _time_of(span: Span) -> str:
    hour = span.clock[0] // 60
    if span.day >= SATURDAY:
        return "weekend"
    return "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"


def line_words(line: Line) -> str:
    """A line about hours, as it stands after "Meets", "Does not" or "Unknown, so ask"."""
    held = line.week
    if line.verdict is Verdict.UNKNOWN or held is None:
        return gettext("which hours its groups meet")
    if line.verdict is Verdict.MEETS:
        return fit_words(held)
    first, *others = held.clashes
    told = clash_words(first)
    if others:
        more = ngettext("and %(n)d more", "and %(n)d more", len(others)) % {"n": len(others)}
        told = f"{told}, {more}"
    return gettext("your week (%(clash)s)") % {"clash": told}


def meeting_words(meeting: Meeting) -> str:
    """Sessions at one time of day: "Monday and Thursday, 6 p.m. to 9 p.m.: group, by telehealth"."""
    kind = str(SessionKind(meeting.kind).label).lower()
    if meeting.telehealth:
        kind = gettext("%(kind)s, by telehealth") % {"kind": kind}
    return _when(meeting, kind)


def _when(meeting: Meeting, what: str) -> str:
    """Days and times of a meeting, and what there is to say of it."""
    days = [str(WEEKDAYS[day]) for day in meeting.days]
    words = days[0]
    if len(days) > 1:
        words = gettext("%(first)s and %(last)s") % {"first": ", ".join(days[:-1]), "last": days[-1]}
    return gettext("%(days)s, %(starts)s to %(ends)s: %(what)s") % {
        "days": words,
        "starts": clock(meeting.starts),
        "ends": clock(meeting.ends),
        "what": what,
    }


def zone_words(zone: str) -> str:
    """The name people give to a time zone; "" for one that has none here."""
    return str(UsTimeZone(zone).label) if zone in UsTimeZone.values else ""

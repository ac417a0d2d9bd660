"""Words for what is sealed and for what was done, as the desk shows them."""

from urllib.parse import quote

from django.utils.translation import gettext as _

from programs.models import InquiryStatus, ReportStatus
from programs.phones import dial
from programs.visitors.contents import Wanted
from programs.visitors.forms import Message, Way, Whom
from programs.visitors.handling import EXPORTED, OPENED


def wanted_lines(wanted: Wanted) -> tuple[tuple[str, str, str], ...]:
    """Label, words, and a link or ""; what was left empty is left out."""
    by_phone = wanted.way == Way.PHONE
    # "?" may stand in an address, and would begin further recipients.
    link = f"tel:{dial(wanted.reach)}" if by_phone else f"mailto:{quote(wanted.reach, safe='@')}"
    language = _("Spanish") if wanted.language == "es" else _("English")
    lines = (
        (_("For whom"), str(Whom(wanted.whom).label), ""),
        (_("Name"), wanted.name, ""),
        (str(Way(wanted.way).label), wanted.reach, link),
        (_("What may be left behind"), str(Message(wanted.message).label), ""),
        (_("A good time"), wanted.time, ""),
        (_("Note"), wanted.note, ""),
        (_("Asked in"), language, ""),
    )
    return tuple(line for line in lines if line[1])


def done_words(code: str) -> str:
    """What was done to a row, from the code in its trace."""
    what, *more = code.split()
    if what == "status" and len(more) == 2:
        before, after = (_status(one) for one in more)
        return _("Status: %(before)s, now %(after)s") % {"before": before, "after": after}
    known = {
        OPENED: _("Looked at the contact details"),
        EXPORTED: _("Took the contact details out in a file"),
        "assignee": _("Changed who looks after it"),
        "due": _("Moved the day it is due"),
        "note": _("Added a note"),
        "answer": _("Changed the answer"),
        "do_not_call 1": _("Marked: do not call"),
        "do_not_call 0": _("Took the mark “do not call” off"),
    }
    return known.get(code, code)


def _status(code: str) -> str:
    labels = {**dict(ReportStatus.choices), **dict(InquiryStatus.choices)}
    return str(labels.get(code, code))

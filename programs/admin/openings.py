"""The openings board: all programs of an account on one page, one key a line, each answer with its end."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from programs import history, listings
from programs.admin.openings_forms import (
    DAYS,
    LAPSED,
    MOST,
    TOLD,
    UNTOLD,
    USUAL,
    Board,
    BoardForm,
    LineForm,
    as_seen,
    day_words,
    is_holding,
)
from programs.models import Program
from programs.staff.access import centers_of, may
from programs.staff.roles import Act, Thing

A_PAGE = 100
REMEMBERED = timedelta(days=14)
"""How long after its end an answer may still be confirmed as it was."""
Change = tuple[int | None, date | None]


@require_http_methods(["GET", "HEAD", "POST"])
def board(request: HttpRequest) -> HttpResponse:
    """Every listed program within reach; POST saves the lines that changed, or confirms all that are told."""
    if not may(request.user, Act.VIEW, Thing.OPENINGS):
        raise PermissionDenied
    form, today = BoardForm(request.GET), localdate()
    wanted = form.wanted
    page = _page(_programs(request, wanted, today), wanted["page"])
    again = [one for one in page.object_list if can_confirm(one, today)]
    if request.method == "POST":
        if not may(request.user, Act.CHANGE, Thing.OPENINGS):
            raise PermissionDenied
        if "confirm" in request.POST:
            return _confirm(request, again, today)
        lines = _sent(request, page, today)
        if lines.is_valid:
            return _save(request, lines)
        messages.error(request, _("Nothing was saved. Please correct what is marked below."))
    else:
        lines = Board([LineForm(program, today) for program in page])
    updated = _updates(list(page.object_list))
    context = {
        "title": _("Open places"),
        "form": form,
        "wanted": wanted,
        "query": _query(wanted),
        "page": page,
        "lines": [
            (line, is_holding(line.program, today), updated.get(line.program.pk)) for line in lines.lines
        ],
        "again": len(again),
        "days": [(str(one), day_words(one)) for one in DAYS],
        "most": MOST,
        "today": today,
        "usual": USUAL,
        "may_change": may(request.user, Act.CHANGE, Thing.OPENINGS),
    }
    whole = admin.site.each_context(request) | context
    return TemplateResponse(request, "admin/openings/board.html", whole)


def _programs(request: HttpRequest, wanted: Mapping[str, Any], today: date) -> QuerySet[Program]:
    found = Program.objects.listed().filter(center__in=centers_of(request.user)).filter(_which(wanted, today))
    for word in wanted["q"].split():
        name = Q(center__name__icontains=word) | Q(center__city__icontains=word)
        found = found.filter(name | Q(center__organization__name__icontains=word))
    if wanted["state"]:
        found = found.filter(center__state=wanted["state"])
    return found.order_by("center__name", "center_id", "level", "track", "id")


def _page(found: QuerySet[Program], number: int) -> Page[Any]:
    """A page of programs. Only ids are put in order: whole rows would be carried along for nothing."""
    page: Page[Any] = Paginator(found.values_list("pk", flat=True), A_PAGE).get_page(number)
    programs = Program.objects.select_related("center").in_bulk(list(page.object_list))
    page.object_list = [programs[pk] for pk in page.object_list if pk in programs]
    return page


def _which(wanted: Mapping[str, Any], today: date) -> Q:
    return {
        TOLD: Q(openings__isnull=False, openings_until__gte=today),
        LAPSED: Q(openings__isnull=False, openings_until__lt=today),
        UNTOLD: Q(openings__isnull=True),
    }.get(wanted["which"], Q())


def can_confirm(program: Program, today: date) -> bool:
    """Whether what was told last may be told again: it holds, or ended lately."""
    until = program.openings_until
    return program.openings is not None and until is not None and until >= today - REMEMBERED


# -- Who told it last ---------------------------------------------------------------------------


def _updates(programs: Sequence[Program]) -> dict[int, Any]:
    """By program that tells open places: the copy in which it first said what it says now. Two queries."""
    told = [program.pk for program in programs if program.openings is not None]
    if not told:
        return {}
    copies = Program.history.model.objects
    own = copies.filter(id=OuterRef("pk")).order_by("-history_id")
    same = Q(openings=OuterRef("openings"), openings_until=OuterRef("openings_until"))
    other = own.exclude(same).values("history_id")[:1]
    # The first of the copies after the last that said something else.
    since = own.filter(history_id__gt=Coalesce(OuterRef("other"), 0)).order_by("history_id")
    rows = Program.objects.filter(pk__in=told).order_by().annotate(other=Subquery(other))
    first = rows.annotate(first=Subquery(since.values("history_id")[:1])).values_list("first", flat=True)
    found = copies.filter(history_id__in=[one for one in first if one]).select_related("history_user")
    return {copy.id: copy for copy in found}


# -- Saving -------------------------------------------------------------------------------------


def _sent(request: HttpRequest, page: Page[Program], today: date) -> Board:
    """The lines of this page that were sent. A program that came since has none, and stays as it is."""
    sent = [program for program in page if f"p{program.pk}-seen" in request.POST]
    return Board([LineForm(program, today, request.POST) for program in sent])


def _save(request: HttpRequest, lines: Board) -> HttpResponse:
    wanted = {line.program.pk: (line.cleaned_data["seen"], change) for line, change in lines.changes()}
    saved, overtaken = write(wanted)
    if saved:
        text = ngettext("%(n)d line was saved.", "%(n)d lines were saved.", saved)
        messages.success(request, text % {"n": saved})
    elif not overtaken:
        messages.info(request, _("Nothing has changed."))
    for program in overtaken:
        text = _("Somebody else has just updated %(program)s at %(center)s. Yours was not saved.")
        messages.warning(request, text % {"program": program, "center": program.center})
    return _back(request)


def _confirm(request: HttpRequest, programs: Iterable[Program], today: date) -> HttpResponse:
    """What was told last holds for another week. An answer that holds longer already stays."""
    until = today + timedelta(days=USUAL)
    wanted: dict[int, tuple[str, Change]] = {
        one.pk: (as_seen(one), (one.openings, until))
        for one in programs
        if one.openings_until is None or one.openings_until < until
    }
    saved, _overtaken = write(wanted)
    if saved:
        text = ngettext("%(n)d line was confirmed.", "%(n)d lines were confirmed.", saved)
        messages.success(request, text % {"n": saved})
    else:
        messages.info(request, _("Everything here was told today, or holds for a week and longer."))
    return _back(request)


def write(wanted: Mapping[int, tuple[str, Change]]) -> tuple[int, list[Program]]:
    """Write new numbers and days, with a copy for the history and new listings, in one transaction.

    wanted: by program, what the line showed (`as_seen`) and what it shall say. Returns how many were written,
    and the programs that somebody else has updated since: these stay.
    """
    if not wanted:
        return 0, []
    with transaction.atomic():
        found = Program.objects.select_for_update(of=("self",)).select_related("center")
        programs = list(found.filter(pk__in=wanted).order_by("pk"))
        overtaken = [one for one in programs if as_seen(one) != wanted[one.pk][0]]
        mine = [one for one in programs if one not in overtaken]
        for program in mine:
            program.openings, program.openings_until = wanted[program.pk][1]
        Program.objects.bulk_update(mine, ["openings", "openings_until"])
        history.record(Program, [one.pk for one in mine])
        listings.rebuild({one.center_id for one in mine})
    return len(mine), overtaken


def _back(request: HttpRequest) -> HttpResponse:
    query = _query(BoardForm(request.GET).wanted, page=True)
    return HttpResponseRedirect(f"{reverse('admin:openings')}{f'?{query}' if query else ''}")


def _query(wanted: Mapping[str, Any], *, page: bool = False) -> str:
    kept = {name: value for name, value in wanted.items() if value and (page or name != "page")}
    if kept.get("page") == 1:
        del kept["page"]
    return urlencode(kept)


ROOMS = (("openings/", board, "openings"),)

"""The first page of the desk: the next call, then what else waits; taking, keeping, leaving, putting off."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from programs.admin import work
from programs.models import Center, Snooze, SnoozeReason
from programs.queue import claiming, clock, snoozing
from programs.queue.order import CALLS, Entry, Kind, Why, counted
from programs.queue.waiting import Waiting, kinds_of, lane, put_off, waiting
from programs.staff.access import centers_of, may
from programs.staff.roles import Act, Thing

PAGE = 20
AHEAD = 50
"""How far the next call may be looked for where it is day; beyond that the first is taken."""
LANE = 200
"""Centers of the lane that are shown: more than anybody calls in a week."""
LATER = "later"
LABELS = {
    Kind.INQUIRY: _("Call-back requests"),
    Kind.REPORT: _("Reports"),
    Kind.PROPOSAL: _("Proposed changes"),
    Kind.OPENINGS: _("Openings"),
    Kind.FACTS: _("To confirm"),
    Kind.DRAFT: _("Drafts"),
    Kind.REFUSED: _("Refused rows"),
    Kind.DUPLICATE: _("Possible duplicates"),
    Kind.NEVER: _("Never confirmed"),
}

PLACES = (
    (_("Openings board"), "admin:openings", Act.VIEW, Thing.OPENINGS),
    (_("Reports and call-backs"), "admin:visitors", Act.CHANGE, Thing.REPORT),
    (_("Call-back requests"), "admin:visitors", Act.CHANGE, Thing.INQUIRY),
    (_("Proposed changes"), "admin:proposals", Act.VIEW, Thing.PROPOSAL),
    (_("Possible duplicates"), "admin:duplicates", Act.VIEW, Thing.DUPLICATE),
    (_("Import"), "admin:staging", Act.VIEW, Thing.IMPORT),
    (_("Export"), "admin:export", Act.EXPORT, Thing.LISTING),
)
"""Pages of the desk that stand beside the tables, and the right each asks for."""


class ShownForm(forms.Form):
    """Which part of the queue, and which page of it. An address that makes no sense shows the first page."""

    kind = forms.ChoiceField(required=False, choices=[(one, one) for one in (*Kind, LATER)])
    page = forms.IntegerField(required=False, min_value=1)

    @classmethod
    def of(cls, data: Any) -> tuple[str, int]:
        form = cls(data)
        form.is_valid()
        return form.cleaned_data.get("kind") or "", form.cleaned_data.get("page") or 1


class LaterForm(forms.Form):
    """When to try again, and why."""

    when = forms.ChoiceField(
        required=False,
        choices=[("tomorrow", _("Tomorrow morning")), ("days", _("In 3 days")), ("week", _("Next week"))],
    )
    until = forms.DateField(
        required=False, label=_("Or on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.ChoiceField(
        label=pgettext_lazy("a reason", "Why"), choices=SnoozeReason, initial=SnoozeReason.NO_ANSWER
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=200,
        help_text=_("For colleagues who call next. No names of clients."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    @property
    def taps(self) -> list[tuple[str, Any, date]]:
        """One button each: its value, its words, its day."""
        days = snoozing.choices(self.today)
        return [(code, words, days[code]) for code, words in self.fields["when"].choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        day = snoozing.choices(self.today).get(data.get("when") or "") or data.get("until")
        if "until" not in self.errors and day is None:
            self.add_error("until", _("Choose a day."))
        elif day is not None and not self.today < day <= self.today + snoozing.LONGEST:
            self.add_error("until", _("Choose a day within the next three months."))
        data["day"] = day
        return data


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `center`: None for the refused rows of an import. `holder`: who else has it."""

    header: work.Header | None
    lines: tuple[work.Line, ...]
    is_call: bool
    is_mine: bool
    holder: str
    tries: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the queue. `count`: how many; "500+" where more may wait than was read; "" if not counted."""

    label: Any
    count: str
    url: str
    is_on: bool


# -- The page -----------------------------------------------------------------------------------


def front(request: HttpRequest) -> dict[str, Any]:
    """What the first page of the desk shows beside the tables."""
    now, today = timezone.now(), timezone.localdate()
    kind, number = ShownForm.of(request.GET)
    whole = waiting(request.user, today=today)
    later = put_off(request.user, today=today)
    shown = _entries(request.user, whole, kind, today)
    page = Paginator(shown, PAGE).get_page(number)
    may_claim = may(request.user, Act.CHANGE, Thing.QUEUE)
    mine = claiming.held_by(request.user, now=now) if may_claim else None
    ahead = shown[:AHEAD] if may_claim else []
    centers = _centers(request.user, [*page.object_list, *ahead], mine)
    sight = _Sight(request.user, centers, mine, now, today)
    return {
        "title": gettext("What needs doing today"),
        "kinds": kinds_of(request.user),
        "tabs": _tabs(request.user, whole, kind),
        "kind": kind,
        "page": page,
        "rows": [sight.row(entry.center, entry.whys) for entry in page.object_list],
        "put_off": _put_off(later, number) if kind == LATER else None,
        "next": sight.next(ahead, whole.entries),
        "may_claim": may_claim,
        "later": LaterForm(today=today),
        "is_done": not whole.entries,
        "places": _places(request.user),
    }


@dataclass(frozen=True, slots=True)
class _Sight:
    """What an account sees of centers at a moment. `mine`: the one it has now."""

    user: Any
    centers: Mapping[int, Center]
    mine: int | None
    now: datetime
    today: date

    def next(self, ahead: Sequence[Entry], everything: Iterable[Entry]) -> Row | None:
        """The center this account has; else the first free one, calls where it is night last."""
        if self.mine in self.centers:
            whys = next((entry.whys for entry in everything if entry.center == self.mine), ())
            return self.row(self.mine, whys, with_hours=True)
        free = self.free(ahead)
        return self.row(free[0].center, free[0].whys, with_hours=True) if free else None

    def free(self, entries: Iterable[Entry]) -> list[Entry]:
        """Those that nobody else has, before them none that would be called in the night."""
        return sorted((entry for entry in entries if self._is_free(entry)), key=self._sleeps)

    def row(self, center_id: int | None, whys: Sequence[Why], *, with_hours: bool = False) -> Row:
        center = self.centers.get(center_id) if center_id else None
        return Row(
            header=work.header(center, now=self.now, with_hours=with_hours) if center else None,
            lines=work.lines(whys, today=self.today),
            is_call=any(why.kind in CALLS for why in whys),
            is_mine=center is not None and center.pk == self.mine,
            holder=work.claim_words(center, self.user, now=self.now) if center else "",
            tries=work.tries_words(center) if center else "",
        )

    def _is_free(self, entry: Entry) -> bool:
        center = self.centers.get(entry.center) if entry.center else None
        return center is not None and not work.claim_words(center, self.user, now=self.now)

    def _sleeps(self, entry: Entry) -> bool:
        return entry.is_call and not clock.at(self.centers[entry.center or 0], now=self.now).is_welcome


def _entries(user: Any, whole: Waiting, kind: str, today: date) -> list[Entry]:
    """Those of a kind, all of them for none; the first centers of the lane of those never confirmed."""
    if kind == Kind.NEVER:
        found = lane(user, today=today).values_list("pk", "created_at")[:LANE]
        return [Entry((Why(Kind.NEVER, pk, created.date(), pk),)) for pk, created in found]
    return [entry for entry in whole.entries if not kind or kind in entry.kinds]


def _tabs(user: Any, whole: Waiting, kind: str) -> list[Tab]:
    counts = counted(whole.entries)
    tabs = [_tab("", _("Everything"), str(len(whole.entries)) + ("+" if whole.cut else ""), kind)]
    tabs += [
        _tab(one, LABELS[one], f"{counts[one]}{'+' if one in whole.cut else ''}", kind)
        for one in kinds_of(user)
        if one in counts
    ]
    if Kind.FACTS in kinds_of(user):
        tabs.append(_tab(Kind.NEVER, LABELS[Kind.NEVER], "", kind))
    if may(user, Act.VIEW, Thing.QUEUE):
        tabs.append(_tab(LATER, _("Put off"), "", kind))
    return tabs


def _places(user: Any) -> list[tuple[Any, str]]:
    """Words and address of each page that is open to the account, no address twice."""
    found: dict[str, Any] = {}
    for label, route, act, thing in PLACES:
        if may(user, act, thing) and (url := work.address(route)):
            found.setdefault(url, label)
    return [(label, url) for url, label in found.items()]


def _tab(code: str, label: Any, count: str, kind: str) -> Tab:
    url = reverse("admin:index") + (f"?{urlencode({'kind': code})}" if code else "")
    return Tab(label, count, f"{url}#queue", code == kind)


def _centers(user: Any, entries: Iterable[Entry], mine: int | None) -> dict[int, Center]:
    ids = {entry.center for entry in entries if entry.center} | ({mine} if mine else set())
    return clock.with_county(_at_hand(user)).in_bulk(ids) if ids else {}


def _at_hand(user: Any) -> QuerySet[Center]:
    """Centers with what the pages of the queue show of them."""
    return centers_of(user).select_related("claim__by", "snooze")


def _put_off(later: QuerySet[Snooze], number: int) -> Any:
    return Paginator(later.select_related("center", "by"), PAGE).get_page(number)


# -- What can be done ---------------------------------------------------------------------------


def center_for(request: HttpRequest, center_id: int) -> Center:
    """The center, for an account that may work on the queue and reaches it; else there is no such page."""
    if not may(request.user, Act.CHANGE, Thing.QUEUE):
        raise PermissionDenied
    return get_object_or_404(clock.with_county(_at_hand(request.user)), pk=center_id)


@require_POST
def take(request: HttpRequest, center_id: int) -> HttpResponse:
    """Gives this account the center, unless somebody else has it."""
    center = center_for(request, center_id)
    now = timezone.now()
    if claiming.take(request.user, center.pk, now=now):
        return HttpResponseRedirect(reverse("admin:verify", args=[center.pk]))
    center = center_for(request, center_id)
    messages.warning(request, work.claim_words(center, request.user, now=now))
    return _front()


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Gives this account the first center that nobody has, the next call first."""
    if not may(request.user, Act.CHANGE, Thing.QUEUE):
        raise PermissionDenied
    return go_on(request, ShownForm.of(request.POST)[0])


def go_on(request: HttpRequest, kind: str = "") -> HttpResponse:
    """To the next center, which is this account's then; to the first page of the desk where none is free."""
    now, today = timezone.now(), timezone.localdate()
    entries = _entries(request.user, waiting(request.user, today=today), kind, today)
    ahead = ([entry for entry in entries if entry.is_call] or entries)[: 2 * AHEAD]
    centers = _centers(request.user, ahead, None)
    free = _Sight(request.user, centers, None, now, today).free(ahead)
    found = claiming.take_first(request.user, [entry.center for entry in free if entry.center], now=now)
    if found is None:
        messages.info(request, gettext("Nothing else waits for you right now."))
        return _front()
    return HttpResponseRedirect(reverse("admin:verify", args=[found]))


@require_POST
def leave(request: HttpRequest, center_id: int) -> HttpResponse:
    """Gives the center back, as it was."""
    claiming.leave(request.user, center_for(request, center_id).pk)
    return _front()


@require_POST
def keep(request: HttpRequest, center_id: int) -> HttpResponse:
    """Extends this account's claim. A script asks while someone types; 409 when somebody else has it."""
    center = center_for(request, center_id)
    kept = claiming.keep(request.user, center.pk, now=timezone.now())
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204 if kept else 409)
    return HttpResponseRedirect(reverse("admin:verify", args=[center.pk]))


@require_POST
def later(request: HttpRequest, center_id: int) -> HttpResponse:
    """Puts the center off until a day, frees it, and goes on to the next."""
    center = center_for(request, center_id)
    form = LaterForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        for error in (message for errors in form.errors.values() for message in errors):
            messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:verify", args=[center.pk]))
    day = form.cleaned_data["day"]
    with transaction.atomic():
        snoozing.put_off(
            center,
            until=day,
            reason=form.cleaned_data["reason"],
            note=form.cleaned_data["note"],
            by=request.user,
        )
        claiming.leave(request.user, center.pk)
    told = gettext("%(center)s comes back on %(day)s.")
    messages.success(request, told % {"center": center.name, "day": work.day_words(day)})
    return go_on(request)


def _front() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:index"))


Room = tuple[str, Callable[..., HttpResponse], str]
ROOMS: tuple[Room, ...] = (
    ("queue/next/", take_next, "queue_next"),
    ("queue/<int:center_id>/take/", take, "queue_take"),
    ("queue/<int:center_id>/leave/", leave, "queue_leave"),
    ("queue/<int:center_id>/keep/", keep, "queue_keep"),
    ("queue/<int:center_id>/later/", later, "queue_later"),
)

"""Possible duplicates on the desk: the list, two centers side by side, and merges that can be taken back."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from programs.admin import duplicates_page as shown
from programs.admin.duplicates_forms import (
    AGAIN,
    DIFFERENT,
    INTO_LEFT,
    LEFT,
    RIGHT,
    DecisionForm,
    PairsForm,
)
from programs.duplicates.merging import CannotMergeError, fingerprint, merge
from programs.duplicates.undoing import CannotUndoError, undo
from programs.models import DuplicatePair, Merge, PairStatus
from programs.staff.access import may, reach
from programs.staff.roles import Act, Thing

A_PAGE = 25
LATELY = 10
"""Merges that the list names, the newest first."""


@require_safe
def pairs(request: HttpRequest) -> HttpResponse:
    """Pairs of centers that are both within reach, the likeliest first; below, what was merged lately."""
    if not may(request.user, Act.VIEW, DuplicatePair):
        raise PermissionDenied
    form = PairsForm(request.GET)
    wanted = form.wanted
    page = Paginator(_pairs(request).filter(_matching(wanted)), A_PAGE).get_page(wanted["page"])
    merges = reach(request.user, Merge.objects.filter(undone_at=None))
    context = {
        "title": _("Possible duplicates"),
        "form": form,
        "status": wanted["status"],
        "query": wanted["q"],
        "page": page,
        "rows": [(pair, round(100 * pair.score), shown.reasons(pair)) for pair in page],
        "merges": merges.select_related("survivor", "merged", "by")[:LATELY],
        "may_undo": may(request.user, Act.REVERT, Thing.DUPLICATE),
    }
    return _page(request, "list", context)


def _pairs(request: HttpRequest) -> QuerySet[DuplicatePair]:
    return reach(request.user, DuplicatePair.objects.select_related("first", "second", "decided_by"))


def _matching(wanted: Any) -> Q:
    found = Q(status=wanted["status"])
    for word in wanted["q"].split():
        both = Q()
        for side in ("first", "second"):
            both |= Q(**{f"{side}__name__icontains": word}) | Q(**{f"{side}__city__icontains": word})
        found &= both
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    """One pair side by side; POST says that it is one center or two."""
    wanted = _pairs(request).select_related("first__organization", "second__organization", "decided_by")
    found: DuplicatePair = get_object_or_404(wanted, pk=pk)
    programs = shown.programs_of(found.first, found.second)
    twins = shown.twins(found.first, found.second, programs)
    seen = fingerprint((found.first, found.second))
    if request.method == "POST":
        if not _may_decide(request, found):
            raise PermissionDenied
        form = DecisionForm(found.first, found.second, twins, request.POST)
        if form.is_valid() and (answer := _decide(request, found, form)) is not None:
            return answer
        # Somebody has changed something: the choices stay, what they are made from is shown anew.
        again = request.POST.copy()
        again["seen"] = seen
        form = DecisionForm(found.first, found.second, twins, again)
    else:
        form = DecisionForm(found.first, found.second, twins, initial={"seen": seen})
    facts = shown.fact_lines(found.first, found.second)
    context = {
        "title": _("One center or two?"),
        "pair": found,
        "form": form,
        "score": round(100 * found.score),
        "reasons": shown.reasons(found),
        "apart": shown.apart(found.first, found.second),
        "lines": list(shown.lines(found.first, found.second, form)),
        "offers": shown.offers(found.first, found.second, programs, form),
        "against": [line for line in facts if line.differs],
        "facts": [line for line in facts if not line.differs],
        "is_open": found.status == PairStatus.OPEN,
        "may_decide": _may_decide(request, found),
    }
    return _page(request, "pair", context)


def _may_decide(request: HttpRequest, found: DuplicatePair) -> bool:
    rows: tuple[Model, ...] = (found, found.first, found.second)
    return all(may(request.user, Act.CHANGE, row) for row in rows)


def _decide(request: HttpRequest, found: DuplicatePair, form: DecisionForm) -> HttpResponse | None:
    """What the coordinator said, done; None where they have to look again."""
    decision = form.cleaned_data["decision"]
    if decision in (DIFFERENT, AGAIN):
        return _judge(request, found, is_open=decision == AGAIN)
    side = LEFT if decision == INTO_LEFT else RIGHT
    survivor, merged = (found.first, found.second) if side == LEFT else (found.second, found.first)
    try:
        made = merge(
            survivor.pk,
            merged.pk,
            by=request.user,
            taken=form.taken(side),
            tracks=form.tracks(side),
            seen=form.cleaned_data["seen"],
        )
    except CannotMergeError as error:
        messages.error(request, _refusal(error))
        return _to_list() if error.code == "gone" else None
    text = _("%(merged)s is part of %(survivor)s now. You can take it back below.")
    messages.success(request, text % {"merged": made.merged, "survivor": made.survivor})
    return _to_list()


def _judge(request: HttpRequest, found: DuplicatePair, *, is_open: bool) -> HttpResponse:
    before, after = PairStatus.OPEN, PairStatus.DIFFERENT
    if is_open:
        before, after = after, before
    changed = DuplicatePair.objects.filter(pk=found.pk, status=before).update(
        status=after,
        decided_by=None if is_open else request.user,
        decided_at=None if is_open else timezone.now(),
    )
    if not changed:
        messages.warning(request, _("Somebody else has decided about these two meanwhile."))
    elif is_open:
        messages.success(request, _("The pair waits to be looked at again."))
    else:
        messages.success(
            request,
            _("Two different centers. They are asked about again only if something new speaks for one."),
        )
    return _to_list()


def _refusal(error: CannotMergeError) -> str:
    if error.code == "gone":
        by = error.by.get_username() if error.by else ""
        if by:
            return _("%(who)s has just merged one of these. Nothing was done.") % {"who": by}
        return _("One of these has been merged or closed meanwhile. Nothing was done.")
    return {
        "changed": _("One of these was edited while you looked. Nothing was done: please look again."),
        "unpublished": _(
            "The center that stays was never published, the other one is. Merge them the other way."
        ),
        "sample": _("One of these is invented for trying the software out. It cannot be a real one."),
        "track": _("There is a program with this track already. Please give it another one."),
    }[error.code]


@require_POST
def undo_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merge back."""
    found = reach(request.user, Merge.objects.select_related("survivor", "merged")).filter(pk=pk).first()
    if found is None:
        raise Http404
    if not may(request.user, Act.REVERT, found):
        raise PermissionDenied
    try:
        undo(found.pk, by=request.user)
    except CannotUndoError as error:
        messages.error(request, _why_not(error))
        return _to_list()
    text = _("%(merged)s and %(survivor)s are two centers again.")
    messages.success(request, text % {"merged": found.merged, "survivor": found.survivor})
    return _to_list()


def _why_not(error: CannotUndoError) -> str:
    if error.code == "undone":
        return _("Somebody else has taken this back already.")
    if error.code == "merged_on":
        return _("One of these was merged again since. Take that back first.")
    lost = (f"{row} ({row._meta.get_field(name).verbose_name})" for row, name in error.rows[:5])  # type: ignore[union-attr]
    text = _("This cannot be taken back, for these were edited since and would be lost: %(rows)s.")
    return text % {"rows": "; ".join(lost)}


def _to_list() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:duplicates"))


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    whole = admin.site.each_context(request) | context
    return TemplateResponse(request, f"admin/duplicates/{name}.html", whole)


ROOMS = (
    ("duplicates/", pairs, "duplicates"),
    ("duplicates/<int:pk>/", pair, "duplicate"),
    ("duplicates/merges/<int:pk>/undo/", undo_merge, "duplicate_undo"),
)

"""What happened to a center, an organization, a program or a staff member, and the way back."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from programs import history
from programs.history.timeline import SOURCES, Entry, timeline
from programs.models import (
    UNPUBLISHED,
    Center,
    DirectoryEntry,
    Organization,
    Program,
    Session,
    StaffMember,
    Statement,
)
from programs.staff.access import may, reach, stays_within
from programs.staff.roles import Act

TABLES: dict[str, Any] = {
    model._meta.model_name or "": model
    for model in (Organization, Center, Program, Session, Statement, StaffMember)
}


class PageForm(forms.Form):
    """Which page of a long list."""

    page = forms.IntegerField(min_value=1, max_value=10_000, required=False)


class BackForm(forms.Form):
    """`latest`: the newest copy of the row that was there when somebody was asked; 0 where there was none."""

    latest = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


def of_row(
    request: HttpRequest, model: Any, key: Any, *, extra: dict[str, Any] | None = None
) -> HttpResponse:
    """The page with all that happened to a row, also where the row is gone."""
    copies = model.history
    if not may(request.user, Act.VIEW, copies.model):
        raise PermissionDenied
    pk = model._meta.pk.attname
    row: Any = reach(request.user, model._default_manager.filter(pk=key)).first()
    last: Any = None if row is not None else reach(request.user, copies.filter(**{pk: key})).first()
    if row is None and last is None:
        raise Http404
    if model not in SOURCES:
        return HttpResponseRedirect(_home(model, key))
    form = PageForm(request.GET)
    number = (form.cleaned_data["page"] or 1) if form.is_valid() else 1
    shown = timeline(request.user, model, key, page=number)
    may_revert = may(request.user, Act.REVERT, copies.model)
    context = {
        **admin.site.each_context(request),
        "title": _("History: %s") % (row if row is not None else last.instance),
        "opts": model._meta,
        "row_address": _change_address(row) if row is not None else "",
        "is_gone": row is None,
        "events": [
            (event, [(entry, _way_back(entry) if may_revert else "") for entry in event.entries])
            for event in shown.events
        ],
        "newer": number - 1,
        "older": number + 1 if shown.has_older else 0,
        **(extra or {}),
    }
    request.current_app = admin.site.name
    return TemplateResponse(request, "admin/history/timeline.html", context)


@require_safe
def room(request: HttpRequest, table: str, key: int) -> HttpResponse:
    """`of_row` at an address of its own: a row that is gone has no other."""
    return of_row(request, _table(table), key)


@require_http_methods(["GET", "HEAD", "POST"])
def back(request: HttpRequest, table: str, copy_id: int) -> HttpResponse:
    """Asks whether an older copy shall be brought back, showing what that would change; and does it."""
    model = _table(table)
    copy = reach(request.user, model.history.filter(history_id=copy_id)).first()
    if copy is None:
        raise Http404
    if not may(request.user, Act.REVERT, model.history.model):
        raise PermissionDenied
    if request.method == "POST":
        return _bring_back(request, model, copy)
    current = model._default_manager.filter(pk=copy.instance.pk).first()
    context = {
        **admin.site.each_context(request),
        "title": _("Bring back an older copy?"),
        "copy": copy,
        "subject": str(copy.instance),
        "author": history.author(copy),
        "is_gone": current is None,
        "differences": history.changes_between(current, copy),
        "refusal": _refusal(request.user, copy, current),
        "form": BackForm(initial={"latest": _latest(model, copy)}),
        "timeline": _home(model, copy.instance.pk),
    }
    return TemplateResponse(request, "admin/history/back.html", context)


ROOMS = (
    ("history/<slug:table>/<int:key>/", room, "history_of"),
    ("history/<slug:table>/back/<int:copy_id>/", back, "history_back"),
)


def _bring_back(request: HttpRequest, model: Any, copy: Any) -> HttpResponse:
    form = BackForm(request.POST)
    again = HttpResponseRedirect(
        reverse("admin:history_back", args=[model._meta.model_name, copy.history_id])
    )
    with transaction.atomic():
        current = model._default_manager.select_for_update().filter(pk=copy.instance.pk).first()
        if not form.is_valid() or form.cleaned_data["latest"] != _latest(model, copy):
            messages.warning(request, _("Somebody changed this in the meantime. Please look again."))
            return again
        refusal = _refusal(request.user, copy, current)
        if refusal:
            messages.error(request, refusal)
            return again
        try:
            history.revert(copy, request.user)
        except history.RevertError as error:
            messages.error(request, str(error))
            return again
    messages.success(request, _("It is as it was then. This is in the history too."))
    return HttpResponseRedirect(_home(model, copy.instance.pk))


def _refusal(user: Any, copy: Any, current: Any) -> str:
    """Why this account may not bring this copy back; "" where it may."""
    row = copy.instance
    allowed = may(user, Act.ADD, type(row)) if current is None else may(user, Act.CHANGE, current)
    if not allowed:
        return _("You may look at this, but not change it.")
    if not isinstance(row, StaffMember) and not _parents_within(user, row):
        return _("It would then lie outside of what you look after.")
    if isinstance(row, Center) and not may(user, Act.PUBLISH, Center):
        before = current.status if current is not None else None
        if row.status != before and not {row.status, before or row.status} <= set(UNPUBLISHED):
            return _("This would change what the public sees. A reviewer or a platform admin may do it.")
    return ""


def _parents_within(user: Any, row: Any) -> bool:
    """A row whose parent is gone is refused in other words: that one has to come back first."""
    try:
        return stays_within(user, row)
    except (Center.DoesNotExist, Program.DoesNotExist, Organization.DoesNotExist):
        return True


def _table(name: str) -> Any:
    if name not in TABLES:
        raise Http404
    return TABLES[name]


def _latest(model: Any, copy: Any) -> int:
    pk = model._meta.pk.attname
    newest = model.history.filter(**{pk: copy.instance.pk}).values_list("history_id", flat=True)
    return max(newest, default=0)


def _way_back(entry: Entry) -> str:
    """Where a change can be taken back: what was made is deleted or unlisted by other means."""
    copy = entry.copy if entry.copy.history_type == "-" else entry.before
    if copy is None:
        return ""
    return reverse("admin:history_back", args=[copy.instance_type._meta.model_name, copy.history_id])


def _home(model: Any, key: Any) -> str:
    """The page whose list tells of a row: of its center where it is a part of one."""
    row = model._default_manager.filter(pk=key).first()
    row = row or model.history.filter(**{model._meta.pk.attname: key}).first()
    if row is None:
        raise Http404
    if model is Session:
        return _home(Program, row.program_id)
    if model in (Program, Statement, DirectoryEntry):
        return reverse("admin:history_of", args=["center", row.center_id])
    return reverse("admin:history_of", args=[model._meta.model_name, key])


def _change_address(row: Model) -> str:
    opts = row.user._meta if isinstance(row, StaffMember) else row._meta
    try:
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""

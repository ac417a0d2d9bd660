"""The desk's inbox: what visitors say is wrong, and who asked to be called back.

A list shows no contents. Contact details open on one page, by a button, and that is written down. Whoever
looks after centers sees what comes to these centers, and nobody sees anything past its day.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from programs.admin.visitors_forms import ExportForm, InboxForm, InquiryForm, ReportForm
from programs.discreet import NothingTold, sealed
from programs.models import Center, Inquiry, InquiryStatus, Report, ReportStatus
from programs.sealing import BrokenSealError
from programs.staff.access import may, reach
from programs.staff.roles import Act, Thing
from programs.visitors import exporting, handling
from programs.visitors.contents import notes_of, words_of
from programs.visitors.due import zone_at, zones_at
from programs.visitors.keeping import kept
from programs.visitors.labels import done_words, wanted_lines

A_PAGE = 50
CONFLICT = 409
_BROKEN = gettext_lazy(
    "What was written here does not open. Tell whoever runs this site: the key may be missing."
)
_OPEN_REPORTS = (ReportStatus.NEW, ReportStatus.WORKING)
_OPEN_INQUIRIES = (InquiryStatus.NEW, InquiryStatus.TRYING, InquiryStatus.REACHED)


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first."""
    things = [one for one in (Thing.INQUIRY, Thing.REPORT) if may(request.user, Act.VIEW, one)]
    if not things:
        raise PermissionDenied
    form = InboxForm(request.GET, things)
    shown, every = form.shown, form.with_done
    page = Paginator(_rows(request, shown, every=every), A_PAGE).get_page(form.page)
    zones = zones_at(row.center for row in page.object_list)
    context = {
        "title": _("Reports and call-backs"),
        "form": form,
        "shown": shown,
        "every": every,
        "tabs": [(one, _rows(request, one).count()) for one in things],
        "page": page,
        "rows": [(row, str(zones[row.center_id]), _is_late(row)) for row in page.object_list],
        "may_export": may(request.user, Act.EXPORT, shown),
    }
    return _page(request, "inbox", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: what is wrong, in whose words; its status, and the answer that its reporter can read."""
    row = _row(request, Report, pk)
    may_change = may(request.user, Act.CHANGE, row)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    form = ReportForm(row, request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            handling.change_report(pk, request.user, form.cleaned_data)
        except handling.ChangedMeanwhileError as error:
            row, status = _row(request, Report, error.row.pk), CONFLICT
            form.again(row)
        except BrokenSealError:
            form.add_error(None, _BROKEN)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("admin:visitors_report", args=[pk]))
    context = {
        "title": _("Report %(number)d") % {"number": pk},
        **_told(row, form, may_change, status),
        "words": _opened(words_of, row),
        "notes": _opened(notes_of, row),
    }
    return _page(request, "report", context, status)


@require_http_methods(["GET", "HEAD", "POST"])
def inquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """One call-back request without its contents: status, who looks after it, and when it is due."""
    row = _row(request, Inquiry, pk)
    may_change = may(request.user, Act.CHANGE, row) and row.status != InquiryStatus.WITHDRAWN
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    form = _inquiry_form(request, row, bound=request.method == "POST")
    status = 200
    if form.is_bound and form.is_valid():
        try:
            handling.change_inquiry(pk, request.user, form.cleaned_data)
        except handling.ChangedMeanwhileError as error:
            row, status = _row(request, Inquiry, error.row.pk), CONFLICT
            form.again(row)
        except BrokenSealError:
            form.add_error(None, _BROKEN)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("admin:visitors_inquiry", args=[pk]))
    context = {"title": _inquiry_title(pk), **_told(row, form, may_change, status)}
    return _page(request, "inquiry", context, status)


@require_POST
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page with the contact details and the notes open. Written down before anything is shown."""
    row = _row(request, Inquiry, pk)
    if not may(request.user, Act.CHANGE, row) or row.status == InquiryStatus.WITHDRAWN or row.do_not_call:
        raise PermissionDenied
    context: dict[str, Any] = {"title": _inquiry_title(pk), "is_open": True}
    try:
        wanted, notes = handling.open_contact(row, request.user)
    except BrokenSealError:
        context["broken"] = _BROKEN
    else:
        context |= {"lines": wanted_lines(wanted) if wanted else (), "notes": notes}
    form = _inquiry_form(request, row, bound=False)
    return _page(request, "inquiry", {**context, **_told(row, form, True, 200)})


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """What waits, or all, as CSV. Written down."""
    form = ExportForm(request.POST)
    if not form.is_valid():
        raise Http404("no such list")
    shown = Thing(form.cleaned_data["show"])
    if not may(request.user, Act.EXPORT, shown):
        raise PermissionDenied
    rows: Any = _rows(request, shown, every=form.cleaned_data["every"])
    write: Any = exporting.inquiries if shown is Thing.INQUIRY else exporting.reports
    name = "call-backs" if shown is Thing.INQUIRY else "reports"
    answer = HttpResponse("\ufeff" + write(rows, request.user), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{localdate():%Y-%m-%d}.csv"'
    return sealed(answer)


def _rows(request: HttpRequest, thing: Thing, *, every: bool = False) -> QuerySet[Any]:
    """Rows within reach whose day has not come."""
    rows: QuerySet[Any]
    if thing is Thing.REPORT:
        rows = reach(request.user, Report.objects.select_related("center", "handled_by"))
        return kept(rows if every else rows.filter(status__in=_OPEN_REPORTS))
    rows = reach(request.user, Inquiry.objects.select_related("center", "assignee"))
    return kept(rows if every else rows.filter(status__in=_OPEN_INQUIRIES))


def _row(request: HttpRequest, model: type[Any], pk: int) -> Any:
    """The row; not found where it is out of reach or past its day, as one that never was."""
    thing = Thing.REPORT if model is Report else Thing.INQUIRY
    row = _rows(request, thing, every=True).filter(pk=pk).first()
    if row is None:
        raise Http404("no such row")
    return row


def _inquiry_form(request: HttpRequest, row: Inquiry, *, bound: bool) -> InquiryForm:
    return InquiryForm(row, zone_at(row.center), request.user, request.POST if bound else None)


def _told(row: Any, form: Any, may_change: bool, status: int) -> dict[str, Any]:
    center: Center = row.center
    return {
        "row": row,
        "center": center,
        "form": form,
        "may_change": may_change,
        "is_conflict": status == CONFLICT,
        "zone": str(form.zone) if isinstance(form, InquiryForm) else "",
        "trace": [(one, done_words(one.what)) for one in handling.trace_of(row)],
        "goes_in": handling.goes_in(row),
        "is_late": _is_late(row),
    }


def _is_late(row: Report | Inquiry) -> bool:
    return isinstance(row, Inquiry) and handling.overdue(row)


def _inquiry_title(pk: int) -> str:
    return _("Call-back request %(number)d") % {"number": pk}


def _opened(read: Any, row: Any) -> Any:
    """What is sealed in a row; None where it does not open."""
    try:
        return read(row)
    except BrokenSealError:
        return None


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    request.exception_reporter_filter = NothingTold()
    shown = {**admin.site.each_context(request), **context}
    return sealed(render(request, f"admin/visitors/{name}.html", shown, status=status))


ROOMS = (
    ("visitors/", inbox, "visitors"),
    ("visitors/reports/<int:pk>/", report, "visitors_report"),
    ("visitors/call-backs/<int:pk>/", inquiry, "visitors_inquiry"),
    ("visitors/call-backs/<int:pk>/contact/", contact, "visitors_contact"),
    ("visitors/export/", export, "visitors_export"),
)

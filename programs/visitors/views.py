"""The pages on which visitors write to us, and see by code what became of it.

A code travels in the body of a POST and nowhere else. What is typed reaches a sealed column and nothing else.
"""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from programs.code_form import CodeForm
from programs.codes import Code
from programs.discreet import discreet
from programs.models import Center, Report
from programs.names import center_name
from programs.phones import dial
from programs.throttle import gate
from programs.visitors import sending
from programs.visitors.forms import CallBackForm, ReportForm, VisitorForm
from programs.visitors.keeping import days_of_inquiry, days_of_report

REPORTS, INQUIRIES = 20, 10
"""Forms that one network may send within an hour. A shelter or a library may send many people from one."""
WRONG_CODES = 20
TOO_MANY = 429
_READ_AND_SEND = ["GET", "HEAD", "POST"]


@require_http_methods(_READ_AND_SEND)
@discreet
def report(request: HttpRequest, slug: str, short_id: str) -> HttpResponse:
    """Takes in what is wrong on a center's page, and shows the code by which to see what became of it."""
    center = _published(short_id)
    form = ReportForm(center, request.POST if request.method == "POST" else None)

    def keep(code: Code) -> bool:
        return sending.send_report(center, code, form.cleaned_data["what"], form.cleaned_data["words"])

    context = {"days": days_of_report(handled=True).days}
    return _take(request, slug, form, "report", keep, REPORTS, context)


@require_http_methods(_READ_AND_SEND)
@discreet
def call_back(request: HttpRequest, slug: str, short_id: str) -> HttpResponse:
    """Takes in a request to be called back by a center that takes such requests; 404 at any other."""
    center = _published(short_id)
    if not sending.takes_inquiries(center):
        raise Http404("takes no call-back requests")
    form = CallBackForm(center, request.POST if request.method == "POST" else None)

    def keep(code: Code) -> bool:
        return sending.send_inquiry(center, code, form.wanted)

    return _take(request, slug, form, "call_back", keep, INQUIRIES, days_of_inquiry())


@require_http_methods(_READ_AND_SEND)
@discreet
def by_code(request: HttpRequest) -> HttpResponse:
    """Asks for a code; shows what became of a report, or of a request with the means to withdraw it."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return render(request, "visitors/by_code.html", {"form": form})
    tries = gate(request, "visitor code", WRONG_CODES)
    if not tries.enter():
        return _too_many(request)
    code = form.cleaned_data["code"]
    found = sending.found(code)
    if found is None:
        return _nothing(request, form)
    tries.give_back()
    template = "visitors/your_report.html" if isinstance(found, Report) else "visitors/your_request.html"
    return render(request, template, {"found": found, **_of(found.center), "code": code.shown})


@require_POST
@discreet
def withdraw(request: HttpRequest) -> HttpResponse:
    """Erases a call-back request. A code of which nothing is kept gets the page that asks for one."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return render(request, "visitors/by_code.html", {"form": form})
    tries = gate(request, "visitor code", WRONG_CODES)
    if not tries.enter():
        return _too_many(request)
    if not sending.withdraw(form.cleaned_data["code"]):
        return _nothing(request, form)
    tries.give_back()
    return render(request, "visitors/withdrawn.html")


def _take(
    request: HttpRequest,
    slug: str,
    form: VisitorForm,
    name: str,
    keep: Callable[[Code], bool],
    limit: int,
    context: dict[str, int],
) -> HttpResponse:
    """Asks, then keeps what was sent once and shows its code. Sent twice, it shows the same code twice."""
    center = form.center
    if request.method != "POST" and center.slug != slug:
        return HttpResponsePermanentRedirect(f"{center.get_absolute_url()}{request.path.split('/')[-2]}/")
    shown = {"form": form, **_of(center), **context}
    if not form.is_bound or not form.is_valid():
        return render(request, f"visitors/{name}.html", shown)
    code = form.sent.code
    if not sending.is_there(form.kind, code):
        tries = gate(request, f"visitor {form.kind}", limit)
        if tries.enter():
            if not keep(code):
                tries.give_back()
        elif not sending.is_there(form.kind, code):  # Its twin may have come in meanwhile.
            return _too_many(request)
    return render(request, f"visitors/{name}_sent.html", {**shown, "code": code.shown})


def _published(short_id: str) -> Center:
    center: Center | None = Center.objects.published().by_short_id(short_id).first()
    if center is None:
        raise Http404("no such center")
    return center


def _of(center: Center) -> dict[str, object]:
    """The center as the pages name it."""
    name = center_name(center.name, center.name_detail).title
    return {"center": center, "name": name, "dial": dial(center.phone)}


def _nothing(request: HttpRequest, form: CodeForm) -> HttpResponse:
    form.add_error(
        "code", gettext("Nothing is kept under this code. Look at it again; after a time all is erased.")
    )
    return render(request, "visitors/by_code.html", {"form": form})


def _too_many(request: HttpRequest) -> HttpResponse:
    answer = render(request, "visitors/too_many.html", status=TOO_MANY)
    answer.headers["Retry-After"] = "3600"
    return answer

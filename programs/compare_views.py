"""Programs side by side, and the sheet for the phone call. Both read an address and keep nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from programs.call_sheet import call_sheet
from programs.chosen import ChosenForm
from programs.compare_page import compare_page


@require_safe
@conditional_page
@cache_control(no_cache=True)
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four programs line by line; without any, how to choose them."""
    origin = f"{request.scheme}://{request.get_host()}"
    page = compare_page(ChosenForm(request.GET), today=localdate(), origin=origin)
    template = "programs/compare.html" if page.columns else "programs/shortlist.html"
    return render(request, template, {"page": page})


@require_safe
@conditional_page
@cache_control(no_cache=True)
def call(request: HttpRequest) -> HttpResponse:
    """What to say and to ask on the phone."""
    page = call_sheet(ChosenForm(request.GET), today=localdate())
    return render(request, "programs/call_sheet.html", {"page": page})

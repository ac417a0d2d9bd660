"""The published protocol as files anybody may fetch, keep and read from another site."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from assessment.domain import load, versions
from assessment.fhir import questionnaire
from assessment.published import data
from assessment.review.graph import drawing
from assessment.take_along_views import titles

View = Callable[..., HttpResponse]


def open_to_all(view: View) -> View:
    """The same for everyone: kept by any cache, read by any site."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return require_safe(conditional_page(cache_control(public=True, max_age=3600)(wrapper)))


@open_to_all
def protocol(request: HttpRequest, version: str) -> HttpResponse:
    """Questions, needs, rules, words and digests of a version, as JSON."""
    if version not in versions():
        raise Http404("There is no such version.")
    return _json(data(version), "application/json")


@open_to_all
def questions(request: HttpRequest, language: str) -> HttpResponse:
    """The questions of the current version as a FHIR R4B Questionnaire, in English or Spanish."""
    with override(language):
        words = load().words(get_language() or "en")
        return _json(questionnaire(load(), words, titles()), "application/fhir+json")


@open_to_all
def flow(request: HttpRequest) -> HttpResponse:
    """The current version as a picture: screens, interrupts, needs, rules."""
    return HttpResponse(drawing(load()), content_type="image/svg+xml")


def _json(found: Any, kind: str) -> HttpResponse:
    return HttpResponse(json.dumps(found, ensure_ascii=False, indent=1), content_type=kind)

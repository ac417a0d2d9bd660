"""Counts for whoever watches the machine, in the words of Prometheus. Off until a setting opens the door.

On a quiet site a count is a person: whoever reads the numbers every few seconds sees one visitor walk from
page to page. So a count may say that something was done here, and never what anybody said or asked for:

- a page is its pattern, never its address, its query or who asked;
- all of the assessment is one page. Its safety pages, its result and what follows from it have patterns of
  their own, and "somebody saw the page about danger at 14:32" is an answer;
- runs of the assessment are counted as begun and as finished, without level, language or answer;
- queues are counted for the whole site: of a single center they would tell who asked it to call back.

Worker processes write their counts into files that `gunicorn.conf.py` makes room for; whichever is asked
adds them up.
"""

import os
import time
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from iopfinder.stored_figures import StoredFigures

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
ASSESSMENT = "assessment/"
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED", "HTTP_X_REAL_IP")

_own = CollectorRegistry()
requests = Counter("iopfinder_requests", "Requests answered.", ["method", "route", "status"], registry=_own)
seconds = Histogram(
    "iopfinder_request_seconds", "Time until an answer begins.", ["route"], buckets=SECONDS, registry=_own
)
in_flight = Gauge(
    "iopfinder_requests_in_flight", "Requests being answered.", multiprocess_mode="livesum", registry=_own
)
shed = Counter("iopfinder_requests_shed", "Requests turned away because there were too many.", registry=_own)
database_errors = Counter(
    "iopfinder_database_errors", "Requests that the database could not answer.", ["kind"], registry=_own
)
policy_reports = Counter(
    "iopfinder_policy_reports",
    "Reports of browsers on the policy, by what became of them.",
    ["fate"],
    registry=_own,
)
assessments = Counter("iopfinder_assessments", "Runs of the assessment.", ["step"], registry=_own)
"""`step` is "begun" or "finished"; no level, on purpose."""


def turned_away() -> None:
    """One request was turned away because too many came at once."""
    shed.inc()


def database_failed(error: BaseException) -> None:
    """The database could not do what a request needed; by kind of error, never by its words."""
    database_errors.labels(type(error).__name__).inc()


def route_of(request: HttpRequest) -> str:
    """The pattern of the address, "none" where there is none; one word for all of the assessment."""
    match = request.resolver_match
    if match is None:
        return "none"
    return ASSESSMENT if "assessment" in match.namespaces else match.route


def _count_run(request: HttpRequest, response: HttpResponse) -> None:
    """The first answers a browser is given to keep begin a run; a result that was shown finishes it."""
    match = request.resolver_match
    if match is None or "assessment" not in match.namespaces:
        return
    cookie = settings.ANSWER_COOKIE_NAME
    if match.url_name == "send_question" and cookie in response.cookies and cookie not in request.COOKIES:
        assessments.labels("begun").inc()
    elif match.url_name == "result" and response.status_code == 200:
        assessments.labels("finished").inc()


def count_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Counts every request that reaches the site; static files are answered before."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        with in_flight.track_inprogress():
            response = get_response(request)
        route = route_of(request)
        method = request.method if request.method in METHODS else "other"
        requests.labels(method, route, str(response.status_code)).inc()
        seconds.labels(route).observe(time.perf_counter() - began)
        _count_run(request, response)
        return response

    return middleware


def may_read(request: HttpRequest) -> bool:
    """Whoever bears the token; where a setting says so, whoever asks on this machine and through no proxy."""
    token = settings.METRICS_TOKEN
    if token and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return True
    return settings.METRICS_ON_LOOPBACK and _from_here(request)


def _from_here(request: HttpRequest) -> bool:
    """A proxy on this machine passes strangers on: what names one of its headers did not begin here."""
    if any(name in request.META for name in FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@require_safe
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """All counts as Prometheus reads them. 404 for whoever may not: the page does not exist for them."""
    if not may_read(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(StoredFigures())
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    return HttpResponse(generate_latest(_own) + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

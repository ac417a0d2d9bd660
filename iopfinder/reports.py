"""Where browsers report what the Content-Security-Policy stopped. See docs/operations.md, "Watch".

A report holds whole addresses: of the page, with what somebody searched for, and of what was stopped, which
may be an extension of their own. Of these only so much is written down: the directive, the pattern of our
page's address, and the origin of what was stopped. Nothing of it is stored.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from iopfinder.metrics import policy_reports
from programs import asking
from programs.networks import network

log = logging.getLogger("iopfinder.reports")
KINDS = frozenset({"application/csp-report", "application/reports+json"})
"""What browsers send to `report-uri`, and to an endpoint of `report-to`."""
LONGEST = 16 * 1024
"""Bytes of one request. A report takes under two thousand."""
AT_ONCE = 10
"""Reports of one request that are read: a browser sends those of some seconds together."""
REQUESTS_A_MINUTE = 30
"""Of one network, in each server process."""
LINES_A_MINUTE = 60
"""Lines in the log a minute, in each server process, however many networks report."""
DIRECTIVES = (
    *("default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem"),
    *("style-src-attr", "img-src", "font-src", "connect-src", "media-src", "object-src", "frame-src"),
    *("child-src", "worker-src", "manifest-src", "form-action", "base-uri", "frame-ancestors"),
)
KEYWORDS = frozenset({"inline", "eval", "wasm-eval", "self", "data", "blob"})
"""What a report says in place of an address, or of a scheme that has no origin."""


class PageField(forms.CharField):
    """The address of one of our pages, as its pattern: it may hold a search or the token of a link."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return pattern_of(_split(text).path)


class StoppedField(forms.CharField):
    """What was stopped, as no more than its origin."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return text if text in KEYWORDS or not text else origin_of(_split(text))


class ReportForm(forms.Form):
    """One report. It holds no address when it has been cleaned."""

    directive = forms.ChoiceField(choices=[(name, name) for name in DIRECTIVES])
    page = PageField(max_length=8000)
    stopped = StoppedField(max_length=8000, required=False)


def pattern_of(path: str) -> str:
    """The pattern of one of our addresses, in its language; "none" for a path that is no page of ours."""
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return f"/{resolve(path).route}"
        except Resolver404:
            return "none"


def origin_of(address: SplitResult) -> str:
    """`https://name:port`. "other" for what has none, or is no name that belongs in a log."""
    host = address.hostname or ""
    if address.scheme not in {"http", "https", "ws", "wss"} or not host.isascii():
        return "other"
    if len(host) > 253 or not all(piece.replace("-", "").isalnum() for piece in host.split(".")):
        return "other"
    return f"{address.scheme}://{host}" + (f":{address.port}" if address.port else "")


# No CSRF token, on purpose: a browser sends this by itself and knows none. It changes nothing, reads no
# cookie and answers with nothing, so that the worst a forged request does is to be counted.
@csrf_exempt
@require_POST
def policy(request: HttpRequest) -> HttpResponse:
    """Takes reports on the policy. 204; 400, 413 and 415 for what is none; 429 for too many."""
    if wait := asking.NOW.wait("report", network(request), REQUESTS_A_MINUTE):
        policy_reports.labels("refused").inc()
        return HttpResponse(status=429, headers={"Retry-After": str(wait)})
    if request.content_type not in KINDS:
        return _refused(415)
    try:
        body = request.read(LONGEST + 1)
        if len(body) > LONGEST:
            return _refused(413)
        sent = list(_reports(json.loads(body)))
    except (ValueError, RecursionError, UnreadablePostError):
        return _refused(400)
    for one in sent[:AT_ONCE]:
        _take(one)
    return HttpResponse(status=204)


def _refused(status: int) -> HttpResponse:
    policy_reports.labels("unreadable").inc()
    return HttpResponse(status=status)


def _reports(sent: Any) -> Iterator[dict[str, Any]]:
    """What the form takes, of each report in either way of writing. ValueError for anything else."""
    if isinstance(sent, dict) and isinstance(body := sent.get("csp-report"), dict):
        yield {
            "directive": body.get("effective-directive") or _first_word(body.get("violated-directive")),
            "page": body.get("document-uri"),
            "stopped": body.get("blocked-uri"),
        }
    elif isinstance(sent, list) and all(isinstance(one, dict) for one in sent):
        for one in sent:
            if one.get("type") == "csp-violation" and isinstance(body := one.get("body"), dict):
                names = {"directive": "effectiveDirective", "page": "documentURL", "stopped": "blockedURL"}
                yield {name: body.get(theirs) for name, theirs in names.items()}
    else:
        raise ValueError("no report")


def _first_word(said: Any) -> str:
    """Older browsers name the directive with all its sources."""
    return said.partition(" ")[0] if isinstance(said, str) else ""


def _split(text: str) -> SplitResult:
    try:
        found = urlsplit(text)
        _ = found.port
    except ValueError as error:
        raise forms.ValidationError("No address.") from error
    return found


def _take(said: dict[str, Any]) -> None:
    form = ReportForm(said)
    if not form.is_valid():
        policy_reports.labels("unreadable").inc()
        return
    policy_reports.labels("taken").inc()
    if asking.NOW.wait("line", "all", LINES_A_MINUTE):
        return
    found = form.cleaned_data
    log.warning(
        "policy: %s on %s stopped %s", found["directive"], found["page"], found["stopped"] or "unnamed"
    )

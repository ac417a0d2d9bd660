"""When a form comes back without its CSRF cookie: keep what was typed, say what happened, ask again.

Typical causes are cookies that a browser threw away or does not take. Nothing is saved or changed here:
the form is only shown again with what it held. When the form came from another site, it is not.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.csrf import csrf_failure as plain_failure

from assessment import views
from programs.discreet import sealed

SHOWN_AGAIN = {"question": False, "change": True, "send_question": False, "send_change": True}
"""Views whose form is shown again, and whether they change an earlier answer."""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a refused form (settings.CSRF_FAILURE_VIEW). Status 403."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return plain_failure(request, reason)
    if match.app_names != ["assessment"]:
        return plain_failure(request, reason)
    if match.url_name in SHOWN_AGAIN and _from_us(request):
        response = views.unsaved(request, number=match.kwargs["number"], changing=SHOWN_AGAIN[match.url_name])
        response.status_code = 403
        return response
    return sealed(plain_failure(request, reason))


def _from_us(request: HttpRequest) -> bool:
    """Whether a page of ours sent this form. Old browsers send no Origin: then it is not echoed."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"

"""The pages around the two rooms: home, help right now, privacy, how this works, and leaving."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from assessment.answers import forget
from assessment.domain import load
from programs.api import bulk
from programs.api.openapi import described
from programs.visitors import keeping


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/home.html")


@require_safe
def crisis(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/crisis.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/privacy.html", {"kept": keeping.days()})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/about.html")


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What other systems may fetch: the directory, the search, the protocol."""
    context = {
        "groups": described(),
        "files": bulk.links(),
        "limit": settings.API_REQUESTS_A_MINUTE,
        "version": load().version,
    }
    return render(request, "pages/data.html", context)


# No CSRF token, on purpose: this only clears, and a token would put a cookie on every page and could
# be stale at the one moment that matters. The worst a forged request does is to forget answers.
@csrf_exempt
@require_POST
@never_cache
def quick_exit(request: HttpRequest) -> HttpResponse:
    """Forget the answers and go to our own neutral page.

    Clear-Site-Data leaves out "cookies": that would reach every site under the same registered
    domain (a county's whole web) and sign staff out. Our own cookies are deleted by name instead.
    """
    response = HttpResponseRedirect(reverse("left"))
    response.status_code = 303
    forget(response)
    response.delete_cookie(settings.CSRF_COOKIE_NAME, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_safe
@never_cache
def left(request: HttpRequest) -> HttpResponse:
    """A page that says nothing and leaves at once: `form-action 'self'` forbids to redirect a form away."""
    return render(request, "pages/left.html", {"away": settings.QUICK_EXIT_URL})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    others = [f"/{code}" for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    return render(request, "robots.txt", {"prefixes": ["", *others]}, content_type="text/plain")


@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(static("icons/icon.svg"))

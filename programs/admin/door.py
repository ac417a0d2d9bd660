"""What the pages before and around signing in share: how they are shown, and how they turn somebody away."""

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from programs.codes import Code
from programs.models import RecoveryCodes
from programs.staff.signing_in import Stopped

TOO_MANY = 429
View = Callable[..., HttpResponse]


def door(view: View) -> View:
    """A page that anybody may open: kept by no browser, and nothing that is typed in a report of an error."""

    @wraps(view)
    @never_cache
    @csrf_protect
    @sensitive_post_parameters()
    @require_http_methods(["GET", "HEAD", "POST"])
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    return wrapped


def show(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    """A page of templates/staff/ in the frame of the desk."""
    inside = admin.site.has_permission(request)
    whole = admin.site.each_context(request) if inside else {**_outside(), "has_permission": False}
    return render(request, f"staff/{template}.html", {**whole, "title": title, **context})


def too_many(request: HttpRequest, stopped: Stopped) -> HttpResponse:
    """429: when to try again."""
    seconds = max(1, math.ceil((stopped.gate.opens_again - timezone.now()).total_seconds()))
    answer = show(request, "too_many", _("Please wait a little"), minutes=math.ceil(seconds / 60))
    answer.status_code = TOO_MANY
    answer.headers["Retry-After"] = str(seconds)
    return answer


def show_codes(request: HttpRequest, user: User, fresh: list[Code], then: str) -> HttpResponse:
    """Recovery codes, this once: they are in this answer and nowhere else."""
    return show(
        request,
        "recovery_codes",
        _("Keep your recovery codes"),
        codes=[code.shown for code in fresh],
        account=user,
        then=then,
        number=RecoveryCodes.NUMBER,
    )


def _outside() -> dict[str, Any]:
    return {
        "site_title": admin.site.site_title,
        "site_header": admin.site.site_header,
        "is_nav_sidebar_enabled": False,
        "is_popup": False,
    }

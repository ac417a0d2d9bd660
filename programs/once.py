"""A form of the desk that is sent twice is taken once: whoever got no answer may press the button again.

A form is known by the token that its page was given against forgery, which no other page has, together with
all that it holds. That it was taken is written in the transaction that takes it: both happen or neither.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.timezone import localdate
from django.utils.translation import gettext

from programs.models import SentForm

TOKEN = "csrfmiddlewaretoken"  # noqa: S105
KEPT = timedelta(days=2)
"""Longer than a session of the staff lasts."""
View = Callable[..., Any]


def once(view: View) -> View:
    """A view of the desk that takes the same form once. What it does is one transaction then.

    Only a form that led on (a redirect) counts as taken: one that was shown again may be sent again.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or not request.POST.get(TOKEN):
            return view(request, *args, **kwargs)  # type: ignore[no-any-return]
        with transaction.atomic():
            row, is_new = SentForm.objects.get_or_create(
                digest=_digest(request), defaults={"day": localdate()}
            )
            if not is_new:
                messages.info(request, gettext("This was saved when you first sent it. It is there once."))
                return HttpResponseRedirect(row.led_to)
            answer: HttpResponseBase = view(request, *args, **kwargs)
            if answer.status_code in (302, 303) and answer.has_header("Location"):
                SentForm.objects.filter(pk=row.pk).update(led_to=answer.headers["Location"])
            else:
                row.delete()
        return answer

    return wrapper


def forget_old(today: date | None = None) -> None:
    """Deletes what nobody can send again."""
    SentForm.objects.filter(day__lt=(today or localdate()) - KEPT).delete()


def _digest(request: HttpRequest) -> str:
    """64 hexadecimal digits of a form: who sent it where, its token, its fields and its files."""
    told = hashlib.sha256()
    for part in _parts(request):
        told.update(len(part).to_bytes(8, "big"))
        told.update(part)
    return told.hexdigest()


def _parts(request: HttpRequest) -> Iterator[bytes]:
    yield f"{request.user.pk}".encode()
    yield request.path.encode()
    for name, values in sorted(request.POST.lists()):
        for text in (name, *values):
            yield str(text).encode()
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield f"{name}/{file.name}".encode()
            content = hashlib.sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            yield content.digest()

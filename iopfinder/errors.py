"""The pages for what went wrong. None asks the database; the worst of them ask nothing at all."""

import sys

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from iopfinder import metrics
from iopfinder.logs import request_name, spoken
from programs.api.refusals import problem

AGAIN_AFTER = 30
"""Seconds after which a machine that was sent away may ask again: a database restarts in less."""


def _static(name: str) -> str:
    """The address of a static file, or nothing where the list of files is broken too."""
    try:
        return staticfiles_storage.url(name)
    except ValueError:
        return ""


def _bare(title: str | Promise, words: str | Promise, status: int, **more: object) -> HttpResponse:
    language = get_language() or settings.LANGUAGE_CODE
    root = get_script_prefix()
    content = render_to_string(
        "pages/bare.html",
        {
            "title": title,
            "words": words,
            "language": language,
            "home": root if language == settings.LANGUAGE_CODE else f"{root}{language}/",
            "exit": f"{root}leave/",
            "style": _static("css/site.css"),
            "icon": _static("icons/icon.svg"),
            "site_name": settings.SITE_NAME,
            "crisis": settings.CRISIS_LINES,
            **more,
        },
    )
    return HttpResponse(content, status=status)


def unavailable(
    request: HttpRequest,
    title: str | Promise,
    words: str | Promise,
    seconds: int,
    *,
    still_works: bool = True,
) -> HttpResponse:
    """503 with whom to call, and after how many seconds to ask again. A program is told in its own words."""
    if request.path.startswith(f"{get_script_prefix()}api/"):
        response = problem(503, "Not available right now. Ask again later.")
    else:
        response = _bare(title, words, 503, still_works=still_works)
    response.headers["Retry-After"] = str(seconds)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _bare(
        _("We could not read that"),
        _("Your browser sent something this site does not understand. Go back and try once more."),
        400,
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with a code that leads to the lines of the log; 503 where all that is wrong is the database."""
    if _is_of_the_database(sys.exception()):
        return _no_database(request)
    return _bare(
        _("Something broke on our side"),
        _("It is not your fault. Please try again in a few minutes. Your answers are still in your browser."),
        500,
        code=spoken(request_name()),
    )


def _is_of_the_database(error: BaseException | None) -> bool:
    """Whether the database, and not what we asked it, is why this happened: away, full, or too slow.

    A server that dies in the middle of an answer is an error of no kind to the driver.
    """
    while error is not None:
        cut_off = type(error) is DatabaseError and error.__cause__ is not None
        if cut_off or isinstance(error, OperationalError | InterfaceError):
            metrics.database_failed(error)
            return True
        error = error.__cause__ or error.__context__
    return False


def _no_database(request: HttpRequest) -> HttpResponse:
    sent = request.method not in {"GET", "HEAD", "OPTIONS"}
    words = (
        _(
            "Our list of centers is not answering. What you just sent may not be saved: look later whether "
            "it was. Your answers to the questions are still in your browser."
        )
        if sent
        else _(
            "Our list of centers is not answering. It is not your fault, and your answers to the questions "
            "are still in your browser. Try again in a minute or two."
        )
    )
    return unavailable(request, _("We cannot look that up right now"), words, AGAIN_AFTER)

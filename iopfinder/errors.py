"""The pages for what went wrong. None asks the database; the worst of them ask nothing at all."""

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def _static(name: str) -> str:
    """The address of a static file, or nothing where the list of files is broken too."""
    try:
        return staticfiles_storage.url(name)
    except ValueError:
        return ""


def _bare(title: str | Promise, words: str | Promise, status: int) -> HttpResponse:
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
        },
    )
    return HttpResponse(content, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _bare(
        _("We could not read that"),
        _("Your browser sent something this site does not understand. Go back and try once more."),
        400,
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return _bare(
        _("Something broke on our side"),
        _("It is not your fault. Please try again in a few minutes. Your answers are still in your browser."),
        500,
    )

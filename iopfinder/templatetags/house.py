"""Tags of the frame around every page."""

from collections.abc import Iterable
from typing import NamedTuple

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import RequestContext
from django.urls import NoReverseMatch, reverse
from django.utils.encoding import iri_to_uri
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, override

from programs.words import LEVEL_LABELS, LEVEL_SHORT

register = template.Library()


class Language(NamedTuple):
    """A language the page can be read in. `address` has the query of this page; `bare` does not."""

    code: str
    name: str
    address: str
    bare: str


@register.simple_tag(takes_context=True)
def other_languages(context: RequestContext) -> list[Language]:
    """The same page in each other language; the front page where this one has no address of its own."""
    request = context.get("request")
    found: list[Language] = []
    if request is None:
        return found
    for code, _name in settings.LANGUAGES:
        if code == get_language():
            continue
        bare, query = _in_language(code, request)
        address = f"{bare}?{query}" if query else bare
        found.append(Language(code, get_language_info(code)["name_local"].capitalize(), address, bare))
    return found


def _in_language(code: str, request: HttpRequest) -> tuple[str, str]:
    """The path of this page in a language, and its query; of the front page where nothing stands here."""
    match = request.resolver_match
    with override(code):
        if match is None:
            return reverse("home"), ""
        try:
            path = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
        except NoReverseMatch:  # An address without a name: it stands at one place in all languages.
            path = request.path
    return path, iri_to_uri(request.META.get("QUERY_STRING", "")) or ""


@register.simple_tag(takes_context=True)
def alternates(context: RequestContext, languages: Iterable[Language]) -> list[tuple[str, str]]:
    """This page's path by language, for search engines: each language, then `x-default` as the first.

    languages: the others. Empty for a page that stands at one address in all languages.
    """
    paths = {one.code: one.bare for one in languages} | {get_language(): context["request"].path}
    found = [(code, paths[code]) for code, _name in settings.LANGUAGES]
    if len(set(paths.values())) < len(found):
        return []
    return [*found, ("x-default", found[0][1])]


@register.simple_block_tag
def section(content: str) -> str:
    """The text between the tags, bare: lets the base template compare and repeat what a child's block says.

    It is escaped where it was written, so it must not be escaped again.
    """
    return SafeString(content.strip())


@register.filter
def level_label(level: str) -> str:
    """The full name of a level of care. KeyError for a code there is not: a blank chip would hide it."""
    return str(LEVEL_LABELS[level])


@register.filter
def level_short(level: str) -> str:
    """The short name of a level of care, where the full one has been said."""
    return str(LEVEL_SHORT[level])

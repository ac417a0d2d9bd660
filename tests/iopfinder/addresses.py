"""Every address of the site, by the name of its pattern."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern


def names(
    resolver: URLResolver | None = None, spaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, list[str]]]:
    """The name of each pattern with its namespaces, and what it takes."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif isinstance(entry, URLPattern) and entry.name:
            yield ":".join([*spaces, entry.name]), _takes(entry)


def _takes(entry: URLPattern) -> list[str]:
    if isinstance(entry.pattern, RegexPattern):
        return list(entry.pattern.regex.groupindex)
    return list(entry.pattern.converters)


def public(name: str) -> bool:
    return not name.startswith("admin:")

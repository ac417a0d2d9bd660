"""Every address the site resolves, so that a page somebody adds later is attacked by itself."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    """One pattern: its route in English, its full name, what stands in it, and the view behind it."""

    route: str
    name: str
    converters: tuple[tuple[str, str], ...]
    view: Callable[..., Any]

    @property
    def is_desk(self) -> bool:
        return self.route.startswith("admin/")

    @property
    def is_exempt(self) -> bool:
        """Whether CSRF protection passes it over."""
        return bool(getattr(self.view, "csrf_exempt", False))

    def path(self, values: dict[str, str]) -> str:
        """The path with these values in place, by the name of what stands there."""
        # Routes are written in Django's way or, in one place, as a regular expression.
        plain = re.sub(
            r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", lambda found: values[found[1] or found[2]], self.route
        )
        return "/" + re.sub(r"[\^$?\\]", "", plain)


def every() -> list[Address]:
    """All of them, each once."""
    return list(_walk(get_resolver().url_patterns, "", ()))


def _walk(patterns: list[Any], before: str, spaces: tuple[str, ...]) -> Iterator[Address]:
    for one in patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, here, (*spaces, one.namespace) if one.namespace else spaces)
        elif isinstance(one, URLPattern):
            kinds = tuple((name, type(kind).__name__) for name, kind in one.pattern.converters.items())
            yield Address(here, ":".join((*spaces, one.name or "")), kinds, one.callback)

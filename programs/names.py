"""A center's two lines of name, as the directory has them, made into what a person would say."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext

_GOES_ON = re.compile(
    r"(?:^|\s)(?:and|at|by|for|from|in|of|on|the|to|with|y|de|del|la|&)$|[,/&-]$", re.IGNORECASE
)
"""A first line that ends so is only half a name: "Behavioral Health Services at"."""
_ALSO = re.compile(r"^d\.?/?b\.?/?a\.?[\s:]+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """The name to call it by, and a second line or ""."""

    title: str
    under: str


def is_whole(name: str) -> bool:
    """Whether a line of name says something without the next one."""
    return not _GOES_ON.search(name)


def center_name(name: str, detail: str) -> Name:
    """The lines of a name: joined where the first goes on into the second, the second dropped where it
    repeats the first, and "dba" said in words."""
    name, detail = " ".join(name.split()), " ".join(detail.split())
    if detail.casefold() == name.casefold():
        return Name(name, "")
    if detail and not is_whole(name):
        return Name(f"{name} {detail}", "")
    also = _ALSO.sub("", detail)
    if also != detail:
        return Name(name, gettext("Also called %(name)s") % {"name": also})
    return Name(name, detail)

"""Whose a change is, in words."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from programs.models import CenterLink, ImportRun


def author(copy: Any) -> str:
    """Who made the change that this older copy was kept for; never empty."""
    return authors([copy])[0]


def authors(copies: Sequence[Any]) -> list[str]:
    """`author` of each, with three queries at most for all of them."""
    people = _people(copies)
    ways = _Ways(copy.history_change_reason or "" for copy in copies)
    return [
        _both(people.get(copy.history_user_id, ""), ways.of(copy.history_change_reason or ""))
        for copy in copies
    ]


def _both(person: str, way: str) -> str:
    if person and way:
        return _("%(person)s, by way of: %(way)s") % {"person": person, "way": way}
    return person or way or _("someone who keeps the site running")


def _people(copies: Sequence[Any]) -> dict[Any, str]:
    """Names by account, read at once unless `select_related("history_user")` has read them."""
    read = [copy for copy in copies if "history_user" in copy._state.fields_cache]
    found = {copy.history_user_id: copy.history_user for copy in read if copy.history_user is not None}
    keys = {copy.history_user_id for copy in copies} - {None}
    absent = {copy.history_user_id for copy in copies if copy not in read} - {None}
    if absent:
        found |= get_user_model()._default_manager.in_bulk(absent)
    names = {key: user.get_full_name() or user.get_username() for key, user in found.items()}
    return {key: names.get(key, _("an account that is gone")) for key in keys}


class _Ways:
    """Reasons in words. Reads the imports and the links they name at once."""

    def __init__(self, reasons: Iterable[str]) -> None:
        codes = {reason.removeprefix("undo:") for reason in reasons}
        self._imports = _imports({code.partition(":")[2] for code in codes if code.startswith("import:")})
        self._links = _links({code.partition(":")[2] for code in codes if code.startswith("link:")})

    def of(self, reason: str) -> str:
        """ "" for no reason at all; a code that nobody knows is shown as it is."""
        kind, _colon, rest = reason.partition(":")
        if kind == "undo":
            return _("taking back: %s") % self.of(rest)
        if kind == "import":
            return self._imports.get(rest, _("an import"))
        if kind == "link":
            return self._links.get(rest, _("a link that was sent to the center"))
        if kind in _WORDS:
            return str(_WORDS[kind]())
        return reason


_WORDS = {
    "merge": lambda: _("a merge of two centers"),
    "revert": lambda: _("bringing back an older copy"),
    "proposal": lambda: _("a change that the center proposed"),
    "sample": lambda: _("the sample directory"),
    "upgrade": lambda: _("the first copy, made when changes began to be kept"),
}


def _imports(ids: set[str]) -> dict[str, str]:
    words = {}
    try:
        runs = list(ImportRun.objects.filter(public_id__in=ids)) if ids else []
    except (ValidationError, ValueError):
        return {}
    for run in runs:
        files = ", ".join(str(file.get("name", "")) for file in run.files)
        day = date_format(timezone.localtime(run.finished_at), "DATE_FORMAT")
        words[str(run.public_id)] = _("import of %(day)s: %(files)s") % {"day": day, "files": files}
    return words


def _links(ids: set[str]) -> dict[str, str]:
    keys = [key for key in ids if key.isdecimal()]
    links = CenterLink.objects.filter(pk__in=keys) if keys else ()
    return {
        str(link.pk): _("link sent to %s") % link.email
        if link.email
        else _("link of %s") % date_format(timezone.localtime(link.created_at), "DATE_FORMAT")
        for link in links
    }

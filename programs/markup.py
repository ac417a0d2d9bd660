"""The parts of a result page that come by the dozen, written as HTML without a template.

Twenty cards and ninety choices cost a template engine more than everything else on the page together.
The rule that keeps this safe: text reaches the HTML only through `_escaped` or `escape`; all the rest is
constants of this file.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

if TYPE_CHECKING:
    from programs.cards import Card
    from programs.filters import Group, Option

# -- Choices ------------------------------------------------------------------------------------


def choices(options: Iterable[Option]) -> SafeString:
    """The options of a select, each with its count where there is one."""
    return SafeString("".join(map(_choice, options)))


def _choice(option: Option) -> str:
    selected = " selected" if option.is_on else ""
    count = "" if option.count is None else f" ({option.count:d})"
    return f'<option value="{escape(option.value)}"{selected}>{escape(option.label)}{count}</option>'


def group(one: Group) -> SafeString:
    """The boxes of one field under its name, folded away or not; open where something is on."""
    label, ticks = escape(one.label), boxes(one.field, one.options)
    if not one.is_folded:
        return SafeString(f"<fieldset><legend>{label}</legend>{ticks}</fieldset>")
    is_open = on = ""
    if one.on:
        told = ngettext("%(n)s on", "%(n)s on", one.on) % {"n": one.on}
        is_open, on = " open", f' <span class="num">({escape(told)})</span>'
    return SafeString(
        f"<details{is_open}><summary>{label}{on}</summary>"
        f'<fieldset><legend class="visually-hidden">{label}</legend>{ticks}</fieldset></details>'
    )


def boxes(field: str, options: Iterable[Option]) -> SafeString:
    """The boxes to tick of one field, each with its count where there is one. Their ids are their values."""
    name = escape(field)
    return SafeString("".join([_box(name, option, "checkbox", escape(option.value)) for option in options]))


def numbered(field: str, options: Iterable[Option], *, kind: str = "checkbox") -> SafeString:
    """The same with the ids that Django gives: `id_field_0`, … kind: "checkbox" or "radio"."""
    name = escape(field)
    return SafeString("".join([_box(name, one, kind, f"{name}_{i}") for i, one in enumerate(options)]))


def _box(field: str, option: Option, kind: str, number: str) -> str:
    value = escape(option.value)
    checked = " checked" if option.is_on else ""
    count = "" if option.count is None else f' <span class="soft num">({option.count:d})</span>'
    return (
        f'<div class="form-check"><input class="form-check-input" type="{kind}" id="id_{number}"'
        f' name="{field}" value="{value}"{checked}><label class="form-check-label" for="id_{number}">'
        f"{escape(option.label)}{count}</label></div>"
    )


# -- Cards --------------------------------------------------------------------------------------

# The signs of components/sign.html.
_SIGN = '<svg class="sign sign-{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>'
_YES = _SIGN.format("yes", '<path d="M4 13l5 5L20 6"/>')
_NO = _SIGN.format("no", '<path d="M6 6l12 12M18 6L6 18"/>')
_ASK = _SIGN.format(
    "ask",
    '<circle cx="12" cy="12" r="10"/><path d="M9 9.5a3 3 0 1 1 4 2.8c-.7.3-1 .8-1 1.7M12 17.2v.1"/>',
)
# fmt: off
_TEXTS = (
    "url", "name", "name_detail", "track", "where", "also", "meets", "met", "not_met",
    "unknown", "fresh", "openings", "hours", "phone", "call", "dial", "keep",
)
# fmt: on
"""The fields of a card that are text."""


@cache
def _fixed(language: str | None) -> dict[str, str]:
    """Sentences that are the same on every card, escaped, in the active language (which is `language`)."""
    words = {
        "not": gettext("Does not:"),
        "ask": gettext("Unknown, so ask:"),
        "sample": gettext("Sample: this center and its number are invented."),
        "vanished": gettext(
            "Not in the latest edition of the national directory. Call first to ask whether it is still open."
        ),
        "no_phone": gettext("No phone number is known."),
        "keep": gettext("Compare"),
    }
    return {name: escape(text) for name, text in words.items()}


def _escaped(card: Card) -> dict[str, str]:
    return {name: escape(text) if (text := getattr(card, name)) else "" for name in _TEXTS}


def hit(card: Card) -> SafeString:
    """One program in a list of results, as an item of an ordered list."""
    said = _escaped(card)
    fixed = _fixed(get_language())
    parts = [
        '<li class="hit"><div class="d-flex gap-3">'
        f'<span class="pin" aria-hidden="true">{card.number:d}</span>'
        f'<div class="flex-fill"><h3><a href="{said["url"]}">{said["name"]}</a></h3>',
        _around('<p class="mb-1">', said["name_detail"], "</p>"),
        _facts(said, card.levels),
        "</div></div>",
        _around('<p class="sample mt-2 mb-2">', fixed["sample"], "</p>") if card.is_sample else "",
        _around('<p class="note mt-2 mb-2">', fixed["vanished"], "</p>") if card.has_vanished else "",
        _lines(said, fixed),
        _around('<p class="mt-2 mb-0"><b>', said["openings"], "</b></p>"),
        _around(_FRESH_OLD if card.fresh_old else _FRESH, said["fresh"], "</p>"),
        _phone(said, fixed),
        _keep(said["keep"], said["name"], fixed["keep"]),
        "</li>",
    ]
    return SafeString("".join(parts))


_FRESH = '<p class="small soft mt-3 mb-3 fresh">'
_FRESH_OLD = '<p class="small soft mt-3 mb-3 fresh fresh-old">'


def _around(before: str, escaped: str, after: str) -> str:
    return f"{before}{escaped}{after}" if escaped else ""


def _facts(said: dict[str, str], levels: tuple[tuple[str, str], ...]) -> str:
    """Where, which levels, and how much, on one line."""
    return (
        '<p class="mb-2 d-flex flex-wrap gap-2 align-items-center">'
        f'<span class="num me-1">{said["where"]}</span>'
        + "".join(map(_level, levels))
        + _around("<span>", said["track"], "</span>")
        + _around('<span class="num">', said["hours"], "</span>")
        + _around('<span class="soft small">', said["also"], "</span>")
        + "</p>"
    )


def _level(one: tuple[str, str]) -> str:
    code, label = one
    return f'<span class="level level-{escape(code)}">{escape(label)}</span>'


def _lines(said: dict[str, str], fixed: dict[str, str]) -> str:
    """What was asked for: met, not met, not known."""
    lines = (
        _line(_YES, said["meets"], said["met"])
        + _line(_NO, fixed["not"], said["not_met"])
        + _line(_ASK, fixed["ask"], said["unknown"])
    )
    return _around('<ul class="lines my-2">', lines, "</ul>")


def _line(sign: str, title: str, escaped: str) -> str:
    return f"<li>{sign}<span><b>{title}</b> {escaped}</span></li>" if escaped else ""


def _phone(said: dict[str, str], fixed: dict[str, str]) -> str:
    if said["dial"]:
        return (
            f'<p class="mb-0"><a class="btn btn-outline-primary btn-sm" href="tel:{said["dial"]}">'
            f'<span class="num">{said["call"]}</span>'
            f'<span class="visually-hidden">, {said["name"]}</span></a></p>'
            f'<p class="d-none d-print-block mb-0"><b class="num">{said["phone"]}</b></p>'
        )
    if said["phone"]:
        return f'<p class="mb-0"><b class="num">{said["phone"]}</b></p>'
    return f'<p class="mb-0 small soft">{fixed["no_phone"]}</p>'


def _keep(token: str, name: str, word: str) -> str:
    """A box of the form "compare", which lists this program beside others."""
    if not token:
        return ""
    return (
        f'<p class="mb-0 no-print"><label class="keep"><input class="form-check-input" type="checkbox"'
        f' form="compare" name="center" value="{token}" data-keep="{name}" autocomplete="off">'
        f'<span>{word}<span class="visually-hidden">: {name}</span></span></label></p>'
    )

"""Examples for markup.yaml."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


def bad(typed):
    # ruleid: markup-marked-safe
    one = mark_safe(f"<b>{typed}</b>")
    # ruleid: markup-marked-safe
    two = SafeString("<b>" + typed + "</b>")
    # ruleid: markup-marked-safe
    three = mark_safe(typed)
    # ruleid: markup-format-html-of-pieces
    four = format_html(f"<b>{typed}</b>")
    # ruleid: markup-format-html-of-pieces
    five = format_html("<b>" + typed + "</b>")
    # ruleid: markup-format-html-of-pieces
    six = format_html_join("", typed, [])
    return one, two, three, four, five, six


def good(typed):
    # ok: markup-marked-safe
    one = mark_safe(" selected")
    # ok: markup-marked-safe
    two = SafeString("")
    # ok: markup-format-html-of-pieces
    three = format_html("<b>{}</b>", typed)
    # ok: markup-format-html-of-pieces
    four = format_html_join("", "<li>{}</li>", [(typed,)])
    return one, two, three, four

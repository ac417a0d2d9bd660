"""What a browser sends from the page behind a link, taken from the page itself."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client


class Fields(HTMLParser):
    """Every control of the form with this id, by name, as a browser would send it untouched."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.wanted, self.inside = form, False
        self.data: dict[str, str] = {}
        self.area = self.select = ""
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = told.get("id") == self.wanted
        if not self.inside or told.get("form", self.wanted) != self.wanted:
            return
        name = told.get("name", "")
        self.names.add(name)
        if tag == "input" and (told.get("type") not in {"radio", "checkbox"} or "checked" in told):
            self.data[name] = told.get("value", "on" if told.get("type") == "checkbox" else "")
        elif tag == "textarea":
            self.area, self.data[name] = name, ""
        elif tag == "select":
            self.select, self.data[name] = name, ""
        elif tag == "option" and "selected" in told:
            self.data[self.select] = told["value"]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.data[self.area] += data.lstrip("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        if tag == "textarea":
            self.area = ""


def fields_of(response: HttpResponse, form: str = "corrections") -> dict[str, str]:
    parser = Fields(form)
    parser.feed(response.content.decode())
    assert parser.data, "no such form"
    return parser.data


def correct(client: Client, path: str, **changes: Any) -> HttpResponse:
    """Opens the page, changes some fields, sends the corrections."""
    sent = fields_of(client.get(path)) | {"said_by": "intake", "act": "correct"} | changes
    return client.post(path, sent)


def all_right(client: Client, path: str, **changes: Any) -> HttpResponse:
    sent = fields_of(client.get(path), "all-right") | {"act": "right"} | changes
    return client.post(path, sent)

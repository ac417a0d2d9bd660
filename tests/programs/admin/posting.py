"""What a browser sends for a page of the desk: every input as it stands, so that tests name what changes."""

from html.parser import HTMLParser
from typing import Any

from django.http import QueryDict
from django.test import Client


class _Inputs(HTMLParser):
    """The successful controls of one form, as HTML defines them; rows that wait to be copied are left out."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.data = form_id, QueryDict(mutable=True)
        self.inside = False
        self.select, self.chosen = "", False
        self.first: str | None = None
        self.text_name = ""
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = at.get("id") == self.form_id if self.form_id else True
        elif self.inside and tag in ("input", "select", "option", "textarea"):
            getattr(self, f"_{tag}")(at)

    def _input(self, at: dict[str, str]) -> None:
        kind = at.get("type")
        is_box = kind in ("checkbox", "radio")
        if at.get("name") and kind not in ("submit", "button", "image") and (not is_box or "checked" in at):
            self.data.appendlist(at["name"], at.get("value", "on" if is_box else ""))

    def _select(self, at: dict[str, str]) -> None:
        self.select, self.chosen, self.first = at.get("name", ""), False, None

    def _option(self, at: dict[str, str]) -> None:
        if self.select and self.first is None:
            self.first = at.get("value", "")
        if self.select and "selected" in at:
            self.data.appendlist(self.select, at.get("value", ""))
            self.chosen = True

    def _textarea(self, at: dict[str, str]) -> None:
        self.text_name, self.text = at.get("name", ""), []

    def handle_data(self, data: str) -> None:
        if self.text_name:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        if tag == "select" and self.inside and self.select:
            if not self.chosen and self.first is not None:
                self.data.appendlist(self.select, self.first)
            self.select = ""
        if tag == "textarea" and self.inside and self.text_name:
            self.data.appendlist(self.text_name, "".join(self.text).removeprefix("\r\n").removeprefix("\n"))
            self.text_name = ""


def inputs(page: str, form_id: str = "") -> QueryDict:
    """What the form of a page would send; the form with this id, or all of them."""
    parser = _Inputs(form_id)
    parser.feed(page)
    data = parser.data
    for name in [name for name in data if "__prefix__" in name or name == "csrfmiddlewaretoken"]:
        del data[name]
    return data


def filled(client: Client, address: str, form_id: str, **changes: Any) -> dict[str, list[str]]:
    """What is sent when the page is opened, `changes` are typed and it is saved. None takes an input away."""
    response = client.get(address)
    assert response.status_code == 200, response
    data = inputs(response.content.decode(), form_id)
    return changed(data, **changes)


def changed(data: QueryDict, **changes: Any) -> dict[str, list[str]]:
    """The data with these inputs typed anew."""
    new = data.copy()
    for name, value in changes.items():
        if value is None:
            new.pop(name, None)
        else:
            new.setlist(name, value if isinstance(value, list) else [str(value)])
    return dict(new.lists())

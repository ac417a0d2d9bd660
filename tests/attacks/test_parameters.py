"""Hostile words in every parameter of every page, as visitor and as platform admin.

Which parameters a page reads is seen by watching the forms it makes of its address; lists of the desk read
more, which their own columns and filters say.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.contrib import admin
from django.db import connection
from django.forms.forms import BaseForm
from django.http import QueryDict
from django.test import Client

from iopfinder.logs import JsonFormatter
from tests.attacks.addresses import Address
from tests.attacks.worlds import paths
from tests.programs import factories
from tests.programs.accounts import account, client_of
from tests.programs.admin.worlds import World

pytestmark = pytest.mark.django_db
MARK = "zq9"
WORDS = quote(
    "zq9' OR 1=1) UNION SELECT 1 -- \" ; DROP TABLE x\r\nSet-Cookie: zq9=1\r\n\r\n"
    "\u2028\u2029\x85\x1b[31m\u202e\"><zq9 zq9=1>'><zq9>{{zq9}}%s%(zq9)s"
)
HOSTILE = {
    "words": WORDS,
    "bytes that are no text": "zq9%00%ED%A0%80%FF%C0%AF",
    "a number past all bounds": "9" * 40,
    "a number that is none": "NaN",
    "an address elsewhere": "//evil.example/zq9",
}
IN_LISTS = ("o", "p", "q", "all", "e", "_popup", "_to_field", "_changelist_filters", "_facets")
"""What Django's own lists read."""
IN_PATHS = ("9" * 30, "-1", "zq9%00", "zq9%0d%0aSet-Cookie:%20zq9=1", "..%2f..%2fzq9", "%E2%80%A8zq9", WORDS)


class Markup(HTMLParser):
    """Whether something typed became a tag, an attribute, or an address that runs."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            runs = name in ("href", "src", "action", "formaction", "data")
            if MARK in name or (runs and (value or "").strip().lower().startswith("javascript:")):
                self.wrong.append(f"{tag} {name}={value}")
        if MARK in tag:
            self.wrong.append(tag)


@contextmanager
def watched(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Collects what was typed and became a piece of SQL, or of a log."""
    wrong: list[str] = []

    def execute(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if MARK in sql.lower():
            wrong.append(f"SQL: {sql[:300]}")
        return run(sql, params, many, context)

    caplog.clear()
    with connection.execute_wrapper(execute):
        yield wrong
    for record in caplog.records:
        line = JsonFormatter().format(record)
        if len(line.splitlines()) != 1 or MARK in json.dumps(json.loads(line)):
            wrong.append(f"log: {line[:300]}")


def faults(client: Client, address: str) -> list[str]:
    """What is wrong with the answer to an address with something hostile in it."""
    response = client.get(address)
    found = []
    if response.status_code >= 500:
        found.append(f"status {response.status_code}")
    for name, value in response.headers.items():
        if "\n" in value or "\r" in value or MARK in name.lower():
            found.append(f"header {name}: {value[:100]}")
    if any(MARK in name for name in response.cookies):
        found.append("a cookie")
    there = response.get("Location", "")
    if urlsplit(there).netloc not in ("", "testserver") or there.startswith(("//", "/\\")):
        found.append(f"leads to {there[:100]}")
    if response.get("Content-Type", "").startswith("text/html"):
        markup = Markup()
        markup.feed(response.content.decode())
        found += markup.wrong
    b"".join(response.streaming_content if response.streaming else ())
    return found


def parameters(client: Client, path: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The fields of every form that a page makes of its own address, and of which kind each is."""
    seen: dict[str, str] = {}
    began = BaseForm.__init__

    def spy(form: BaseForm, data: Any = None, *args: Any, **more: Any) -> None:
        began(form, data, *args, **more)
        if isinstance(data, QueryDict):
            seen.update({form.add_prefix(name): type(field).__name__ for name, field in form.fields.items()})

    with monkeypatch.context() as patched:
        patched.setattr(BaseForm, "__init__", spy)
        response = client.get(path)
        b"".join(response.streaming_content if response.streaming else ())
    return seen


def of_lists() -> dict[str, set[str]]:
    """By the name of each list of the desk: what its address may hold."""
    found = {}
    for model, desk in admin.site._registry.items():
        filters = {
            str(one if isinstance(one, str) else getattr(one, "parameter_name", ""))
            for one in desk.list_filter
        }
        columns = {f"{field.name}__exact" for field in model._meta.fields[:3]}
        hierarchy = {f"{desk.date_hierarchy}__year"} if desk.date_hierarchy else set()
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        found[name] = {*IN_LISTS, *filters, *columns, *hierarchy, "zq9__zq9__isnull"} - {""}
    return found


PROBES = {"live", "ready", "metrics", "policy_reports"}
ENDS = {"admin:logout", "admin:sign_out_everywhere"}


def attacked(
    client: Client, found: dict[str, tuple[Address, str]], monkeypatch: pytest.MonkeyPatch
) -> tuple[list[str], int]:
    """What is wrong, and how many addresses were asked. Words go into every parameter, the rest into one
    parameter of each kind."""
    wrong, asked = [], 0
    lists = of_lists()
    for name, (_one, path) in found.items():
        kinds = {**parameters(client, path, monkeypatch), **{one: one for one in lists.get(name, set())}}
        first = {kind: field for field, kind in reversed(kinds.items())}
        brief = {what: HOSTILE[what] for what in ("words", "a number past all bounds")}
        for field, kind in kinds.items():
            rest = "place=85004&" if "place" in kinds and field != "place" else ""
            for what, text in (brief if field == kind else HOSTILE).items():
                if what == "words" or first[kind] == field:
                    asked += 1
                    address = f"{path}?{rest}{field}={text}"
                    wrong += [f"{path}?{field} {what}: {one}" for one in faults(client, address)]
        # A parameter nobody knows, and the name of one.
        wrong += [f"{path} {one}" for one in faults(client, f"{path}?{WORDS}={WORDS}&{MARK}[]=1")]
    return wrong, asked


def admin_client() -> Client:
    client = client_of(account("admin"))
    client.raise_request_exception = False
    return client


@pytest.fixture
def world() -> World:
    made = World("Target", "AZ")
    factories.ZipCodeFactory(zip="85004", state="AZ")
    return made


def test_no_parameter_of_a_public_page_becomes_sql_markup_a_header_or_a_way_out(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    # Asking whether the database is ready leaves the transaction of a test behind; it reads no parameter.
    found = {name: pair for name, pair in paths(world).items() if not pair[0].is_desk and name not in PROBES}
    caplog.set_level(logging.INFO)
    with watched(caplog) as told:
        wrong, asked = attacked(Client(raise_request_exception=False), found, monkeypatch)
    assert not wrong + told, "\n".join(wrong + told)
    assert asked > 300


def test_no_parameter_of_the_desk_does_either(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    found = {name: pair for name, pair in paths(world).items() if pair[0].is_desk and name not in ENDS}
    caplog.set_level(logging.INFO)
    with watched(caplog) as told:
        wrong, asked = attacked(admin_client(), found, monkeypatch)
    assert not wrong + told, "\n".join(wrong + told)
    assert asked > 500


def test_no_piece_of_a_path_does_either(
    world: World, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    caplog.set_level(logging.INFO)
    found = paths(world)
    client, wrong, tried = admin_client(), [], 0
    with watched(caplog) as told:
        for name, (one, path) in found.items():
            pieces, route = path.split("/"), f"/{one.route}".split("/")
            values = [at for at, piece in enumerate(route) if "<" in piece]
            for at in values if name not in ENDS else ():
                for text in IN_PATHS:
                    there = "/".join([*pieces[:at], text, *pieces[at + 1 :]])
                    wrong += [f"{there[:150]}: {said}" for said in faults(client, there)]
                    tried += 1
    assert not wrong + told, "\n".join(wrong + told)
    assert tried > 300

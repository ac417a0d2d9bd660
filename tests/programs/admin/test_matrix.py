"""Every address of the desk as every role: what lies outside of reach is neither seen nor changed.

The addresses are those that the site resolves, so that a page somebody adds later is asked for by itself. A
page that belongs to no table needs a line in `programs.staff.pages` (what it takes) and one in `OF_ROW` (how
to ask for it with a row of a world).
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client
from django.urls import URLResolver, reverse

from programs.admin.guarded import OUTSIDE, Guarded
from programs.models import Center, Organization, Program
from programs.staff.access import may, thing_of
from programs.staff.pages import DOORS, NEEDS
from programs.staff.roles import Act, Thing
from tests.programs.accounts import account, client_of
from tests.programs.admin.worlds import World

pytestmark = pytest.mark.django_db
BOUNDED = ("coordinator by state", "coordinator by organization", "reviewer", "reader", "center")
CLOSED = {400, 403, 404, 405}
Args = tuple[Any, ...]
NONE: Callable[[World], Args] = lambda world: ()  # noqa: E731


def _of_center(world: World) -> Args:
    return (world.center.pk,)


def _of_staged(world: World) -> Args:
    return (world.staged.public_id,)


def _of_someone(world: World) -> Args:
    return (world.someone.pk,)


OF_ROW: dict[str, Callable[[World], Args]] = {
    **dict.fromkeys(("my_account", "new_app", "new_codes", "sign_out_everywhere", "logout"), NONE),
    **dict.fromkeys(("index", "password_change", "password_change_done", "jsi18n", "autocomplete"), NONE),
    **dict.fromkeys(("queue_take", "queue_leave", "queue_keep", "queue_later", "verify"), _of_center),
    **dict.fromkeys(("center_links", "propose", "programs_center_status"), _of_center),
    **dict.fromkeys(("staged", "staged_mapping", "staged_go_on", "staged_apply"), _of_staged),
    **dict.fromkeys(("staged_anew", "staged_discard"), _of_staged),
    **{f"auth_user_{name}": _of_someone for name in ("invite_again", "withdraw", "reset", "sign_out")},
    **dict.fromkeys(("queue_next", "staging", "export", "duplicates", "proposals", "openings"), NONE),
    **dict.fromkeys(("visitors", "visitors_export"), NONE),
    "app_list": lambda world: ("programs",),
    "staged_document": lambda world: (world.mapping.pk,),
    "staged_undo": lambda world: (world.run.public_id,),
    "staged_refused": lambda world: (world.staged.public_id, 0),
    "run_refused": lambda world: (world.run.public_id, 0),
    "duplicate": lambda world: (world.pair.pk,),
    "duplicate_undo": lambda world: (world.merge.pk,),
    "proposal": lambda world: (world.proposal.pk,),
    "history_of": lambda world: ("center", world.center.pk),
    "history_back": lambda world: ("center", world.center.history.earliest("history_id").history_id),
    "view_on_site": lambda world: (ContentType.objects.get_for_model(Center).pk, world.center.pk),
    "visitors_report": lambda world: (world.report.pk,),
    "visitors_inquiry": lambda world: (world.inquiry.pk,),
    "visitors_contact": lambda world: (world.inquiry.pk,),
}
"""By the name of a page: the arguments of its address for a row of a world."""


# -- What there is ------------------------------------------------------------------------------
def names_of(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names_of(pattern.url_patterns)
        elif pattern.name is not None:
            yield pattern.name


EVERY = sorted(set(names_of(admin.site.get_urls())))
TABLES = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}
ACTS = {"changelist": Act.VIEW, "change": Act.VIEW, "add": Act.ADD, "delete": Act.DELETE, "history": Act.VIEW}


def table_of(name: str) -> tuple[type | None, str]:
    """The table of a page and what the page does; (None, "") for a page that belongs to no table."""
    if name in NEEDS or name in DOORS:
        return None, ""
    table, _underscore, act = name.rpartition("_")
    return (TABLES[table], act) if table in TABLES and act in ACTS else (None, "")


def args_of(name: str, world: World) -> Args:
    model, act = table_of(name)
    if model is None:
        return OF_ROW[name](world)
    return () if act in ("changelist", "add") else (world.row(model).pk,)


ROOMS = [name for name in EVERY if table_of(name)[0] is None and name not in DOORS]
INSIDE_DOORS = [name for name in EVERY if name not in DOORS]


def test_every_page_beside_the_tables_says_what_it_takes() -> None:
    """A new room: a line in `programs.staff.pages.NEEDS` and one in `OF_ROW` above; then run roles_matrix."""
    assert set(ROOMS) <= set(NEEDS)
    assert set(NEEDS) - set(EVERY) == set()
    assert set(OF_ROW) == set(NEEDS)
    assert set(EVERY) >= DOORS


def test_the_page_about_roles_is_fresh() -> None:
    call_command("roles_matrix", check=True)


def test_every_table_and_every_inline_is_guarded() -> None:
    for model, desk in admin.site._registry.items():
        assert isinstance(desk, Guarded), model
        assert thing_of(model) is not None, model
        for inline in desk.inlines:
            assert issubclass(inline, Guarded), inline


# -- Worlds and accounts ------------------------------------------------------------------------
@pytest.fixture
def inside(db: None) -> World:
    return World("Homestead", "AZ")


@pytest.fixture
def outside(db: None) -> World:
    return World("Outlander", "NM")


def of_role(role: str, inside: World) -> User:
    if role == "coordinator by organization":
        return account("coordinator", organizations=[inside.organization])
    if role == "center":
        return account("center", centers=[inside.center])
    return account(role.split()[0], states=[] if role == "admin" else [inside.state])


def body_of(response: Any) -> str:
    """All that came: headers that name a place, streams, and what is packed in a workbook."""
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    said = " ".join(response.get(header, "") for header in ("Location", "Content-Disposition", "Set-Cookie"))
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            raw = b" ".join(packed.read(name) for name in packed.namelist())
    return said + raw.decode("utf-8", "replace")


def is_closed(response: Any, client: Client | None = None) -> bool:
    """Refused, not found, sent home with Django's word that there is no such row, or to a closed page."""
    if response.status_code == 302 and response["Location"] != reverse("admin:index") and client is not None:
        response = client.get(response["Location"])
    return response.status_code in CLOSED or (
        response.status_code == 302 and response["Location"] == reverse("admin:index")
    )


FORMS: tuple[dict[str, str], ...] = (
    {},
    {
        "post": "yes",
        "_save": "1",
        "latest": "1",
        "was": "published",
        "to": "closed",
        "until": "2026-12-01",
        "decision": "accept",
        "accept": "1",
        "merge": "1",
        "keep": "first",
        "do": "send",
        "send": "1",
        "what": "centers",
        "file_format": "csv",
        "show": "inquiry",
    },
    {"what": "programs", "file_format": "xlsx", "every": "on", "confirm": "1", "withdraw": "1"},
)
"""Sent to every page: what its buttons could send, and nothing."""


# -- Outside ------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", BOUNDED)
def test_no_page_shows_what_lies_outside(role: str, inside: World, outside: World) -> None:
    user = of_role(role, inside)
    client = client_of(user)
    wrong = []
    for name in INSIDE_DOORS:
        if name in ("logout", "sign_out_everywhere"):
            continue
        args = args_of(name, outside)
        for query in ("",) if args else ("", "?all=&every=on&show=inquiry&_popup=1&_to_field=id"):
            address = reverse(f"admin:{name}", args=args) + query
            response = client.get(address)
            has_row = bool(args) and name != "app_list"
            is_place = (model := table_of(name)[0]) is not None and thing_of(model) is Thing.PLACE
            if has_row and not is_place and not is_closed(response, client):
                wrong.append((address, response.status_code, response.get("Location")))
            if outside.leaks(body_of(response)):
                wrong.append((address, "tells of it"))
    assert wrong == []


@pytest.mark.parametrize("role", BOUNDED)
def test_no_form_changes_what_lies_outside(role: str, inside: World, outside: World) -> None:
    user = of_role(role, inside)
    before = outside.state_now(but=user)
    wrong = []
    for name in INSIDE_DOORS:
        address = reverse(f"admin:{name}", args=args_of(name, outside))
        client = client_of(user)
        for form in FORMS if table_of(name)[0] is None else FORMS[:2]:
            response = client.post(address, form)
            if outside.leaks(body_of(response)):
                wrong.append((address, form, "tells of it"))
        now = outside.state_now(but=user)
        if now != before:
            wrong.append((address, [table for table in now if now[table] != before[table]]))
            before = now
    assert wrong == []


# -- Inside, by role ----------------------------------------------------------------------------
def allowed(user: User, name: str) -> bool:
    """What the table of rights says about a page."""
    model, act = table_of(name)
    if model is None:
        return not NEEDS[name] or any(may(user, right, thing) for right, thing in NEEDS[name])
    if act == "history" and thing_of(model) is not Thing.STAFF:
        return may(user, Act.VIEW, Thing.HISTORY) and may(user, Act.VIEW, model)
    request = HttpRequest()
    request.user = user
    desk = admin.site._registry[model]
    asked = {Act.ADD: desk.has_add_permission, Act.DELETE: desk.has_delete_permission}
    own: Callable[..., bool] = asked.get(ACTS[act], lambda request: True)
    return may(user, ACTS[act], model) and own(request)


@pytest.mark.parametrize("role", ["admin", *BOUNDED])
def test_pages_open_to_those_whom_the_table_names(role: str, inside: World) -> None:
    user = of_role(role, inside)
    wrong = []
    for name in INSIDE_DOORS:
        if name in ("logout", "sign_out_everywhere"):
            continue
        address = reverse(f"admin:{name}", args=args_of(name, inside))
        client = client_of(user)
        response = client.get(address)
        # 403: what was public is not deleted. 405: only to be sent.
        opened = response.status_code in (200, 302, 403, 405)
        fine = opened if allowed(user, name) else is_closed(response, client)
        if not fine:
            wrong.append((address, response.status_code, response.get("Location")))
    assert wrong == []


def test_a_platform_admin_sees_the_rows_that_others_do_not(outside: World) -> None:
    """What the tests above look for is there to be seen."""
    client = client_of(account("admin"))
    seen = [
        name
        for name in INSIDE_DOORS
        if name not in ("logout", "sign_out_everywhere")
        and outside.leaks(body_of(client.get(reverse(f"admin:{name}", args=args_of(name, outside)))))
    ]
    for name in ("programs_center_changelist", "programs_center_change", "verify", "duplicate", "proposal"):
        assert name in seen
    for name in ("visitors", "visitors_report", "history_of", "view_on_site", "run_refused", "proposals"):
        assert name in seen
    assert len(seen) > 40


# -- Nobody -------------------------------------------------------------------------------------
def nobody(kind: str) -> Client:
    if kind == "nobody":
        return Client()
    client = Client()
    if kind == "no second factor":
        client.force_login(account("admin"))
    if kind == "no role":
        client = client_of(User.objects.create_user("x", password="a long enough one", is_staff=True))
    if kind == "a visitor's account":
        client = client_of(User.objects.create_user("y", password="a long enough one"))
    if kind == "switched off":
        user = account("admin")
        client = client_of(user)
        User.objects.filter(pk=user.pk).update(is_active=False)
    return client


@pytest.mark.parametrize(
    "kind", ["nobody", "no second factor", "no role", "a visitor's account", "switched off"]
)
def test_who_has_no_role_gets_no_further_than_the_door(kind: str, outside: World) -> None:
    client = nobody(kind)
    before = outside.state_now(but=User(pk=0))
    wrong = []
    for name in INSIDE_DOORS:
        address = reverse(f"admin:{name}", args=args_of(name, outside))
        for response in (client.get(address), client.post(address, FORMS[1])):
            to_door = response.status_code == 302 and response["Location"].startswith("/admin/login/")
            out = name == "logout" and response.status_code in (302, 405)
            if not (to_door or out or response.status_code in CLOSED) or outside.leaks(body_of(response)):
                wrong.append((address, response.status_code, response.get("Location")))
    assert wrong == []
    assert outside.state_now(but=User(pk=0)) == before


# -- Fields -------------------------------------------------------------------------------------
class Filled(HTMLParser):
    """The values that a browser would send with a form of a page, as it came."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and name and not name.startswith("_"):
            if given.get("type") in ("radio", "checkbox") and "checked" not in given:
                return
            if given.get("type") != "submit":
                default = "on" if given.get("type") == "checkbox" else ""
                self.values[name] = given.get("value") or default
        if tag == "select":
            self._select = name
        if tag == "option" and self._select and ("selected" in given or self._select not in self.values):
            self.values[self._select] = given.get("value") or ""
        if tag == "textarea":
            self._text = name
            self.values[name] = ""

    def handle_data(self, data: str) -> None:
        if self._text:  # Browsers leave out the line break that Django puts first.
            self.values[self._text] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._text = ""


def filled(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200
    page = Filled()
    page.feed(response.content.decode())
    return page.values


NEW_CENTER = {"name": "New", "city": "Town", "zip": "85004", "phone": "602-555-0111", "said_method": "phone"}


@pytest.mark.parametrize("role", ["coordinator by state", "coordinator by organization", "reviewer"])
@pytest.mark.parametrize("both", [True, False])
def test_a_center_is_neither_added_nor_moved_outside(
    role: str, both: bool, inside: World, outside: World
) -> None:
    """By both columns, or by the one that bounds this account alone."""
    by_organization = "organization" in role
    wanted = {
        "organization": (outside if both or by_organization else inside).organization.pk,
        "state": (outside if both or not by_organization else inside).state,
    }
    client = client_of(of_role(role, inside))
    add = reverse("admin:programs_center_add")
    count = Center.objects.count()
    response = client.post(add, filled(client, add) | NEW_CENTER | wanted)
    assert response.status_code == 200
    assert re.search(r'class="[^"]*errorlist', response.content.decode())
    assert Center.objects.count() == count
    change = reverse("admin:programs_center_change", args=[inside.center.pk])
    before = inside.state_now(but=inside.someone)["Center"]
    response = client.post(change, filled(client, change) | wanted)
    assert inside.state_now(but=inside.someone)["Center"] == before
    assert not outside.leaks(body_of(response).replace("Outlander Health (NM)", ""))


def test_the_same_forms_take_what_lies_inside(inside: World) -> None:
    client = client_of(of_role("coordinator by state", inside))
    add = reverse("admin:programs_center_add")
    wanted = {"organization": inside.organization.pk, "state": inside.state}
    response = client.post(add, filled(client, add) | NEW_CENTER | wanted)
    assert response.status_code == 302, re.findall(r"errorlist.*", response.content.decode())
    assert Center.objects.filter(name="New", organization=inside.organization).exists()


def test_an_organization_is_not_added_outside(inside: World, outside: World) -> None:
    client = client_of(of_role("coordinator by state", inside))
    add = reverse("admin:programs_organization_add")
    for state in (outside.state, ""):
        response = client.post(add, {"name": "New", "state": state, "website": "", "phone": ""})
        assert str(OUTSIDE)[:20] in response.content.decode()
    assert not Organization.objects.filter(name="New").exists()
    client.post(add, {"name": "New", "state": inside.state, "website": "", "phone": ""})
    assert Organization.objects.filter(name="New").exists()


def test_a_program_is_not_added_to_a_center_outside(inside: World, outside: World) -> None:
    client = client_of(of_role("coordinator by state", inside))
    add = reverse("admin:programs_program_add")
    count = Program.objects.count()
    values = filled(client, add) | {"level": "php", "track": "x", "said_method": "phone"}
    response = client.post(add, values | {"center": outside.center.pk})
    assert response.status_code == 200
    assert Program.objects.count() == count
    assert not outside.leaks(body_of(response))
    assert client.post(add, values | {"center": inside.center.pk}).status_code == 302
    assert Program.objects.count() == count + 1


def test_a_row_of_a_form_cannot_be_changed_to_one_outside(inside: World, outside: World) -> None:
    """The rows of a center's page carry ids of their own: another center's are not taken."""
    client = client_of(of_role("coordinator by state", inside))
    user = User.objects.latest("pk")
    change = reverse("admin:programs_center_change", args=[inside.center.pk])
    values = filled(client, change)
    named = [name for name in values if name.endswith("-id") and values[name] == str(inside.program.pk)]
    assert named
    before = outside.state_now(but=user)
    tampered = values | {name: str(outside.program.pk) for name in named} | {"programs-0-track": "taken"}
    response = client.post(change, tampered | {name.replace("-id", "-DELETE"): "on" for name in named})
    assert outside.state_now(but=user) == before
    assert not outside.leaks(body_of(response))


# -- Bulk actions, look-ups, searches -----------------------------------------------------------
@pytest.mark.parametrize("role", BOUNDED)
def test_no_bulk_action_touches_what_lies_outside(role: str, inside: World, outside: World) -> None:
    user = of_role(role, inside)
    client = client_of(user)
    before = outside.state_now(but=user)
    tried = 0
    for model, desk in admin.site._registry.items():
        request = HttpRequest()
        request.user = user
        request.GET = request.POST = {}  # type: ignore[assignment]
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        names = {"delete_selected", *(name for name in desk.get_actions(request))}
        names |= {one if isinstance(one, str) else one.__name__ for one in desk.actions or ()}
        for name in sorted(names):
            form = {"action": name, ACTION_CHECKBOX_NAME: [outside.row(model).pk], "post": "yes"}
            response = client.post(address, form)
            tried += 1
            assert not outside.leaks(body_of(response)), (address, name)
    assert tried >= len(admin.site._registry)
    assert outside.state_now(but=user) == before


@pytest.mark.parametrize("role", BOUNDED)
def test_all_of_a_list_is_all_within_reach(role: str, inside: World, outside: World) -> None:
    user = of_role(role, inside)
    client = client_of(user)
    before = outside.state_now(but=user)
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        form = {"action": "delete_selected", "select_across": "1", "post": "yes"}
        client.post(address, form | {ACTION_CHECKBOX_NAME: [inside.row(model).pk]})
    assert outside.state_now(but=user) == before


def looked_up() -> list[tuple[type, str]]:
    return [
        (model, field.name)
        for model in admin.site._registry
        for field in model._meta.get_fields()
        if (field.many_to_one or field.many_to_many) and not field.auto_created and field.related_model
    ]


@pytest.mark.parametrize("role", BOUNDED)
def test_looking_up_while_typing_finds_nothing_outside(role: str, inside: World, outside: World) -> None:
    client = client_of(of_role(role, inside))
    for model, field in looked_up():
        for term in ("", outside.mark.lower(), outside.state, "602"):
            where = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
            response = client.get(reverse("admin:autocomplete"), where | {"field_name": field, "term": term})
            assert not outside.leaks(body_of(response)), (model, field)


def test_looking_up_while_typing_finds_what_lies_inside(inside: World) -> None:
    client = client_of(of_role("coordinator by state", inside))
    where = {"app_label": "programs", "model_name": "program", "field_name": "center", "term": "homestead"}
    assert inside.leaks(body_of(client.get(reverse("admin:autocomplete"), where)))


@pytest.mark.parametrize("role", BOUNDED)
def test_no_search_filter_or_order_tells_of_what_lies_outside(
    role: str, inside: World, outside: World
) -> None:
    client = client_of(of_role(role, inside))
    for model, desk in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        queries: list[dict[str, str]] = [{"q": outside.mark.lower()}, {"q": "602"}, {"o": "1.2"}, {"all": ""}]
        key = str(outside.center.pk)
        queries += [{"center": key}, {"center__id__exact": key}, {"center__name__startswith": "Out"}]
        queries += [{"organization__id__exact": str(outside.organization.pk)}, {"state": outside.state}]
        queries += [{"run__id__exact": str(outside.run.pk)}, {"_facets": "True"}]
        assert desk.list_filter is not None
        for query in queries:
            text = body_of(client.get(address, query)).replace(f'"{outside.mark.lower()}"', "")
            assert not outside.leaks(text), (address, query)


# -- Exports ------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", BOUNDED)
def test_an_export_holds_what_lies_inside_and_nothing_else(role: str, inside: World, outside: World) -> None:
    user = of_role(role, inside)
    client, may_export = client_of(user), may(user, Act.EXPORT, Thing.LISTING)
    for what in ("centers", "programs"):
        for file_format in ("csv", "xlsx", "json"):
            form = {"what": what, "file_format": file_format}
            response = client.post(reverse("admin:export"), form)
            text = body_of(response)
            assert (response.status_code == 200) == may_export, form
            assert not outside.leaks(text), form
            assert inside.leaks(text) == may_export, form

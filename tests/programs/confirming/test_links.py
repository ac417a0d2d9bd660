"""One-time links: who may use them, once, for which center, and who never sees the secret."""

import hashlib
import json
import logging
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from iopfinder.logs import JsonFormatter
from programs.confirming import links, tokens
from programs.confirming.links import State
from programs.models import Center, CenterLink, Proposal, Statement
from tests.programs.confirming.conftest import a_center
from tests.programs.confirming.elsewhere import Elsewhere
from tests.programs.confirming.forms import all_right, correct, fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(center: Center) -> tuple[CenterLink, str]:
    return links.make(center)


def path_of(token: str, language: str = "en") -> str:
    with override(language):
        return reverse("programs:confirm", kwargs={"token": token})


# -- Tokens -------------------------------------------------------------------------------------


def test_a_token_has_140_random_bits_and_no_two_are_alike():
    drawn = {tokens.new() for _ in range(200)}
    assert len(drawn) == 200
    characters = {one for token in drawn for one in token if one != "-"}
    assert characters == set(tokens.ALPHABET)
    assert {len(token.replace("-", "")) for token in drawn} == {28}
    assert 28 * (len(tokens.ALPHABET).bit_length() - 1) == 140


def test_capitals_hyphens_and_look_alikes_do_not_matter():
    token = "0123-4567-89ab-cdef-ghjk-mnpq-rstv"
    for typed in (token.upper(), token.replace("-", ""), token.replace("0", "O").replace("1", "l")):
        assert tokens.digest(typed) == tokens.digest(token)
    assert tokens.digest(token[:-1] + "w") != tokens.digest(token)


def test_only_a_digest_is_stored_anywhere(center: Center, link: tuple[CenterLink, str]):
    _, token = link
    everything = serializers.serialize(
        "json", [row for model in apps.get_models() for row in model._default_manager.all()]
    )
    assert tokens.digest(token) in everything
    assert token not in everything
    assert token.replace("-", "") not in everything
    assert hashlib.sha256(token.encode()).hexdigest() not in everything


# -- What ends a link ---------------------------------------------------------------------------


def expired(link: CenterLink) -> None:
    CenterLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def used(link: CenterLink) -> None:
    assert links.use(link)


def withdrawn(link: CenterLink) -> None:
    assert links.withdraw(link)


def replaced(link: CenterLink) -> None:
    newer, _ = links.make(link.center)
    assert links.replace_others(newer) == 1


def moved(link: CenterLink) -> None:
    Center.objects.filter(pk=link.center_id).update(email="somebody@else.example")


def closed(link: CenterLink) -> None:
    Center.objects.filter(pk=link.center_id).update(status="closed")


ENDS = {
    expired: State.EXPIRED,
    used: State.USED,
    withdrawn: State.WITHDRAWN,
    replaced: State.WITHDRAWN,
    moved: State.WITHDRAWN,
    closed: State.WITHDRAWN,
}


def plain(page: Any) -> str:
    """The page without what differs by its address: the link to its other language."""
    return page.content.decode().replace(page.wsgi_request.path.removeprefix("/es"), "")


@pytest.mark.parametrize("end", ENDS, ids=lambda one: one.__name__)
def test_a_link_that_ended_looks_like_one_that_never_was(
    client: Client, link: tuple[CenterLink, str], end: Callable[[CenterLink], None]
):
    row, token = link
    page = client.get(path_of(token))
    assert page.status_code == 200
    form = fields_of(page) | {"act": "right"}
    end(row)
    never = client.get(path_of(tokens.new()))
    for answer in (client.get(path_of(token)), client.post(path_of(token), form)):
        assert answer.status_code == never.status_code == 404
        assert plain(answer) == plain(never)
        assert "This link does not work any more" in answer.content.decode()
    row = CenterLink.objects.select_related("center").get(pk=row.pk)
    assert links.state(row) is ENDS[end]
    assert Statement.objects.count() == 1


def test_a_link_lasts_two_weeks(link: tuple[CenterLink, str]):
    row, token = link
    assert links.find(token) == row
    assert row.expires_at - row.created_at == pytest.approx(timedelta(days=14), abs=timedelta(minutes=1))
    every = CenterLink.objects.all()
    assert links.still_open(every, row.expires_at - timedelta(seconds=1)).exists()
    assert not links.still_open(every, row.expires_at).exists()


def test_a_link_made_before_a_center_had_an_address_ends_when_it_gets_one(db):
    center = a_center(email="")
    _, token = links.make(center)
    assert links.find(token)
    Center.objects.update(email="desk@kite.example")
    assert links.find(token) is None


def test_looking_at_the_page_uses_nothing_up(client: Client, link: tuple[CenterLink, str]):
    row, token = link
    for _ in range(3):
        assert client.get(path_of(token)).status_code == 200
        assert client.head(path_of(token)).status_code == 200
    row.refresh_from_db()
    assert row.used_at is None
    assert all_right(client, path_of(token)).status_code == 303


def test_the_page_takes_few_queries(client: Client, link: tuple[CenterLink, str], django_assert_num_queries):
    with django_assert_num_queries(4):
        client.get(path_of(link[1]))


# -- One use ------------------------------------------------------------------------------------


def test_a_form_sent_twice_is_taken_once(client: Client, link: tuple[CenterLink, str]):
    path = path_of(link[1])
    sent = fields_of(client.get(path)) | {
        "said_by": "intake",
        "act": "correct",
        "center-phone": "602-555-0199",
    }
    assert client.post(path, sent).status_code == 303
    again = client.post(path, sent)
    assert again.status_code == 404
    assert "it has arrived" in again.content.decode()
    assert Proposal.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["right", "correct"])
def test_of_eight_at_once_one_is_taken(tmp_path: Path, act: str):
    """Through a real server: eight threads of it, each with a database connection of its own."""
    center = a_center()
    _, token = links.make(center)
    path = path_of(token)
    form = fields_of(Client().get(path)) | {"said_by": "intake", "act": act, "center-phone": "602-555-0199"}
    site = Elsewhere(tmp_path)
    ready = threading.Barrier(8)
    answers: list[int] = []

    def send(host: str) -> None:
        with closing(HTTPConnection(host, timeout=60)) as to:
            to.connect()
            ready.wait()
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            to.request("POST", path, urlencode(form), kind)
            answers.append(to.getresponse().status)

    with site.server() as host:
        threads = [threading.Thread(target=send, args=[host]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answers) == [303] + [404] * 7
    said = site.values("SELECT id FROM programs_statement WHERE source = 'center' AND program_id IS NULL")
    proposed = site.values("SELECT id FROM programs_proposal")
    assert (len(said), len(proposed)) == ((1, 0) if act == "right" else (0, 1))


# -- One center ---------------------------------------------------------------------------------


def test_a_link_touches_no_other_center_whatever_is_sent(client: Client, link: tuple[CenterLink, str]):
    center, other = link[0].center, a_center(name="Other Clinic", email="desk@other.example")
    other.refresh_from_db()
    program, theirs = center.programs.get(), other.programs.get()
    before = serializers.serialize("json", [other, theirs, *other.statements.all()])
    answer = correct(
        client,
        path_of(link[1]),
        **{
            "center": other.pk,
            "center_id": other.pk,
            "link": other.pk,
            "program": theirs.pk,
            f"program-{theirs.pk}-hours_per_week_min": "12",
            f"program-{theirs.pk}-week": "Mondays",
            f"program-{program.pk}-hours_per_week_min": "9",
            "center-status": "closed",
            "center-organization": other.organization_id,
            "center-merged_into": other.pk,
            "fact-pay_cash": "yes",
        },
    )
    assert answer.status_code == 303
    assert {one.center_id for one in Proposal.objects.all()} == {center.pk}
    assert {one.program_id for one in Proposal.objects.all()} == {None, program.pk}
    assert {name for one in Proposal.objects.all() for name in one.changes} == {"hours_per_week_min"}
    other.refresh_from_db()
    assert serializers.serialize("json", [other, theirs, *other.statements.all()]) == before


def test_the_form_of_one_center_cannot_be_sent_to_another(client: Client, link: tuple[CenterLink, str]):
    other = a_center(name="Other Clinic", email="desk@other.example", phone="602-555-0100")
    _, token = links.make(other)
    foreign = fields_of(client.get(path_of(link[1])), "all-right") | {"act": "right"}
    answer = client.post(path_of(token), foreign)
    assert answer.status_code == 200
    assert "Our listing changed while you were reading" in answer.content.decode()
    assert not Statement.objects.filter(source="center").exists()


# -- What the pages tell ------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_answer_is_kept_by_nobody_and_tells_no_address(
    client: Client, link: tuple[CenterLink, str], language: str
):
    path = path_of(link[1], language)
    answers = [client.get(path), client.get(path_of(tokens.new(), language)), all_right(client, path)]
    for answer in answers:
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "Set-Cookie" not in answer.headers
    assert [answer.status_code for answer in answers] == [200, 404, 303]
    thanks = client.get(answers[2].headers["Location"])
    assert thanks.status_code == 200
    assert link[1] not in thanks.content.decode() + answers[2].headers["Location"]


def test_a_form_needs_no_cookie_and_no_origin(link: tuple[CenterLink, str]):
    """Browsers send `Origin: null` from a page without referrer; a mail program's window has no cookies."""
    strict = Client(enforce_csrf_checks=True, headers={"origin": "null"})
    assert all_right(strict, path_of(link[1])).status_code == 303


def test_the_page_loads_nothing_and_leads_nowhere_else(client: Client, link: tuple[CenterLink, str]):
    page = client.get(path_of(link[1])).content.decode()
    for origin in ("http://", "https://", "//"):
        assert f'src="{origin}' not in page
        assert f'href="{origin}' not in page


def test_no_log_line_holds_the_token(client: Client, link: tuple[CenterLink, str], caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    path = path_of(link[1])
    client.get(path)
    client.get(path_of(tokens.new()))
    all_right(client, path)

    def broken(token: str) -> None:
        raise RuntimeError(token)

    monkeypatch.setattr(links, "find", broken)
    client.raise_request_exception = False
    assert client.get(path).status_code == 500
    written = [JsonFormatter().format(one) for one in caplog.records if one.levelno >= logging.INFO]
    assert any("Internal Server Error" in line for line in written)
    assert {json.loads(line).get("route") for line in written} >= {"/confirm/<link_token:token>/"}
    assert not [line for line in written if link[1] in line]


def test_too_many_unknown_links_from_one_network_are_turned_away(
    client: Client, link: tuple[CenterLink, str]
):
    for _ in range(30):
        assert client.get(path_of(tokens.new())).status_code == 404
    answer = client.get(path_of(tokens.new()))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3600"
    assert client.get(path_of(link[1])).status_code == 200
    assert Client(REMOTE_ADDR="198.51.100.7").get(path_of(tokens.new())).status_code == 404


def test_too_many_forms_from_one_network_are_turned_away(client: Client, link: tuple[CenterLink, str]):
    for _ in range(60):
        assert client.post(path_of(link[1]), {"act": "right"}).status_code == 200
    sent = fields_of(client.get(path_of(link[1])), "all-right") | {"act": "right"}
    assert client.post(path_of(link[1]), sent).status_code == 429
    assert links.find(link[1])

"""The desk's inbox: who sees what, that looking is written down, and that nobody overwrites anybody."""

import csv
import io
import logging
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now

from programs.models import DoNotCall, ExportLog, Inquiry, Report
from programs.staff.roles import Act, Role, Thing, allows
from programs.visitors import do_not_call
from programs.visitors.contents import Wanted, notes_of
from programs.visitors.handling import mark
from tests.programs import factories
from tests.programs.accounts import account, client_of
from tests.programs.visitors.conftest import (
    NAME,
    NUMBER,
    STAFF_NOTE,
    TRACES,
    WANTED,
    WORDS,
    a_request,
    address,
    inquiry,
    report,
    text_of,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/visitors/"
SEES_INQUIRIES, SEES_REPORTS = {"admin", "coordinator", "center"}, {"admin", "coordinator", "reviewer"}
ROLES = ["admin", "coordinator", "reviewer", "center", "reader"]


def at(name, row):
    return reverse(f"admin:visitors_{name}", args=[row.pk])


@pytest.fixture
def other():
    return factories.center(["iop"], name="Far Lantern", state="OH", takes_inquiries=True)


def reaching(role, center):
    """An account of this role whose reach is this center alone, as far as its role is bounded."""
    return account(role, centers=[center] if role == "center" else [], states=[center.state])


def sent(client, path, **changed):
    """The form of a page as a browser sends it, with these changes."""
    form = client.get(path).context["form"]
    values = {name: form[name].value() for name in form.fields} | {"mark": form.mark_value}
    return {name: value for name, value in (values | changed).items() if value not in (None, False)}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_its_lists_and_rows_within_reach_alone(center, other, role):
    client = client_of(reaching(role, center))
    rows = {"inquiry": (inquiry(center), inquiry(other)), "report": (report(center), report(other))}
    sees = {"inquiry": role in SEES_INQUIRIES, "report": role in SEES_REPORTS}
    if not any(sees.values()):
        assert client.get(LIST).status_code == 403
    for name, (near, far) in rows.items():
        assert client.get(at(name, near)).status_code == (200 if sees[name] else 404)
        everywhere = 200 if role == "admin" else 404
        assert client.get(at(name, far)).status_code == everywhere
        assert client.post(at(name, far), {}).status_code == everywhere
        if sees[name]:
            page = text_of(client.get(f"{LIST}?show={name}"))
            assert at(name, near) in page
            assert (at(name, far) in page) is (role == "admin")


@pytest.mark.parametrize("role", ROLES)
def test_contact_details_open_within_reach_alone(center, other, role):
    client = client_of(reaching(role, center))
    near, far = inquiry(center), inquiry(other)
    opened = client.post(at("contact", near))
    assert opened.status_code == (200 if role in SEES_INQUIRIES else 404)
    assert (NAME in text_of(opened)) is (role in SEES_INQUIRIES)
    if role != "admin":
        assert client.post(at("contact", far)).status_code == 404
        assert not LogEntry.objects.filter(object_id=str(far.pk)).exists()


def test_center_staff_see_no_reports_not_even_of_their_own(center):
    client = client_of(reaching("center", center))
    row = report(center)
    page = client.get(f"{LIST}?show=report")
    assert at("report", row) not in text_of(page)
    assert page.context["shown"] == "inquiry"
    assert client.get(at("report", row)).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_change_a_report_does_not(center, role):
    client = client_of(reaching(role, center))
    row = report(center)
    answer = client.post(at("report", row), {"status": "fixed", "mark": mark(row)})
    changes = allows(Role(role), Act.CHANGE, Thing.REPORT)
    assert (answer.status_code == 302) is changes
    assert (Report.objects.get().status == "fixed") is changes


def test_nobody_without_an_account_gets_in(client, center):
    row = inquiry(center)
    for path in (LIST, at("inquiry", row), at("contact", row)):
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code in {302, 405}
            assert NAME not in text_of(answer)


def test_lists_and_pages_show_no_contents_before_somebody_opens_them(center):
    client = client_of(reaching("coordinator", center))
    row = inquiry(center)
    for path in (LIST, at("inquiry", row)):
        page = text_of(client.get(path))
        assert not any(trace in page for trace in TRACES)


def test_each_look_at_contact_details_is_written_down_without_them(center):
    user = reaching("center", center)
    client, row = client_of(user), inquiry(center)
    for _ in range(2):
        page = text_of(client.post(at("contact", row)))
        assert NAME in page
        assert 'href="tel:+16025550187"' in page
    looks = LogEntry.objects.filter(user=user, change_message="contact opened", object_id=str(row.pk))
    assert looks.count() == 2
    assert client.get(at("contact", row)).status_code == 405
    assert "Looked at the contact details" in text_of(client.get(at("inquiry", row)))


def test_pages_with_contents_are_kept_by_nobody(center):
    client, row = client_of(reaching("coordinator", center)), inquiry(center)
    for page in (client.post(at("contact", row)), client.get(at("report", report(center)))):
        assert "no-store" in page["Cache-Control"]


def test_a_change_is_saved_and_told_without_contents(center):
    user = reaching("coordinator", center)
    client, row = client_of(user), inquiry(center)
    change = sent(client, at("inquiry", row), status="trying", assignee=user.pk, note=STAFF_NOTE)
    assert client.post(at("inquiry", row), change).status_code == 302
    kept = Inquiry.objects.get()
    assert (kept.status, kept.assignee) == ("trying", user)
    assert [note.text for note in notes_of(kept)] == [STAFF_NOTE]
    page = text_of(client.get(at("inquiry", row)))
    assert "Status: New, now Tried, not reached" in page
    assert STAFF_NOTE not in page
    assert STAFF_NOTE in text_of(client.post(at("contact", row)))
    for entry in LogEntry.objects.all():
        assert not any(trace in f"{entry.object_repr}{entry.change_message}" for trace in TRACES)


def test_closing_sets_the_day_it_goes_and_opening_again_takes_it_back(center):
    client, row = client_of(reaching("coordinator", center)), inquiry(center)
    client.post(at("inquiry", row), sent(client, at("inquiry", row), status="closed"))
    kept = Inquiry.objects.get()
    assert kept.closed_at is not None
    assert kept.purge_on == kept.closed_at.date() + timedelta(days=30)
    client.post(at("inquiry", row), sent(client, at("inquiry", row), status="trying"))
    kept = Inquiry.objects.get()
    assert (kept.closed_at, kept.purge_on) == (None, kept.created_at.date() + timedelta(days=90))


def test_an_old_request_never_stays_longer_because_it_was_closed_late(center):
    client, row = client_of(reaching("coordinator", center)), inquiry(center)
    asked = now() - timedelta(days=80)
    Inquiry.objects.update(created_at=asked, purge_on=asked.date() + timedelta(days=90))
    client.post(at("inquiry", row), sent(client, at("inquiry", row), status="closed"))
    assert Inquiry.objects.get().purge_on == asked.date() + timedelta(days=90)


@pytest.mark.parametrize("name", ["inquiry", "report"])
def test_of_two_at_once_the_second_is_told_and_nothing_is_overwritten(center, name):
    first, second = (client_of(reaching("coordinator", center)) for _ in range(2))
    row = {"inquiry": inquiry, "report": report}[name](center)
    done = {"inquiry": "reached", "report": "fixed"}[name]
    mine, theirs = (sent(one, at(name, row)) for one in (first, second))
    assert first.post(at(name, row), {**mine, "status": done}).status_code == 302
    told = second.post(at(name, row), {**theirs, "note": STAFF_NOTE})
    assert told.status_code == 409
    page = text_of(told)
    assert "Someone else changed this meanwhile" in page
    assert STAFF_NOTE in page
    assert type(row).objects.get().status == done
    again = {**theirs, "status": done, "note": STAFF_NOTE, "mark": told.context["form"].mark_value}
    assert second.post(at(name, row), again).status_code == 302
    assert [note.text for note in notes_of(type(row).objects.get())] == [STAFF_NOTE]


def test_a_request_withdrawn_meanwhile_is_not_brought_back(center):
    client, row = client_of(reaching("coordinator", center)), inquiry(center)
    change = sent(client, at("inquiry", row), status="trying", note=STAFF_NOTE)
    Inquiry.objects.update(status="withdrawn", sealed=b"")
    assert client.post(at("inquiry", row), change).status_code == 403
    kept = Inquiry.objects.get()
    assert (kept.status, bytes(kept.sealed), bytes(kept.sealed_notes)) == ("withdrawn", b"", b"")
    assert client.post(at("contact", row)).status_code == 403
    assert "withdrew this request" in text_of(client.get(at("inquiry", row)))


def test_staff_cannot_withdraw_for_somebody(center):
    client, row = client_of(reaching("coordinator", center)), inquiry(center)
    client.post(at("inquiry", row), sent(client, at("inquiry", row), status="withdrawn"))
    assert Inquiry.objects.get().status == "new"


def test_do_not_call_closes_the_details_and_is_known_for_the_next_request(center):
    client, row = client_of(reaching("center", center)), inquiry(center)
    client.post(at("inquiry", row), sent(client, at("inquiry", row), do_not_call="on"))
    assert DoNotCall.objects.count() == 1
    assert client.post(at("contact", row)).status_code == 403
    following = inquiry(center)
    assert following.do_not_call
    assert "do not call" in text_of(client.get(LIST))
    client.post(at("inquiry", following), sent(client, at("inquiry", following), do_not_call=False))
    assert not DoNotCall.objects.exists()
    assert NAME in text_of(client.post(at("contact", following)))


def test_the_reporter_reads_the_answer_and_a_report_goes_in_time(center):
    user = reaching("coordinator", center)
    client, row = client_of(user), report(center)
    assert WORDS in text_of(client.get(at("report", row)))
    client.post(
        at("report", row), sent(client, at("report", row), status="fixed", answer="Put right, thanks.")
    )
    kept = Report.objects.get()
    assert (kept.status, kept.answer, kept.handled_by) == ("fixed", "Put right, thanks.", user)
    assert kept.purge_on == kept.handled_at.date() + timedelta(days=180)


def test_only_the_staff_of_the_center_and_oneself_can_be_given_a_request(center, other):
    near, far = reaching("center", center), reaching("center", other)
    user = reaching("coordinator", center)
    client, row = client_of(user), inquiry(center)
    choices = set(client.get(at("inquiry", row)).context["form"].fields["assignee"].queryset)
    assert choices == {user, near}
    client.post(at("inquiry", row), sent(client, at("inquiry", row), assignee=far.pk))
    assert Inquiry.objects.get().assignee is None


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"]
)
def test_what_visitors_write_is_shown_and_never_run(center, hostile):
    client = client_of(reaching("coordinator", center))
    row = inquiry(center, wanted=Wanted("me", hostile, "phone", NUMBER, "open", hostile, hostile, "en"))
    for page in (client.post(at("contact", row)), client.get(at("report", report(center, hostile)))):
        raw = page.content.decode()
        assert hostile in text_of(page)
        assert "<script>alert" not in raw
        assert "<img src=x" not in raw


def test_an_e_mail_address_cannot_bring_further_recipients_along(center):
    client = client_of(reaching("coordinator", center))
    sly = a_request(center, way="email", reach="a?bcc=b@example.org")
    client.post(address(center, "call-back"), sly)
    page = client.post(at("contact", Inquiry.objects.get())).content.decode()
    assert 'href="mailto:a%3Fbcc%3Db@example.org"' in page


@pytest.mark.parametrize("name", ["inquiry", "report"])
def test_a_broken_seal_is_said_and_breaks_no_page(center, name):
    client = client_of(reaching("coordinator", center))
    row = {"inquiry": inquiry, "report": report}[name](center)
    type(row).objects.update(sealed=b"\x01" + bytes(3000))
    page = client.post(at("contact", row)) if name == "inquiry" else client.get(at(name, row))
    assert page.status_code == 200
    assert "does not open" in text_of(page)
    if name == "inquiry":
        told = client.post(at("inquiry", row), sent(client, at("inquiry", row), do_not_call="on"))
        assert "does not open" in text_of(told)
        assert not Inquiry.objects.get().do_not_call


def test_a_seal_from_another_row_does_not_open_here(center, other):
    mine, theirs = inquiry(center), inquiry(other)
    Inquiry.objects.filter(pk=mine.pk).update(sealed=theirs.sealed)
    page = client_of(reaching("center", center)).post(at("contact", mine))
    assert "does not open" in text_of(page)
    assert NAME not in text_of(page)


def test_nothing_past_its_day_is_shown_to_anybody(center):
    client = client_of(account("admin"))
    rows = (inquiry(center, purge_on=localdate()), report(center, purge_on=localdate()))
    page = text_of(client.get(f"{LIST}?every=1")) + text_of(client.get(f"{LIST}?show=report&every=1"))
    for row, name in zip(rows, ("inquiry", "report"), strict=True):
        assert at(name, row) not in page
        assert client.get(at(name, row)).status_code == 404
    assert client.post(at("contact", rows[0])).status_code == 404


def cells(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("role", ROLES)
def test_only_a_platform_admin_takes_lists_out(center, role):
    client = client_of(reaching(role, center))
    inquiry(center)
    for show in ("inquiry", "report", "listing"):
        answer = client.post("/admin/visitors/export/", {"show": show})
        if role == "admin" and show != "listing":
            assert answer.status_code == 200
            continue
        assert answer.status_code == (404 if show == "listing" else 403)
    assert ExportLog.objects.count() == (2 if role == "admin" else 0)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\uff1d", "\r", " ="])
def test_no_cell_of_an_export_starts_a_formula(center, start):
    evil = f"{start}cmd|' /C calc'!A0"
    inquiry(center, wanted=Wanted("me", evil, "phone", NUMBER, "open", evil, "", "en"))
    report(center, evil)
    client = client_of(account("admin"))
    for show in ("inquiry", "report"):
        answer = client.post("/admin/visitors/export/", {"show": show})
        found = [cell for row in cells(answer)[1:] for cell in row if "calc" in cell]
        assert found
        assert all(cell.startswith("'") for cell in found)


def test_an_export_is_written_down_and_leaves_out_whom_not_to_call(center):
    user = account("admin")
    row, silent = inquiry(center), inquiry(center, do_not_call=True)
    report(center)
    client = client_of(user)
    lines = cells(client.post("/admin/visitors/export/", {"show": "inquiry"}))
    assert [NUMBER in line for line in lines[1:]] == [True, False]
    log = ExportLog.objects.get()
    assert (log.by, log.what, log.file_format, log.rows) == (user, "call-back requests", "csv", 2)
    taken = LogEntry.objects.filter(change_message="contact exported").values_list("object_id", flat=True)
    assert set(taken) == {str(row.pk), str(silent.pk)}


def test_a_broken_seal_does_not_stop_an_export(center):
    inquiry(center, sealed=b"\x01" + bytes(99))
    client = client_of(account("admin"))
    assert "does not open" in client.post("/admin/visitors/export/", {"show": "inquiry"}).content.decode()


@pytest.mark.parametrize("role", ["admin", "coordinator", "center"])
def test_no_page_needs_more_than_fifteen_queries(center, role):
    rows = [inquiry(center) for _ in range(12)]
    reports = [report(center) for _ in range(12)] if role != "center" else []
    client = client_of(reaching(role, center))
    pages = [(client.get, LIST), (client.get, at("inquiry", rows[0])), (client.post, at("contact", rows[0]))]
    pages += [(client.get, f"{LIST}?show=report"), (client.get, at("report", reports[0]))] if reports else []
    for ask, path in pages:
        ask(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert ask(path).status_code == 200
        assert len(queries) <= 15, (path, len(queries))


def test_a_list_asks_as_often_for_fifty_as_for_one(center):
    client = client_of(reaching("coordinator", center))
    inquiry(center)
    client.get(LIST)
    counts = []
    for more in (0, 49):
        for _ in range(more):
            inquiry(center)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "query", ["?show=gossip", "?p=99999", "?p=-1", "?p=x", "?every=maybe", "?show=inquiry&p=0"]
)
def test_an_odd_address_shows_a_list_all_the_same(center, query):
    assert client_of(reaching("coordinator", center)).get(LIST + query).status_code == 200


def test_no_log_line_of_the_desk_holds_contents(center, caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("django", "django.request", "iopfinder", "iopfinder.request"):
        caplog.set_level(logging.DEBUG, logger=name)
    client, row = client_of(reaching("coordinator", center)), inquiry(center)
    client.post(at("contact", row))
    client.post(at("inquiry", row), sent(client, at("inquiry", row), note=STAFF_NOTE, do_not_call="on"))
    assert do_not_call.is_known(center, WANTED)
    lines = [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
    assert lines
    assert not [line for line in lines for trace in TRACES if trace in line]

"""Mail to centers, given to a real mail server; and the reminders of every night."""

import re
import subprocess
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from programs.confirming import links, reminders, sending, tokens
from programs.facts import FactSet
from programs.freshness import HOLDS_FOR
from programs.models import Center, CenterLink, Proposal, Statement
from tests.programs.confirming.conftest import Letters, a_center, tokens_in
from tests.programs.confirming.elsewhere import Elsewhere
from tests.programs.factories import StatementFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
HEALTH = re.compile(
    r"addict|abuse|disorder|diagnos|substance|alcohol|drug|patient|medicaid|adicc|droga", re.I
)


# -- The mail -----------------------------------------------------------------------------------


def test_a_mail_reaches_the_center_in_both_languages_with_a_link_that_works(letters: Letters, center: Center):
    link, token = links.make(center)
    sending.send(link, token)
    (mail,) = letters.taken
    assert letters.recipients == ["desk@kite.example"]
    assert mail["To"] == "desk@kite.example"
    assert mail["Reply-To"] == "listings@find.example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert "Kite Clinic" in mail["Subject"]
    text = mail.get_content()
    assert f"https://find.example.org/confirm/{token}/" in text
    assert f"https://find.example.org/es/confirm/{token}/" in text
    assert tokens_in(mail) == {token}
    assert text.count("Example County") == text.count("listings@find.example.org") == 2
    assert "Nobody has to answer." in text
    link.refresh_from_db()
    assert link.sent_at is not None
    assert links.find(token) == link


def test_no_word_of_the_mail_is_about_health(letters: Letters, center: Center):
    link, token = links.make(center, is_reminder=True)
    sending.send(link, token)
    (mail,) = letters.taken
    assert not HEALTH.search(mail["Subject"] + mail.get_content())


def test_a_name_with_a_line_break_cannot_write_a_header(letters: Letters, db):
    center = a_center(name="Kite\r\nBcc: everybody@example.org\nClinic")
    sending.send(*links.make(center))
    (mail,) = letters.taken
    assert letters.recipients == ["desk@kite.example"]
    assert mail["Bcc"] is None
    assert "Kite Bcc: everybody@example.org Clinic" in mail["Subject"]


def test_the_address_in_a_mail_is_the_sites_own_whatever_a_request_says(
    letters: Letters, center: Center, rf: Any
):
    rf.get("/", headers={"host": "evil.example"})
    assert links.address(tokens.new()).startswith("https://find.example.org/confirm/")


def test_a_newer_link_that_is_sent_ends_the_older(letters: Letters, center: Center):
    _, older = links.make(center)
    sending.send(*links.make(center))
    assert links.find(older) is None
    assert len(letters.taken) == 1


def test_a_mail_that_is_refused_leaves_the_older_link_and_no_new_one(letters: Letters, center: Center):
    _, older = links.make(center)
    letters.down = True
    link, token = links.make(center)
    with pytest.raises(sending.NotSentError) as refused:
        sending.send(link, token)
    assert "desk@kite.example" not in str(refused.value)
    assert str(refused.value) == "SMTPRecipientsRefused"
    assert links.find(older) is not None
    assert links.find(token) is None


def test_without_a_mail_server_nothing_pretends_to_be_sent(settings, center: Center):
    settings.EMAIL_BACKEND = sending.NOWHERE
    link, token = links.make(center)
    with pytest.raises(sending.NotSentError, match="EMAIL_URL"):
        sending.send(link, token)
    link.refresh_from_db()
    assert link.sent_at is None


# -- Who is due ---------------------------------------------------------------------------------


def said(center: Center, days_ago: int, **more: Any) -> Statement:
    """A statement of a coordinator, that many days ago, in place of all there was."""
    Statement.objects.filter(center=center).delete()
    statement = StatementFactory.build(center=center, said_on=TODAY() - timedelta(days=days_ago), **more)
    statement.facts = FactSet.of(yes=["pay_medicaid"])
    statement.save()
    return statement


def due_center(name: str = "Kite Clinic", days_left: int = 10, **more: Any) -> Center:
    """A center with something that turns old in so many days."""
    slug = name.lower().replace(" ", "-")
    center = a_center(**{"name": name, "email": f"{slug}@example.org", **more})
    said(center, HOLDS_FOR.days + 1 - days_left)
    return center


def due() -> list[int]:
    return [one.center_id for one in reminders.due(TODAY())]


@pytest.mark.parametrize(
    ("days_left", "is_due"), [(22, False), (21, True), (1, True), (0, True), (-400, True)]
)
def test_centers_are_asked_three_weeks_before_what_they_said_turns_old(days_left: int, is_due: bool, db):
    center = due_center(days_left=days_left)
    assert due() == ([center.pk] if is_due else [])
    if is_due:
        assert reminders.due(TODAY())[0].expires_on == TODAY() + timedelta(days=days_left)


@pytest.mark.parametrize(
    "fields", [{"email": ""}, {"status": "draft"}, {"status": "closed"}, {"is_sample": True}], ids=str
)
def test_nobody_is_asked_without_an_address_or_a_page(fields: dict[str, Any], db):
    due_center(**fields)
    assert due() == []


def test_what_a_directory_says_is_no_reason_to_ask(db):
    center = a_center()
    said(center, 400, source="samhsa_su", method="directory", edition=2023)
    assert due() == []


def test_whoever_holds_a_link_or_has_answered_is_not_asked(db):
    center, other = due_center(), due_center("Other Clinic")
    links.make(center)
    Proposal.objects.create(center=other, changes={"phone": "602-555-0199"})
    assert due() == []
    CenterLink.objects.update(revoked_at=timezone.now())
    assert due() == [center.pk]


def reminded(center: Center, days_ago: int) -> None:
    link, _ = links.make(center, is_reminder=True)
    at = timezone.now() - timedelta(days=days_ago)
    CenterLink.objects.filter(pk=link.pk).update(created_at=at, sent_at=at, expires_at=at + links.VALID_FOR)


def test_one_reminder_for_each_time_something_turns_old(db):
    center = due_center(days_left=3)
    reminded(center, 18 - 1)
    assert due() == [], "asked since these facts came within three weeks"
    CenterLink.objects.all().delete()
    reminded(center, 60)
    assert due() == [center.pk], "asked about others, long ago"
    CenterLink.objects.all().delete()
    reminded(center, 20)
    assert due() == [], "asked less than three weeks ago"


def test_those_that_turn_old_first_are_asked_first(db):
    later, first, last = due_center("B", 9), due_center("A", 2), due_center("C", 20)
    assert due() == [first.pk, later.pk, last.pk]


def test_who_is_due_takes_few_queries(db, django_assert_max_num_queries):
    for number in range(12):
        due_center(f"Clinic {number}")
    with django_assert_max_num_queries(6):
        assert len(due()) == 12


# -- The command --------------------------------------------------------------------------------


def run(*words: str) -> tuple[str, str, str]:
    """What the command wrote, what it complained about, and how it failed."""
    out, err = StringIO(), StringIO()
    failure = ""
    try:
        call_command("remind_centers", *words, stdout=out, stderr=err)
    except CommandError as error:
        failure = str(error)
    return out.getvalue(), err.getvalue(), failure


def test_a_dry_run_names_the_centers_and_sends_nothing(letters: Letters, db):
    center = due_center()
    out, _, failure = run("--dry-run")
    assert f"center {center.pk}: turns old on {TODAY() + timedelta(days=10):%Y-%m-%d}" in out
    assert "1 of 1 would be asked. Nothing was sent." in out
    assert (letters.taken, failure, CenterLink.objects.count()) == ([], "", 0)


def test_each_center_gets_one_mail_of_its_own_however_often_it_runs(letters: Letters, db):
    centers = [due_center(f"Clinic {number}") for number in range(3)]
    assert run()[0] == "3 sent, 0 not sent, 0 asked meanwhile, 0 left for later.\n"
    assert run()[0] == "0 sent, 0 not sent, 0 asked meanwhile, 0 left for later.\n"
    assert sorted(letters.recipients) == [center.email for center in centers]
    for mail in letters.taken:
        (token,) = tokens_in(mail)
        link = links.find(token)
        assert link is not None
        assert link.is_reminder
        assert link.center.email == mail["To"]
        assert "soon be a year old" in mail.get_content()


def test_a_run_sends_no_more_than_its_limit_and_the_next_goes_on(letters: Letters, db):
    for number in range(5):
        due_center(f"Clinic {number}")
    assert run("--limit", "2")[0].startswith("2 sent, 0 not sent, 0 asked meanwhile, 3 left")
    assert run("--limit", "2")[0].startswith("2 sent, 0 not sent, 0 asked meanwhile, 1 left")
    assert run("--limit", "2")[0].startswith("1 sent")
    assert len(set(letters.recipients)) == len(letters.recipients) == 5
    assert run("--limit", "0")[2] == "--limit: at least 1"


def test_what_the_server_refuses_is_named_tried_again_and_the_others_are_sent(letters: Letters, db):
    bad, good = due_center("Bad Clinic", 1), due_center("Good Clinic", 2)
    letters.refused = {bad.email}
    out, err, failure = run()
    assert out.startswith("1 sent, 1 not sent")
    assert err == f"center {bad.pk}: not sent (SMTPRecipientsRefused)\n"
    assert failure == "1 not sent; the next run tries again."
    assert letters.recipients == [good.email]
    letters.refused = set()
    assert run()[0].startswith("1 sent, 0 not sent")
    assert letters.recipients == [good.email, bad.email]


def test_a_server_that_is_down_ends_the_run_and_loses_nobody(letters: Letters, settings, db):
    for number in range(8):
        due_center(f"Clinic {number}")
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    out, err, failure = run()
    assert out.startswith("0 sent, 5 not sent, 0 asked meanwhile, 3 left")
    assert err.count("not sent (ConnectionRefusedError 111)") == 5
    assert failure.startswith("The mail server refused 5 in a row.")
    settings.EMAIL_PORT = port
    assert run()[0].startswith("8 sent")
    assert len(set(letters.recipients)) == 8


def test_a_center_that_was_asked_meanwhile_is_left_out(letters: Letters, db):
    center = due_center()
    wanted = reminders.due(TODAY())
    reminded(center, 0)
    assert [one.skipped for one in reminders.send_all(wanted, TODAY())] == [True]
    assert letters.taken == []


# -- Stopped in the middle ----------------------------------------------------------------------


def started(site: Elsewhere, letters: Letters, settings) -> "subprocess.Popen[str]":
    return site.start("remind_centers", EMAIL_URL=f"smtp://127.0.0.1:{settings.EMAIL_PORT}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", [1, 2, 4])
def test_killed_while_it_sends_it_never_sends_anybody_a_second_mail(
    letters: Letters, settings, tmp_path: Path, before: int
):
    """The server goes silent before it takes one of the mails, and the run is killed there."""
    centers = [due_center(f"Clinic {number}", number + 1) for number in range(4)]
    site = Elsewhere(tmp_path)
    letters.hold_at = before
    process = started(site, letters, settings)
    assert letters.holding.wait(60)
    process.kill()
    process.communicate()
    letters.let_go()
    done, err = started(site, letters, settings).communicate(timeout=60)
    assert done.startswith(f"{4 - before} sent, 0 not sent"), err
    assert len(set(letters.recipients)) == len(letters.recipients)
    stuck = centers[before - 1]
    assert set(letters.recipients) >= {center.email for center in centers} - {stuck.email}
    rows = site.values("SELECT center_id FROM programs_centerlink WHERE is_reminder AND sent_at IS NULL")
    assert rows == [(stuck.pk,)]


def test_a_reminder_that_was_begun_and_never_marked_is_named_the_next_time(letters: Letters, db):
    center = due_center()
    link, _ = links.make(center, is_reminder=True)
    assert "stopped while it sent" not in run()[1], "another run may be sending it right now"
    CenterLink.objects.filter(pk=link.pk).update(created_at=timezone.now() - timedelta(hours=2))
    assert f"center {center.pk}: an earlier run stopped while it sent this one." in run()[1]
    assert letters.taken == []


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_each_center_one_mail(letters: Letters, settings, tmp_path: Path):
    centers = [due_center(f"Clinic {number}") for number in range(6)]
    site = Elsewhere(tmp_path)
    both = [started(site, letters, settings) for _ in range(2)]
    outputs = [one.communicate(timeout=120) for one in both]
    assert [one.returncode for one in both] == [0, 0], outputs
    assert sorted(letters.recipients) == sorted(center.email for center in centers)

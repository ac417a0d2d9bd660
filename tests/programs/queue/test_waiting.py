"""What waits for whom, read from what is stored."""

from datetime import timedelta

import pytest

from programs.models import Center, Inquiry, RefusedRow, Report
from programs.queue import snoozing, waiting
from programs.queue.order import Kind
from tests.programs.accounts import account
from tests.programs.factories import CenterFactory, StatementFactory
from tests.programs.queue import work

pytestmark = pytest.mark.django_db
ALL = set(Kind) - {Kind.NEVER}
CALLER = ALL - {Kind.PROPOSAL, Kind.DRAFT, Kind.REFUSED}


def kinds(user) -> set[Kind]:
    return {kind for entry in waiting.waiting(user, today=work.today()).entries for kind in entry.kinds}


def names(user) -> list[str]:
    entries = waiting.waiting(user, today=work.today()).entries
    by_id = Center.objects.in_bulk()
    return [by_id[entry.center].name if entry.center else "import" for entry in entries]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("admin", ALL),
        ("coordinator", CALLER),
        ("reviewer", ALL - {Kind.INQUIRY, Kind.REFUSED, Kind.DUPLICATE}),
        ("reader", set()),
    ],
)
def test_each_role_sees_the_work_it_may_do_and_no_other(role, expected):
    work.one_of_each()
    user = account(role)
    assert kinds(user) == expected
    assert set(waiting.kinds_of(user)) == expected


def test_the_staff_of_a_center_see_what_waits_there():
    made = work.one_of_each()
    user = account("center", centers=[made["inquiry"], made["openings"], made["report"]])
    assert names(user) == ["inquiry AZ", "openings AZ"]


@pytest.mark.parametrize("role", ["coordinator", "reviewer"])
def test_nothing_outside_of_the_accounts_states_is_shown(role):
    work.one_of_each("AZ")
    work.one_of_each("NM")
    there = names(account(role, states=["NM"]))
    assert there
    assert all(name.endswith("NM") for name in there)


def test_an_account_without_a_role_finds_nothing(django_user_model):
    work.one_of_each()
    assert kinds(django_user_model.objects.create_user("nobody", is_staff=True)) == set()


def test_a_center_with_several_matters_stands_there_once():
    center = CenterFactory()
    work.report(center, "cost")
    work.report(center, "phone")
    work.confirmed(center, 500)
    work.openings(center)
    (entry,) = waiting.waiting(account("coordinator"), today=work.today()).entries
    assert [(why.kind, why.detail) for why in entry.whys][:2] == [(Kind.REPORT, "phone"), (Kind.FACTS, "")]
    assert len(entry.whys) == 4


def test_what_is_done_no_longer_waits():
    center, other = CenterFactory(), CenterFactory()
    work.report(center, status="fixed")
    work.report(center, status="unchanged")
    work.inquiry(center, status="reached")
    work.inquiry(center, status="withdrawn")
    work.inquiry(center, do_not_call=True)
    work.openings(center, days=40)
    work.confirmed(center, 30)
    pair = work.duplicate(center, other)
    pair.status = "different"
    pair.save()
    work.refused()
    RefusedRow.objects.update(handled_at=work.timezone.now())
    assert kinds(account("admin")) == set()


def test_what_is_past_its_day_is_not_shown_before_the_night_has_erased_it():
    center = CenterFactory()
    work.report(center, purge_on=work.today())
    work.inquiry(center)
    Inquiry.objects.update(purge_on=work.today())
    assert kinds(account("admin")) == set()
    Report.objects.update(purge_on=work.today() + timedelta(days=1))
    assert kinds(account("admin")) == {Kind.REPORT}


def test_an_import_that_was_undone_has_nothing_to_mend():
    run = work.refused()
    run.undone_at = work.timezone.now()
    run.save()
    assert kinds(account("admin")) == set()


def test_refused_rows_are_counted_by_import():
    work.refused(3)
    work.refused(5)
    entries = waiting.waiting(account("admin"), today=work.today()).entries
    assert sorted(entry.whys[0].detail for entry in entries) == ["3", "5"]


def test_openings_are_asked_for_from_two_days_before_until_two_weeks_after():
    for days in (3, 2, 0, -14, -15):
        work.openings(CenterFactory(name=f"{days}"), days)
    assert set(names(account("coordinator"))) == {"2", "0", "-14"}


def test_a_center_put_off_comes_back_on_its_day():
    center = CenterFactory()
    work.report(center)
    day = work.today() + timedelta(days=3)
    snoozing.put_off(center, until=day, reason="no_answer", note="", by=None)
    user = account("coordinator")
    assert kinds(user) == set()
    assert [one.center for one in waiting.put_off(user, today=work.today())] == [center]
    assert waiting.waiting(user, today=day).entries
    assert not waiting.put_off(user, today=day)
    assert [why.kind for why in waiting.of_center(user, center, today=work.today())] == [Kind.REPORT]


@pytest.mark.parametrize("role", ["admin", "coordinator", "reviewer", "center", "reader"])
def test_what_waits_at_one_center_is_what_the_list_says(role):
    made = work.one_of_each()
    user = account(role, centers=made.values() if role == "center" else ())
    listed = {
        entry.center: entry.whys
        for entry in waiting.waiting(user, today=work.today()).entries
        if entry.center is not None
    }
    for center in made.values():
        assert waiting.of_center(user, center, today=work.today()) == listed.get(center.pk, ())


def test_the_lane_holds_centers_no_person_confirmed_and_those_a_directory_dropped_come_first():
    listed = CenterFactory(in_latest_edition=True)
    dropped = CenterFactory(in_latest_edition=False)
    unknown = CenterFactory(in_latest_edition=None)
    for center in (listed, dropped, unknown):
        StatementFactory(center=center, method="directory", source="samhsa_su", edition=2023)
    work.confirmed(CenterFactory(), 5)
    CenterFactory(status="draft")
    user = account("coordinator")
    assert list(waiting.lane(user, today=work.today())) == [dropped, listed, unknown]
    assert kinds(user) == set()
    assert not waiting.lane(account("reader"), today=work.today()).exists()
    assert not waiting.lane(account("coordinator", states=["NM"]), today=work.today()).exists()


def test_no_more_is_read_than_anybody_pages_through(monkeypatch):
    monkeypatch.setattr(waiting, "DEPTH", 3)
    for days in (400, 420, 440, 460):
        work.confirmed(CenterFactory(name=f"{days}"), days)
    user = account("coordinator")
    assert names(user) == ["460", "440", "420"]
    assert waiting.waiting(user, today=work.today()).cut == {Kind.FACTS}

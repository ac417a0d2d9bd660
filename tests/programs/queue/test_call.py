"""The page of a call: what is asked, and what saving it writes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from programs.expiring import expiring
from programs.models import Claim, Listing, Report, Snooze, Statement
from programs.queue import claiming, snoozing
from tests.programs.accounts import account, client_of
from tests.programs.factories import CenterFactory, ProgramFactory, StatementFactory
from tests.programs.factories import center as listed_center
from tests.programs.queue import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return account("coordinator", name="ana")


@pytest.fixture
def desk(ana):
    return client_of(ana)


def address(center) -> str:
    return reverse("admin:verify", args=[center.pk])


def call(**more) -> dict:
    return {"said_method": "phone", "said_on": f"{work.today()}", "said_by": "intake", **more}


def facts(statement: Statement) -> dict:
    return {code: statement.facts.value(code) for code in CODES if statement.facts.value(code) is not None}


CODES = ("pay_medicaid", "pay_va", "telehealth", "time_evening", "lang_spanish", "smoke_free")


def test_one_call_is_one_statement_with_who_how_and_when(desk, ana):
    center = listed_center(yes=["pay_medicaid"])
    day = work.today() - timedelta(days=1)
    data = call(**{"fact-telehealth": "yes", "fact-lang_spanish": "no"}, note="ask for Jo", said_on=f"{day}")
    desk.post(address(center), data)
    said = Statement.objects.exclude(entered_by=None).get()
    assert facts(said) == {"telehealth": True, "lang_spanish": False}
    assert (said.center, said.program, said.source, said.method) == (center, None, "coordinator", "phone")
    assert (said.said_on, said.said_by, said.entered_by, said.note) == (day, "intake", ana, "ask for Jo")
    assert said.history.get().history_user == ana


def test_the_listing_follows_at_once(desk):
    center = listed_center(yes=["pay_medicaid"])
    desk.post(address(center), call(**{"fact-telehealth": "yes"}))
    assert Listing.objects.get(center=center).facts.value("telehealth") is True


def test_as_it_was_confirms_what_was_known_and_nothing_else(desk):
    center = listed_center(yes=["pay_medicaid"], no=["telehealth"])
    Statement.objects.update(said_on=work.today() - timedelta(days=400))
    desk.post(address(center), call(as_it_was="on"))
    said = Statement.objects.exclude(entered_by=None).get()
    assert facts(said) == {"pay_medicaid": True, "telehealth": False}


def test_as_it_was_gives_way_to_what_was_chosen(desk):
    center = listed_center(yes=["pay_medicaid", "telehealth"])
    Statement.objects.update(said_on=work.today() - timedelta(days=400))
    desk.post(address(center), call(**{"as_it_was": "on", "fact-telehealth": "no"}))
    assert facts(Statement.objects.exclude(entered_by=None).get()) == {
        "pay_medicaid": True,
        "telehealth": False,
    }


def test_older_statements_stay_as_they_are(desk):
    center = listed_center(yes=["pay_medicaid"])
    before = Statement.objects.values().get()
    desk.post(address(center), call(**{"fact-telehealth": "yes"}))
    assert Statement.objects.filter(pk=before["id"]).values().get() == before


def test_what_was_confirmed_leaves_the_queue(desk, ana):
    center = CenterFactory()
    work.confirmed(center, 500, yes=["smoke_free", "pay_va"])
    claiming.take(ana, center.pk, now=timezone.now())
    snoozing.put_off(center, until=work.today(), reason="no_answer", note="", by=ana)
    assert expiring(work.today()).exists()
    answer = desk.post(address(center), call(as_it_was="on"))
    assert answer["Location"] == reverse("admin:index")
    assert not expiring(work.today() + timedelta(days=300)).exists()
    assert not Claim.objects.exists()
    assert not Snooze.objects.exists()


def test_half_the_facts_today_and_half_tomorrow_will_do(desk):
    center = CenterFactory()
    work.confirmed(center, 500, yes=["smoke_free", "pay_va"])
    desk.post(address(center), call(**{"fact-smoke_free": "yes"}))
    assert expiring(work.today()).exists()
    page = desk.get(address(center)).content.decode()
    assert 'name="fact-pay_va"' in page
    assert 'name="fact-smoke_free"' not in page
    desk.post(address(center), call(**{"fact-pay_va": "no"}))
    assert not expiring(work.today()).exists()


def test_what_was_said_of_one_program_is_asked_and_said_of_that_program(desk):
    center = CenterFactory()
    program, other = ProgramFactory(center=center), ProgramFactory(center=center, level="php")
    work.confirmed(center, 500, yes=["time_evening"], program=program)
    page = desk.get(address(center)).content.decode()
    assert f'name="fact-{program.pk}-time_evening"' in page
    assert f'name="fact-{other.pk}-time_evening"' not in page
    desk.post(address(center), call(**{f"fact-{program.pk}-time_evening": "no"}))
    said = Statement.objects.exclude(entered_by=None).get()
    assert said.program == program
    assert facts(said) == {"time_evening": False}
    assert not expiring(work.today()).exists()


def test_saving_takes_the_next(desk, ana):
    center, other = CenterFactory(), CenterFactory()
    work.confirmed(center, 500)
    work.confirmed(other, 450)
    claiming.take(ana, center.pk, now=timezone.now())
    answer = desk.post(address(center), call(as_it_was="on"))
    assert answer["Location"] == address(other)
    assert Claim.objects.get().center == other


def test_saving_may_also_end_the_work(desk):
    center, other = CenterFactory(), CenterFactory()
    work.confirmed(center, 500)
    work.confirmed(other, 450)
    assert desk.post(address(center), call(as_it_was="on", stop="1"))["Location"] == reverse("admin:index")
    assert not Claim.objects.exists()


def test_a_call_in_which_nothing_was_said_is_not_saved(desk, ana):
    center = listed_center(yes=["pay_medicaid"])
    claiming.take(ana, center.pk, now=timezone.now())
    answer = desk.post(address(center), call(note="kept as typed"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Nothing was said yet." in page
    assert "kept as typed" in page
    assert Statement.objects.count() == 1
    assert Claim.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("fact-telehealth", "perhaps"),
        ("said_method", "directory"),
        ("said_method", "center"),
        ("said_on", "2999-01-01"),
        ("said_on", "soon"),
        ("said_by", "x" * 101),
        ("note", "x" * 301),
    ],
)
def test_what_the_form_does_not_offer_is_refused_and_what_was_typed_stays(desk, field, value):
    center = listed_center(yes=["pay_medicaid"])
    answer = desk.post(address(center), call(**{"fact-pay_medicaid": "yes", field: value}))
    assert answer.status_code == 422
    assert Statement.objects.count() == 1


def test_a_fact_the_page_does_not_ask_is_not_written(desk):
    center = listed_center(yes=["pay_medicaid"])
    assert desk.post(address(center), call(**{"fact-smoke_free": "yes"})).status_code == 422
    assert Statement.objects.count() == 1


def test_reports_are_answered_in_the_same_step(desk, ana):
    center = CenterFactory()
    wrong, other = work.report(center, "phone", words="It rings out."), work.report(center, "cost")
    page = desk.get(address(center)).content.decode()
    assert "It rings out." in page
    data = call(
        **{
            f"report-{wrong.pk}": "fixed",
            f"answer-{wrong.pk}": "We have the new number now.",
            f"mark-{wrong.pk}": mark(page, wrong),
        }
    )
    assert desk.post(address(center), data).status_code == 302
    wrong.refresh_from_db()
    other.refresh_from_db()
    assert (wrong.status, wrong.answer, wrong.handled_by) == ("fixed", "We have the new number now.", ana)
    assert wrong.handled_at is not None
    assert other.status == "new"
    assert not Statement.objects.exists()


def mark(page: str, report: Report) -> str:
    start = page.index(f'name="mark-{report.pk}" value="') + len(f'name="mark-{report.pk}" value="')
    return page[start : page.index('"', start)]


def test_where_somebody_else_answered_a_report_meanwhile_nothing_is_written(desk):
    center = CenterFactory()
    wrong = work.report(center, "phone")
    page = desk.get(address(center)).content.decode()
    Report.objects.update(status="working")
    data = {"fact-telehealth": "yes", f"report-{wrong.pk}": "fixed", f"mark-{wrong.pk}": mark(page, wrong)}
    answer = desk.post(address(center), call(**data))
    assert answer.status_code == 422
    assert "Somebody answered a report meanwhile." in answer.content.decode()
    assert not Statement.objects.exists()
    assert Report.objects.get().status == "working"


def test_a_report_of_another_center_is_not_answered_here(desk):
    center = listed_center()
    other = work.report(CenterFactory(), "phone")
    data = {"fact-telehealth": "yes", f"report-{other.pk}": "fixed", f"mark-{other.pk}": "x"}
    assert desk.post(address(center), call(**data)).status_code == 302
    assert Report.objects.get().status == "new"


def test_what_another_has_is_shown_without_a_form(desk):
    center = listed_center(yes=["pay_medicaid"])
    claiming.take(account("coordinator", name="ben"), center.pk, now=timezone.now())
    page = desk.get(address(center)).content.decode()
    assert "With ben, for 20 more minutes" in page
    assert "Please do not call now." in page
    assert 'class="call-form"' not in page


def test_a_call_that_took_too_long_is_saved_and_leaves_the_others_claim(desk):
    """What was heard is worth keeping; statements stand beside each other."""
    center = listed_center(yes=["pay_medicaid"])
    claiming.take(account("coordinator", name="ben"), center.pk, now=timezone.now())
    desk.post(address(center), call(**{"fact-telehealth": "yes"}))
    assert Statement.objects.exclude(entered_by=None).exists()
    assert Claim.objects.get().by.username == "ben"


def test_notes_of_earlier_calls_are_there_for_the_next_caller(desk):
    center = CenterFactory()
    StatementFactory(center=center, note="Ask for Jo before noon.")
    assert "Ask for Jo before noon." in desk.get(address(center)).content.decode()


def test_what_visitors_wrote_is_shown_as_text(desk):
    center = CenterFactory()
    work.report(center, "other", words="<script>alert(1)</script>")
    page = desk.get(address(center)).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_a_center_without_work_can_be_confirmed_too(desk):
    center = CenterFactory(name="Quiet")
    assert "Most people look for this" in desk.get(address(center)).content.decode()
    assert desk.post(address(center), call(**{"fact-telehealth": "yes"})).status_code == 302


def test_a_center_within_reach_of_nobody_is_not_found():
    center = CenterFactory(state="NM")
    client = client_of(account("coordinator", states=["AZ"]))
    assert client.get(address(center)).status_code == 404
    assert client.post(address(center), call(**{"fact-telehealth": "yes"})).status_code == 404
    assert not Statement.objects.exists()

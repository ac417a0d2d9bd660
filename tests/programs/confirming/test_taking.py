"""What a center says through its link: that all is right changes no content; what is wrong waits."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from programs import listings
from programs.confirming import links
from programs.confirming.forms import CHANGED_MEANWHILE
from programs.facts import FactSet
from programs.models import Center, CenterLink, Listing, Program, Proposal, Session, Statement
from tests.programs import factories
from tests.programs.confirming.conftest import a_center
from tests.programs.confirming.forms import all_right, correct, fields_of

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]


@pytest.fixture
def path(center: Center) -> str:
    _, token = links.make(center)
    return reverse("programs:confirm", kwargs={"token": token})


def taken(answer: Any) -> None:
    assert answer.status_code == 303, answer.context["page"].correct.errors


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200
    return answer.context["page"].correct.errors


# -- All of it is right -------------------------------------------------------------------------


def test_that_all_is_right_is_a_statement_of_the_center_of_today(client: Client, center: Center, path: str):
    before = Listing.objects.get()
    taken(all_right(client, path, said_by="manager"))
    said = Statement.objects.get(source="center", program=None)
    assert said.facts == before.facts
    assert (said.method, said.said_on, said.said_by) == (
        "center",
        timezone.localdate(),
        "Director or manager",
    )
    assert said.entered_by is None
    after = Listing.objects.get()
    assert after.facts == before.facts
    assert (after.said_on, after.said_source) == (timezone.localdate(), "center")
    assert not Proposal.objects.exists()


def test_what_a_link_wrote_names_the_link_as_its_author(client: Client, center: Center, path: str):
    taken(all_right(client, path))
    link = CenterLink.objects.get()
    (kept,) = Statement.objects.get(source="center", program=None).history.all()
    assert (kept.history_user, kept.history_change_reason) == (None, f"link:{link.pk}")


def test_a_role_in_spanish_is_kept_in_the_desks_language(client: Client, center: Center):
    _, token = links.make(center)
    with override("es"):
        taken(all_right(client, reverse("programs:confirm", kwargs={"token": token}), said_by="intake"))
    assert Statement.objects.get(source="center", program=None).said_by == "Front desk or intake"


def test_a_programs_own_facts_and_numbers_are_confirmed_with_it(client: Client, center: Center, path: str):
    program = center.programs.get()
    own = factories.StatementFactory.build(center=center, program=program)
    own.facts = FactSet.of(yes=["women_only"])
    own.save()
    Program.objects.update(hours_per_week_min="9", details_from=own)
    bare = factories.ProgramFactory(center=center, level="php")
    taken(all_right(client, path))
    program.refresh_from_db()
    assert program.details_from is not None
    assert (program.details_from.source, program.details_from.facts) == ("center", own.facts)
    assert not Statement.objects.filter(program=bare).exists()


def test_a_timetable_is_confirmed_though_nobody_said_where_it_comes_from(
    client: Client, center: Center, path: str
):
    program = center.programs.get()
    factories.SessionFactory(program=program)
    taken(all_right(client, path))
    program.refresh_from_db()
    assert program.details_from is not None
    assert program.details_from.source == "center"


@pytest.mark.parametrize("change", ["phone", "fact", "session", "program"])
def test_whoever_saw_another_listing_is_shown_it_anew_and_keeps_the_link(
    client: Client, center: Center, path: str, change: str
):
    form = fields_of(client.get(path), "all-right") | {"act": "right"}
    if change == "phone":
        Center.objects.update(phone="602-555-0111")
    elif change == "fact":
        Statement.objects.update(yes_0=0)
    elif change == "session":
        Session.objects.create(
            program=center.programs.get(), day=1, starts="09:00", ends="12:00", time_zone="America/Phoenix"
        )
    else:
        Program.objects.update(is_listed=False)
    answer = client.post(path, form)
    assert answer.status_code == 200
    assert str(CHANGED_MEANWHILE) in answer.content.decode()
    assert not Statement.objects.filter(source="center").exists()
    again = fields_of(answer, "all-right") | {"act": "right"}
    assert client.post(path, again).status_code == 303


# -- What should be different -------------------------------------------------------------------


def test_a_correction_waits_and_shows_nowhere(client: Client, center: Center, path: str):
    taken(correct(client, path, **{"center-phone": "602-555-0199", "fact-telehealth": "yes", "note": "Hi"}))
    proposal = Proposal.objects.get()
    assert proposal.changes == {"phone": "602-555-0199"}
    assert proposal.base == {"phone": "602-555-0142", "facts": {"telehealth": False}}
    assert proposal.facts == FactSet.of(yes=["telehealth"])
    assert (proposal.note, proposal.said_by, proposal.status) == ("Hi", "Front desk or intake", "waiting")
    assert (proposal.link, proposal.by) == (CenterLink.objects.get(), None)
    center.refresh_from_db()
    assert center.phone == "602-555-0142"
    assert Listing.objects.get().facts.value("telehealth") is False
    assert Statement.objects.count() == 1


def test_each_program_has_a_proposal_of_its_own(client: Client, center: Center, path: str):
    iop = center.programs.get()
    php = factories.ProgramFactory(center=center, level="php")
    changes = {
        f"program-{iop.pk}-hours_per_week_min": "9",
        f"program-{iop.pk}-hours_per_week_max": "12.5",
        f"program-{iop.pk}-week": "Mondays, 6 to 9 p.m.",
        f"program-{php.pk}-is_listed": "no",
    }
    taken(correct(client, path, **changes))
    first, second = Proposal.objects.order_by("program__level")
    assert first.changes == {"hours_per_week_min": "9.0", "hours_per_week_max": "12.5"}
    assert first.base == {"hours_per_week_min": None, "hours_per_week_max": None}
    assert first.note == "Mondays, 6 to 9 p.m."
    assert (second.program, second.changes, second.base) == (php, {"is_listed": False}, {"is_listed": True})


def test_every_column_that_may_be_corrected_comes_back_as_it_is_when_nothing_is_touched(
    client: Client, db: None
):
    center = a_center(
        name_detail="West", street2="Suite 4", intake_phones="602-555-0101; 602-555-0102",
        website="https://kite.example/", takes_inquiries=True,
    )  # fmt: skip
    Program.objects.update(
        hours_per_week_min="9", weeks_max=12, price_min="0", deposit="250.50", wait_days=0, plans="A\r\nB",
        admission="x", intake="y", family="z", return_to_use_policy="p", aftercare="q",
    )  # fmt: skip
    _, token = links.make(center)
    answer = correct(client, reverse("programs:confirm", kwargs={"token": token}))
    assert errors(answer) == {
        "__all__": ["Nothing is changed here. If all of it is right, use the other button."]
    }
    assert answer.context["page"].correct.changes() == []


def test_with_the_rest_confirmed_only_what_was_left_alone_is(client: Client, center: Center, path: str):
    Statement.objects.all().delete()
    said = factories.StatementFactory.build(center=center)
    said.facts = FactSet.of(yes=["pay_medicaid", "pay_cash"], no=["telehealth", "smoke_free"])
    said.save()
    listings.rebuild([center.pk])
    changes = {"fact-telehealth": "yes", "fact-pay_cash": "unsure", "rest_is_right": "on"}
    taken(correct(client, path, **changes))
    mine = Statement.objects.get(source="center")
    assert mine.facts == FactSet.of(yes=["pay_medicaid"], no=["smoke_free"])
    known = Listing.objects.get().facts
    assert [known.value(code) for code in ("telehealth", "pay_cash")] == [False, True]
    assert Proposal.objects.get().facts == FactSet.of(yes=["telehealth"])


def test_a_program_that_is_corrected_is_not_confirmed_along(client: Client, center: Center, path: str):
    said = Statement.objects.get()
    Program.objects.update(hours_per_week_min="9", details_from=said)
    program = center.programs.get()
    changes = {f"program-{program.pk}-hours_per_week_min": "12", "rest_is_right": "on"}
    taken(correct(client, path, **changes))
    program.refresh_from_db()
    assert program.details_from == said
    assert Statement.objects.filter(source="center", program=None).count() == 1


def test_unsure_about_what_nobody_knew_says_nothing(client: Client, center: Center, path: str):
    answer = correct(client, path, **{"fact-pay_va": "unsure"})
    assert "Nothing is changed here." in errors(answer)["__all__"][0]


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("center-state", "ZZ", "Use the two letters of a state, for example AZ."),
        ("center-zip", "8500", "A ZIP code has 5 digits."),
        ("center-phone", "call us", "Write the number with its area code, for example 602-555-0142."),
        ("center-website", "not a site", "Enter a valid URL."),
        ("center-email", "nobody", "Enter a valid email address."),
        ("center-name", "", "This field is required."),
        ("fact-telehealth", "maybe", "Select a valid choice. maybe is not one of the available choices."),
        ("said_by", "", "This field is required."),
        ("program-deposit", "-1", "This cannot be less than nothing."),
        ("program-hours_per_week_min", "1000", "Ensure that there are no more than 3 digits before"),
        ("program-weeks_min", "1.5", "Enter a whole number."),
    ],
)
def test_what_cannot_be_is_refused_in_words_beside_its_field(
    client: Client, center: Center, path: str, name: str, typed: str, message: str
):
    name = name.replace("program-", f"program-{center.programs.get().pk}-")
    answer = correct(client, path, **{"note": "Hi", name: typed})
    assert errors(answer)[name][0].startswith(message)
    page = answer.content.decode()
    assert page.count(errors(answer)[name][0].split(".")[0]) >= 2, "at the top, and beside the field"
    assert f'href="#id_{name}' in page
    assert CenterLink.objects.get().used_at is None
    assert not Proposal.objects.exists()


def test_a_range_that_ends_before_it_starts_is_refused(client: Client, center: Center, path: str):
    prefix = f"program-{center.programs.get().pk}"
    changes = {f"{prefix}-weeks_min": "12", f"{prefix}-weeks_max": "8"}
    assert errors(correct(client, path, **changes)) == {
        f"{prefix}-weeks_max": ["This is less than where it starts."]
    }


def test_a_website_without_its_scheme_is_https(client: Client, center: Center, path: str):
    taken(correct(client, path, **{"center-website": "kite.example"}))
    assert Proposal.objects.get().changes == {"website": "https://kite.example"}


def test_what_was_typed_comes_back_with_an_error_and_its_part_is_open(
    client: Client, center: Center, path: str
):
    answer = correct(client, path, **{"center-zip": "8", "fact-pay_va": "yes", "note": "Hello"})
    sent = fields_of(answer)
    assert (sent["center-zip"], sent["fact-pay_va"], sent["note"]) == ("8", "yes", "Hello")
    page = answer.context["page"]
    assert page.contact_open
    assert [group.label for group in page.groups if group.is_open] == ["Payment"]


# -- What the page shows ------------------------------------------------------------------------


def test_the_page_says_what_is_known_and_asks_what_is_not(client: Client, center: Center, path: str):
    program = center.programs.get()
    factories.SessionFactory(program=program, day=0, starts="18:00", ends="21:00")
    Program.objects.update(hours_per_week_min="9", hours_per_week_max="12")
    page = client.get(path)
    text = page.content.decode()
    for told in ("1 Main Street", "602-555-0142", "desk@kite.example", "9 to 12 hours a week", "Monday"):
        assert told in text
    groups = {group.label: group for group in page.context["page"].groups}
    assert groups["Payment"].yes == "Medicaid"
    assert groups["How you take part"].no == "Telehealth"
    assert groups["Payment"].unknown == 8
    asked = {fact.name: fact.label for fact in groups["Payment"].facts}
    assert (asked["fact-pay_medicaid"], asked["fact-pay_medicare"]) == ("Medicaid", "Medicare?")
    assert "There are 8 more that nobody has told us." in text


def test_a_page_where_nothing_is_known_still_asks(client: Client, db: None):
    center = factories.CenterFactory(email="desk@kite.example", phone="", street1="")
    _, token = links.make(center)
    page = client.get(reverse("programs:confirm", kwargs={"token": token}))
    assert page.status_code == 200
    assert page.context["page"].confirmed is None
    assert all(not group.yes and not group.no for group in page.context["page"].groups)


def test_the_day_of_the_newest_word_stands_above(client: Client, center: Center, path: str):
    Statement.objects.update(said_on=timezone.localdate() - timedelta(days=300))
    assert client.get(path).context["page"].confirmed.state == "aging"

"""What a reviewer makes of a proposal: all of it in one transaction, and nothing behind anybody's back."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from programs.confirming import deciding, links
from programs.facts import FactSet
from programs.models import Center, CenterLink, Listing, Program, Proposal, Statement
from tests.programs import factories
from tests.programs.accounts import account, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(db: None) -> User:
    return account("reviewer", name="rita")


@pytest.fixture
def desk(reviewer: User) -> Client:
    return client_of(reviewer)


@pytest.fixture
def link(center: Center) -> CenterLink:
    return links.make(center)[0]


def propose(center: Center, link: CenterLink | None = None, **more: Any) -> Proposal:
    """A proposal as the page behind a link makes it: `facts` by code, `program`, `changes`."""
    said = more.pop("facts", {})
    target = more.get("program") or center
    changes = more.pop("changes", {})
    base: dict[str, Any] = {name: getattr(target, name) for name in changes}
    if said:
        known = deciding._known(Proposal(center=center, program=more.get("program")))
        base["facts"] = {code: known.value(code) for code in said}
    proposal = Proposal(center=center, link=link, changes=changes, base=base, said_by="Intake", **more)
    proposal.facts = FactSet.of(
        yes=[code for code, one in said.items() if one], no=[code for code, one in said.items() if not one]
    )
    proposal.save()
    return proposal


def at(proposal: Proposal) -> str:
    return reverse("admin:proposal", args=[proposal.pk])


def decide(desk: Client, proposal: Proposal, **choices: str) -> Any:
    """Opens the page and sends these choices, such as `column_phone="accept"`."""
    seen = desk.get(at(proposal)).context["digest"]
    data = {
        f"row-{name.replace('_', '-', 1)}": choice
        for name, choice in choices.items()
        if name not in {"rest", "reason"}
    }
    data |= {name: choices[name] for name in ("rest", "reason") if name in choices}
    return desk.post(at(proposal), {"seen": seen} | data)


def rows_of(desk: Client, proposal: Proposal) -> dict[str, deciding.Row]:
    return {row.key: row for row in desk.get(at(proposal)).context["form"].rows}


def test_what_is_accepted_is_written_and_the_rest_is_not(
    desk: Client, reviewer: User, center: Center, link: CenterLink
):
    changes = {"phone": "602-555-0199", "website": "https://kite.example"}
    proposal = propose(center, link, changes=changes, facts={"telehealth": True, "pay_va": False})
    answer = decide(
        desk, proposal, column_phone="accept", column_website="decline", fact_telehealth="accept",
        fact_pay_va="decline", reason="Called them",
    )  # fmt: skip
    assert answer.status_code == 302
    center.refresh_from_db()
    assert (center.phone, center.website) == ("602-555-0199", "")
    assert center.kept_columns == ["phone"]
    listing = Listing.objects.get()
    assert listing.phone == "602-555-0199"
    assert [listing.facts.value(code) for code in ("telehealth", "pay_va")] == [True, None]
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decided_by, proposal.reason) == ("partly", reviewer, "Called them")
    assert proposal.decided_at is not None


def test_both_authors_are_kept(desk: Client, reviewer: User, center: Center, link: CenterLink):
    proposal = propose(center, link, changes={"phone": "602-555-0199"}, facts={"telehealth": True})
    decide(desk, proposal, rest="accept")
    kept = center.history.latest()
    assert (kept.history_user, kept.history_change_reason) == (reviewer, f"link:{link.pk}")
    said = Statement.objects.get(source="center")
    assert (said.method, said.said_by, said.entered_by) == ("center", "Intake", reviewer)
    assert said.history.get().history_change_reason == f"link:{link.pk}"
    assert said.facts == FactSet.of(yes=["telehealth"])


def test_what_staff_of_a_center_proposed_is_the_reviewers_change_alone(
    desk: Client, reviewer: User, center: Center
):
    proposal = propose(center, by=account("center", centers=[center]), changes={"phone": "602-555-0199"})
    decide(desk, proposal, rest="accept")
    kept = center.history.latest()
    assert (kept.history_user, kept.history_change_reason) == (reviewer, None)


def test_declining_all_writes_nothing(desk: Client, center: Center, link: CenterLink):
    proposal = propose(center, link, changes={"phone": "602-555-0199"}, facts={"telehealth": True})
    count = center.history.count()
    decide(desk, proposal, rest="decline")
    proposal.refresh_from_db()
    assert proposal.status == "declined"
    assert (center.history.count(), Statement.objects.count()) == (count, 1)


def test_nothing_is_accepted_by_silence(desk: Client, center: Center, link: CenterLink):
    proposal = propose(center, link, changes={"phone": "602-555-0199"}, facts={"telehealth": True})
    answer = decide(desk, proposal, column_phone="accept")
    assert answer.status_code == 200
    assert answer.context["form"].errors == {"row-fact-telehealth": ["Accept or decline this."]}
    proposal.refresh_from_db()
    assert proposal.status == "waiting"


def test_all_of_it_is_accepted_with_one_choice(desk: Client, center: Center, link: CenterLink):
    proposal = propose(center, link, changes={"phone": "602-555-0199"}, facts={"telehealth": True})
    decide(desk, proposal, rest="accept")
    proposal.refresh_from_db()
    assert proposal.status == "accepted"


# -- Programs -----------------------------------------------------------------------------------


def test_a_programs_numbers_rest_on_a_statement_of_the_center(desk: Client, center: Center, link: CenterLink):
    program = center.programs.get()
    changes = {
        "hours_per_week_min": "9.0",
        "hours_per_week_max": "12.0",
        "wait_days": 3,
        "plans": "All Kite plans",
    }
    proposal = propose(center, link, program=program, changes=changes, note="Mondays")
    decide(desk, proposal, rest="accept")
    program.refresh_from_db()
    assert (program.hours_per_week_min, program.wait_days, program.plans) == (9, 3, "All Kite plans")
    assert program.details_from is not None
    assert (program.details_from.source, program.details_from.program) == ("center", program)
    assert Listing.objects.get().hours_per_week_max == 12
    assert program.history.latest().history_change_reason == f"link:{link.pk}"


def test_a_program_that_is_no_longer_offered_leaves_the_search(
    desk: Client, center: Center, link: CenterLink
):
    proposal = propose(center, link, program=center.programs.get(), changes={"is_listed": False})
    decide(desk, proposal, rest="accept")
    assert not Program.objects.get().is_listed
    assert not Listing.objects.exists()


def test_a_week_in_words_changes_nothing_by_itself(desk: Client, center: Center, link: CenterLink):
    program = center.programs.get()
    proposal = propose(center, link, program=program, note="Mondays, 6 to 9 p.m.")
    decide(desk, proposal, note="accept")
    proposal.refresh_from_db()
    assert proposal.status == "accepted"
    assert Statement.objects.count() == 1
    assert not program.sessions.exists()


def test_half_of_a_range_that_does_not_fit_the_other_half_is_refused_whole(
    desk: Client, center: Center, link: CenterLink
):
    program = center.programs.get()
    Program.objects.update(weeks_min=10)
    program.refresh_from_db()
    changes = {"weeks_min": 2, "weeks_max": 4}
    proposal = propose(center, link, program=program, changes=changes)
    answer = decide(desk, proposal, column_weeks_min="decline", column_weeks_max="accept")
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    proposal.refresh_from_db()
    program.refresh_from_db()
    assert (proposal.status, program.weeks_max) == ("waiting", None)
    assert not Statement.objects.filter(source="center").exists()


def test_hours_outside_the_band_of_the_level_are_pointed_out(desk: Client, center: Center, link: CenterLink):
    proposal = propose(center, link, program=center.programs.get(), changes={"hours_per_week_min": "40.0"})
    assert [one.code for one in desk.get(at(proposal)).context["warnings"]] == ["hours_high"]


def test_a_claim_nobody_may_make_is_pointed_out(desk: Client, center: Center, link: CenterLink):
    changes = {"aftercare": "We guarantee lasting recovery."}
    proposal = propose(center, link, program=center.programs.get(), changes=changes)
    row = rows_of(desk, proposal)["column:aftercare"]
    assert [one.code for one in row.warnings] == ["guaranteed"]
    assert "Nobody can promise how treatment will go." in desk.get(at(proposal)).content.decode()


# -- Centers ------------------------------------------------------------------------------------


def test_a_new_address_is_put_in_the_middle_of_its_zip_code(desk: Client, center: Center, link: CenterLink):
    factories.ZipCodeFactory(zip="85701", lat=32.2, lon=-110.9)
    Center.objects.update(location="exact")
    proposal = propose(center, link, changes={"street1": "2 Oak Street", "city": "Tucson", "zip": "85701"})
    decide(desk, proposal, rest="accept")
    center.refresh_from_db()
    assert (center.lat, center.lon, center.location) == (32.2, -110.9, "zip")
    assert center.kept_columns == ["city", "street1", "zip"]


def test_a_new_name_has_a_new_address_of_its_page(desk: Client, center: Center, link: CenterLink):
    decide(desk, propose(center, link, changes={"name": "Kite & Wind"}), rest="accept")
    center.refresh_from_db()
    assert (center.name, center.slug) == ("Kite & Wind", "kite-wind")


def test_a_new_mail_address_ends_the_links_to_the_old_one(desk: Client, center: Center, link: CenterLink):
    _, open_token = links.make(center)
    assert links.find(open_token)
    decide(desk, propose(center, link, changes={"email": "new@kite.example"}), rest="accept")
    assert links.find(open_token) is None
    center.refresh_from_db()
    assert center.kept_columns == [], "no directory writes this column"


def test_only_columns_that_a_center_may_correct_are_written_whatever_a_row_holds(
    desk: Client, center: Center, link: CenterLink
):
    proposal = propose(center, link, changes={"phone": "602-555-0199"})
    other = factories.OrganizationFactory()
    proposal.changes |= {"status": "closed", "organization_id": other.pk, "is_sample": True, "lat": 1}
    proposal.save()
    decide(desk, proposal, rest="accept")
    center.refresh_from_db()
    assert (center.status, center.is_sample, center.lat) == ("published", False, 33.45)
    assert center.organization_id != other.pk
    assert center.phone == "602-555-0199"


@pytest.mark.parametrize("status", ["closed", "merged"])
def test_nothing_is_changed_at_a_center_that_is_gone(
    desk: Client, center: Center, link: CenterLink, status: str
):
    proposal = propose(center, link, changes={"phone": "602-555-0199"})
    into = factories.CenterFactory() if status == "merged" else None
    Center.objects.filter(pk=center.pk).update(status=status, merged_into=into)
    answer = decide(desk, proposal, rest="accept")
    assert "closed or was merged" in answer.content.decode()
    decide(desk, proposal, rest="decline")
    proposal.refresh_from_db()
    assert proposal.status == "declined"


# -- Conflicts ----------------------------------------------------------------------------------


def test_what_somebody_changed_since_is_marked(desk: Client, center: Center, link: CenterLink):
    proposal = propose(
        center,
        link,
        changes={"phone": "602-555-0199", "city": "Mesa"},
        facts={"telehealth": True, "pay_va": True},
    )
    Center.objects.update(phone="602-555-0100", city="Mesa")
    said = factories.StatementFactory.build(center=center, said_on=timezone.localdate())
    said.facts = FactSet.of(no=["pay_va"])
    said.save()
    rows = rows_of(desk, proposal)
    assert {key for key, row in rows.items() if row.is_conflict} == {"column:phone", "fact:pay_va"}
    assert {key for key, row in rows.items() if row.is_done} == {"column:city"}
    phone = rows["column:phone"]
    assert (phone.was, phone.now, phone.proposed) == ("602-555-0142", "602-555-0100", "602-555-0199")
    assert (rows["fact:pay_va"].was, rows["fact:pay_va"].now) == ("not known", "no")
    page = desk.get(at(proposal)).content.decode()
    assert page.count("somebody changed this after it was proposed") == 2


def test_what_a_reviewer_prefers_to_something_said_since_holds(
    desk: Client, center: Center, link: CenterLink
):
    proposal = propose(center, link, facts={"pay_va": True})
    Proposal.objects.update(created_at=timezone.now() - timedelta(days=9))
    said = factories.StatementFactory.build(center=center, said_on=timezone.localdate() - timedelta(days=2))
    said.facts = FactSet.of(no=["pay_va"])
    said.save()
    decide(desk, proposal, rest="accept")
    assert Listing.objects.get().facts.value("pay_va") is True


def test_without_a_conflict_a_fact_has_the_day_on_which_the_center_said_it(
    desk: Client, center: Center, link: CenterLink
):
    proposal = propose(center, link, facts={"pay_va": True})
    Proposal.objects.update(created_at=timezone.now() - timedelta(days=9))
    decide(desk, proposal, rest="accept")
    said = Statement.objects.get(source="center")
    assert said.said_on == timezone.localdate(timezone.now() - timedelta(days=9))


def test_what_changed_while_the_reviewer_was_looking_is_shown_first(
    desk: Client, center: Center, link: CenterLink
):
    proposal = propose(center, link, changes={"phone": "602-555-0199"})
    seen = desk.get(at(proposal)).context["digest"]
    Center.objects.update(phone="602-555-0100")
    answer = desk.post(at(proposal), {"seen": seen, "rest": "accept"})
    assert answer.status_code == 200
    assert "changed while you were looking" in answer.content.decode()
    proposal.refresh_from_db()
    center.refresh_from_db()
    assert (proposal.status, center.phone) == ("waiting", "602-555-0100")


def test_of_two_reviewers_at_once_the_second_is_told(desk: Client, center: Center, link: CenterLink):
    other = client_of(account("reviewer", name="otto"))
    proposal = propose(center, link, changes={"phone": "602-555-0199"})
    seen = other.get(at(proposal)).context["digest"]
    decide(desk, proposal, rest="decline")
    answer = other.post(at(proposal), {"seen": seen, "rest": "accept"}, follow=True)
    assert "Rita has decided this meanwhile. Nothing of yours was saved." in answer.content.decode()
    center.refresh_from_db()
    proposal.refresh_from_db()
    assert (center.phone, proposal.status) == ("602-555-0142", "declined")


# -- The list -----------------------------------------------------------------------------------


def test_the_oldest_stand_first_and_the_decided_apart(desk: Client, center: Center, link: CenterLink):
    first, second = propose(center, link, note="a"), propose(center, link, note="b")
    decide(desk, propose(center, link, note="c"), note="accept")
    page = desk.get(reverse("admin:proposals"))
    assert list(page.context["page"]) == [first, second]
    decided = desk.get(reverse("admin:proposals") + "?status=decided")
    assert [one.note for one in decided.context["page"]] == ["c"]


@pytest.mark.parametrize("asked", ["?page=99", "?page=x", "?status=nonsense", "?page=-1"])
def test_an_odd_address_shows_the_list_all_the_same(
    desk: Client, center: Center, link: CenterLink, asked: str
):
    proposal = propose(center, link, note="a")
    assert list(desk.get(reverse("admin:proposals") + asked).context["page"]) == [proposal]


def test_an_empty_list_says_so(desk: Client):
    assert "Nothing waits." in desk.get(reverse("admin:proposals")).content.decode()


def test_the_list_takes_as_many_queries_for_fifty_as_for_one(
    desk: Client, center: Center, link: CenterLink, django_assert_max_num_queries
):
    for _ in range(60):
        propose(center, link, note="a")
    with django_assert_max_num_queries(10):
        desk.get(reverse("admin:proposals"))
    with django_assert_max_num_queries(12):
        desk.get(at(Proposal.objects.first()))


def test_of_two_words_of_one_day_the_later_holds_on_the_page_and_in_the_search(
    desk: Client, client: Client, center: Center, link: CenterLink
):
    proposal = propose(center, link, facts={"telehealth": True})
    said = factories.StatementFactory.build(center=center, said_on=timezone.localdate())
    said.facts = FactSet.of(no=["telehealth"])
    said.save()
    decide(desk, proposal, rest="accept")
    assert Listing.objects.get().facts.value("telehealth") is True
    known = client.get(center.get_absolute_url()).context["page"].known
    assert "Telehealth" in [chunk.words for group in known.groups for chunk in group.chunks]
    assert known.refused == ()

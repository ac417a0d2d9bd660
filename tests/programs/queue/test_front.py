"""The first page of the desk, and what can be done from it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from programs.admin import queue
from programs.models import Claim, Program, Report, Snooze, Statement
from programs.queue import claiming, clock, snoozing
from programs.queue.order import Entry, Kind, Why
from tests.programs.accounts import account, client_of
from tests.programs.factories import CenterFactory, ProgramFactory, SessionFactory, ZipCodeFactory
from tests.programs.queue import work

pytestmark = pytest.mark.django_db
FRONT = "/admin/"
MOST = 15


@pytest.fixture
def ana():
    return account("coordinator", name="ana")


@pytest.fixture
def desk(ana):
    return client_of(ana)


def text(client, address: str = FRONT) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_next_call_shows_the_number_the_time_there_and_why(desk):
    ZipCodeFactory()
    center = CenterFactory(name="Kite Clinic", phone="602-555-0142 x12", intake_phones="602-555-0199")
    SessionFactory(program=ProgramFactory(center=center), day=1)
    work.report(center, "phone", days=3)
    page = text(desk)
    assert 'href="tel:+16025550142,12"' in page
    assert 'href="tel:+16025550199"' in page
    assert "Kite Clinic" in page
    assert "A visitor says: The phone number is wrong" in page
    assert "for 3 days" in page
    assert " there.</b>" in page
    assert "Tuesday, 6 p.m. to 9 p.m." in page


def test_a_center_without_a_number_says_so(desk):
    work.report(CenterFactory(phone=""))
    assert "No phone number is known." in text(desk)


def test_who_calls_at_night_is_offered_a_center_where_it_is_day(ana):
    """At 13:30 UTC in November it is half past eight in New York, and half past five in Los Angeles."""
    west = CenterFactory(state="CA", city="Fresno")
    east = CenterFactory(state="NY", city="Albany")
    at = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
    centers = clock.with_county(type(west).objects.select_related("claim", "snooze")).in_bulk()
    entries = [
        Entry((Why(Kind.REPORT, center.pk, at.date(), center.pk, "phone"),)) for center in (west, east)
    ]
    sight = queue._Sight(ana, centers, None, at, at.date())
    assert [entry.center for entry in sight.free(entries)] == [east.pk, west.pk]
    evening = queue._Sight(ana, centers, None, at + timedelta(hours=10), at.date())
    assert [entry.center for entry in evening.free(entries)] == [west.pk, east.pk]


@pytest.mark.parametrize(("hour", "welcome"), [(7, False), (8, True), (17, True), (18, False)])
def test_a_call_is_welcome_from_eight_to_six_by_the_clock_there(hour, welcome):
    center = CenterFactory(state="AZ")
    center.county = "Maricopa County"
    at = datetime(2026, 7, 1, hour + 7, 30, tzinfo=UTC) if hour + 7 < 24 else None
    at = at or datetime(2026, 7, 2, hour + 7 - 24, 30, tzinfo=UTC)
    assert clock.at(center, now=at).is_welcome is welcome
    assert clock.at(center, now=at).time.hour == hour


def test_a_split_state_keeps_the_time_of_the_county():
    center = CenterFactory(state="TX", zip="79901", lat=31.76, lon=-106.49)
    ZipCodeFactory(zip="79901", city="El Paso", state="TX", county="El Paso County", lat=31.76, lon=-106.49)
    read = clock.with_county(type(center).objects.all()).get()
    at = datetime(2026, 11, 23, 18, tzinfo=UTC)
    assert clock.at(read, now=at).time.hour == 11


def test_a_center_another_has_is_shown_as_theirs_and_not_offered(desk):
    taken, free = CenterFactory(name="Taken"), CenterFactory(name="Free")
    work.report(taken, days=5)
    work.report(free, days=1)
    ben = account("coordinator", name="ben")
    claiming.take(ben, taken.pk, now=timezone.now())
    page = text(desk)
    assert "With ben, for 20 more minutes" in page
    card = page[page.index('class="next"') : page.index('id="queue"')]
    assert "Free" in card
    assert "Taken" not in card
    assert reverse("admin:queue_take", args=[taken.pk]) not in page


def test_the_center_one_has_comes_first_with_a_way_back(desk, ana):
    mine, other = CenterFactory(name="Mine"), CenterFactory(name="Other")
    work.report(other, days=9)
    claiming.take(ana, mine.pk, now=timezone.now())
    page = text(desk)
    card = page[page.index('class="next"') : page.index('id="queue"')]
    assert "You have this one" in card
    assert reverse("admin:verify", args=[mine.pk]) in card


def test_an_empty_queue_says_so_kindly_and_offers_the_lane(desk):
    CenterFactory(name="Nobody called")
    page = text(desk)
    assert "Nothing waits today" in page
    assert "?kind=never" in page
    assert "Nobody called" in text(desk, f"{FRONT}?kind=never")


def test_each_kind_is_a_part_of_the_list_with_its_count(desk):
    work.one_of_each()
    work.report(CenterFactory(name="second report"))
    page = text(desk)
    assert "Reports <b>2</b>" in page
    assert "To confirm <b>1</b>" in page
    only = text(desk, f"{FRONT}?kind=report")
    listed = only[only.index('id="queue"') :]
    assert "second report" in listed
    assert "facts AZ" not in listed


@pytest.mark.parametrize("query", ["kind=nonsense", "page=x", "page=-1", "page=999999", "kind=&page="])
def test_an_address_that_makes_no_sense_shows_the_queue(desk, query):
    work.report(CenterFactory(name="Kite Clinic"))
    assert "Kite Clinic" in text(desk, f"{FRONT}?{query}")


def test_long_lists_are_paged(desk):
    for number in range(queue.PAGE + 1):
        work.report(CenterFactory(name=f"Kite {number}."), days=number)
    first, second = text(desk), text(desk, f"{FRONT}?page=2")
    assert "Page 1 of 2" in first
    assert "Kite 0." in second[second.index('id="queue"') :]
    assert "Kite 0." not in first


def test_a_reader_finds_the_tables_and_no_work():
    work.one_of_each()
    page = text(client_of(account("reader")))
    assert "No work waits for it here" in page
    assert "What waits" not in page
    assert reverse("admin:programs_center_changelist") in page


def test_the_staff_of_a_center_see_their_own_work_and_take_nothing():
    center = CenterFactory(name="Ours")
    work.inquiry(center)
    work.inquiry(CenterFactory(name="Theirs"))
    page = text(client_of(account("center", centers=[center])))
    assert "Ours" in page
    assert "Theirs" not in page
    assert "Take" not in page


# -- What can be done ---------------------------------------------------------------------------


def test_taking_one_leads_to_its_page(desk, ana):
    center = CenterFactory()
    answer = desk.post(reverse("admin:queue_take", args=[center.pk]))
    assert answer["Location"] == reverse("admin:verify", args=[center.pk])
    assert Claim.objects.get().by == ana


def test_taking_what_another_has_leads_back_and_says_who_has_it(desk):
    center = CenterFactory()
    claiming.take(account("coordinator", name="ben"), center.pk, now=timezone.now())
    answer = desk.post(reverse("admin:queue_take", args=[center.pk]), follow=True)
    assert "With ben, for 20 more minutes" in answer.content.decode()
    assert Claim.objects.get().by.username == "ben"


def test_next_within_a_kind_gives_one_of_that_kind(desk):
    work.report(CenterFactory(), days=9)
    lane = CenterFactory()
    answer = desk.post(reverse("admin:queue_next"), {"kind": "never"})
    assert answer["Location"] in {
        reverse("admin:verify", args=[pk]) for pk in (lane.pk, Report.objects.get().center_id)
    }
    old = CenterFactory()
    work.confirmed(old, 500)
    answer = desk.post(reverse("admin:queue_next"), {"kind": "facts"})
    assert answer["Location"] == reverse("admin:verify", args=[old.pk])


def test_leaving_gives_it_back(desk, ana):
    center = CenterFactory()
    claiming.take(ana, center.pk, now=timezone.now())
    assert desk.post(reverse("admin:queue_leave", args=[center.pk]))["Location"] == FRONT
    assert not Claim.objects.exists()


def test_a_script_that_keeps_a_center_is_told_when_it_is_gone(desk, ana):
    center = CenterFactory()
    address = reverse("admin:queue_keep", args=[center.pk])
    headers = {"X-Requested-With": "fetch"}
    assert desk.post(address, headers=headers).status_code == 409
    at = timezone.now() - timedelta(minutes=15)
    claiming.take(ana, center.pk, now=at)
    assert desk.post(address, headers=headers).status_code == 204
    assert Claim.objects.get().until > at + claiming.HOLD
    assert desk.post(address)["Location"] == reverse("admin:verify", args=[center.pk])


@pytest.mark.parametrize("tap", ["tomorrow", "days", "week"])
def test_one_tap_puts_it_off_and_goes_on_to_the_next(desk, ana, tap):
    center, other = CenterFactory(), CenterFactory()
    work.report(center, days=5)
    work.report(other)
    claiming.take(ana, center.pk, now=timezone.now())
    answer = desk.post(
        reverse("admin:queue_later", args=[center.pk]),
        {"when": tap, "reason": "no_answer", "note": "ask for intake"},
    )
    assert answer["Location"] == reverse("admin:verify", args=[other.pk])
    snooze = Snooze.objects.get()
    assert (snooze.center, snooze.by, snooze.tries, snooze.note) == (center, ana, 1, "ask for intake")
    assert snooze.until == snoozing.choices(work.today())[tap] > work.today()
    assert [claim.center for claim in Claim.objects.all()] == [other]


def test_a_day_of_ones_own_may_be_chosen(desk):
    center = CenterFactory()
    day = work.today() + timedelta(days=40)
    desk.post(reverse("admin:queue_later", args=[center.pk]), {"until": f"{day}", "reason": "later"})
    assert Snooze.objects.get().until == day


@pytest.mark.parametrize("days", [0, -1, 91])
def test_no_day_that_is_over_or_too_far_away(desk, days):
    center = CenterFactory()
    day = work.today() + timedelta(days=days)
    answer = desk.post(
        reverse("admin:queue_later", args=[center.pk]),
        {"until": f"{day}", "reason": "no_answer"},
        follow=True,
    )
    assert "Choose a day within the next three months." in answer.content.decode()
    assert not Snooze.objects.exists()


def test_calls_without_an_answer_are_counted_and_then_another_way_is_named(desk):
    center = CenterFactory(website="https://kite.example.org/")
    address = reverse("admin:queue_later", args=[center.pk])
    for _ in range(snoozing.MANY):
        desk.post(address, {"when": "days", "reason": "no_answer"})
    page = text(desk, reverse("admin:verify", args=[center.pk]))
    assert "Called 3 times without an answer." in page
    assert "Try another way" in page
    desk.post(address, {"when": "days", "reason": "call_back"})
    assert "without an answer" not in text(desk, reverse("admin:verify", args=[center.pk]))


def test_what_was_put_off_is_listed_with_its_day(desk):
    center = CenterFactory(name="Kite Clinic")
    work.report(center)
    desk.post(reverse("admin:queue_later", args=[center.pk]), {"when": "days", "reason": "no_answer"})
    front = text(desk)
    assert "Kite Clinic" not in front[front.index('id="queue"') :]
    page = text(desk, f"{FRONT}?kind=later")
    assert "Kite Clinic" in page
    assert "Comes back on" in page


ACTS = ("queue_take", "queue_leave", "queue_keep", "queue_later", "verify")


@pytest.mark.parametrize("name", ACTS)
def test_a_center_outside_of_the_reach_is_not_found(name):
    center = CenterFactory(state="NM")
    client = client_of(account("coordinator", states=["AZ"]))
    assert client.post(reverse(f"admin:{name}", args=[center.pk]), {"when": "days"}).status_code == 404
    assert not Claim.objects.exists()
    assert not Snooze.objects.exists()


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("role", ["center", "reader"])
def test_who_may_not_work_on_the_queue_is_refused(name, role):
    center = CenterFactory()
    client = client_of(account(role, centers=[center] if role == "center" else ()))
    assert client.post(reverse(f"admin:{name}", args=[center.pk])).status_code == 403
    assert client.post(reverse("admin:queue_next")).status_code == 403
    assert not Claim.objects.exists()


@pytest.mark.parametrize("name", ACTS[:-1])
def test_looking_at_an_address_changes_nothing(desk, name):
    assert desk.get(reverse(f"admin:{name}", args=[CenterFactory().pk])).status_code == 405
    assert desk.get(reverse("admin:queue_next")).status_code == 405


# -- With 20,000 centers ------------------------------------------------------------------------


@pytest.fixture
def crowded(big_directory) -> int:
    """Work of every kind at 20,000 centers, most of it old; the id of the first center."""
    first, today = big_directory, work.today()
    pks = range(first, first + 3000)
    Statement.objects.bulk_create(
        (
            Statement(center_id=pk, source="coordinator", method="phone", yes_0=3, said_on=day)
            for pk in pks
            for day in (today - timedelta(days=600), today - timedelta(days=500))
        ),
        batch_size=500,
    )
    Program.objects.filter(center_id__in=pks[:900]).update(openings=1, openings_until=today)
    for pk in pks[:60]:
        center = Report._meta.get_field("center").related_model.objects.get(pk=pk)
        work.report(center, days=pk % 9)
        work.inquiry(center)
        work.proposal(center)
    return first


def test_no_page_of_the_queue_asks_many_questions(crowded):
    reaches = {"coordinator": {"states": ["AZ", "NM"]}, "center": {"centers": [crowded]}}
    for role in ("admin", "coordinator", "reviewer", "center", "reader"):
        client = client_of(account(role, **reaches.get(role, {})))
        addresses = [FRONT, f"{FRONT}?kind=report", f"{FRONT}?kind=facts&page=3"]
        addresses += [f"{FRONT}?kind=never", f"{FRONT}?kind=later"]
        if role in ("admin", "coordinator", "reviewer"):
            addresses.append(reverse("admin:verify", args=[crowded]))
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                text(client, address)
            assert len(queries) <= MOST, f"{role} {address}\n" + "\n".join(one["sql"] for one in queries)

"""From a draft to a public page and to its end: every pair of statuses, every role."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from programs.admin import workflow
from programs.models import Center, CenterStatus, Listing
from programs.staff.roles import Act, Role, Thing, allows
from tests.programs.accounts import account, client_of

pytestmark = pytest.mark.django_db
PLAIN = [status for status in CenterStatus if status != CenterStatus.MERGED]


@pytest.mark.parametrize("role", list(Role))
def test_every_step_of_every_role_is_the_one_of_the_table(center: Center, role: Role) -> None:
    user = account(role.value, centers=[center])
    for was, to in product(PLAIN, CenterStatus):
        Center.objects.update(status=was, closed_on=None)
        act = workflow.STEPS[was, to][0] if (was, to) in workflow.STEPS else None
        if act is not None and allows(role, act, Thing.LISTING):
            moved = workflow.take(user, center.pk, was=was, to=to)
            assert moved.status == to
            assert (moved.closed_on is not None) is (to == CenterStatus.CLOSED)
            assert Listing.objects.exists() is (to == CenterStatus.PUBLISHED)
        else:
            with pytest.raises(PermissionDenied):
                workflow.take(user, center.pk, was=was, to=to)
            center.refresh_from_db()
            assert center.status == was


def test_what_the_public_sees_or_saw_takes_the_right_to_publish_but_anybody_may_say_it_has_closed() -> None:
    public = {CenterStatus.PUBLISHED, CenterStatus.CLOSED}
    for (was, to), (act, _words) in workflow.STEPS.items():
        closes = (was, to) == (CenterStatus.PUBLISHED, CenterStatus.CLOSED)
        assert (act is Act.PUBLISH) is (bool({was, to} & public) and not closes), (was, to)
        assert CenterStatus.MERGED not in (was, to)


def test_a_step_from_a_status_that_has_changed_is_not_taken(center: Center) -> None:
    user = account("admin")
    with pytest.raises(workflow.OutdatedError):
        workflow.take(user, center.pk, was="draft", to="published")


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("coordinator", {"Send to review"}),
        ("reviewer", {"Send to review", "Publish"}),
        ("reader", set()),
    ],
)
def test_the_page_offers_the_buttons_of_the_role(draft: Center, role: str, words: set[str]) -> None:
    page = client_of(account(role)).get(reverse("admin:programs_center_change", args=[draft.pk]))
    text = page.content.decode()
    told = {str(words) for _act, words in workflow.STEPS.values()}
    assert {one for one in told if f">{one}</button>" in text} == words


def take(client: Client, center: Center, **data: object) -> None:
    address = reverse("admin:programs_center_status", args=[center.pk])
    assert client.post(address, {"was": center.status, **data}).status_code == 302
    center.refresh_from_db()


def test_a_center_closes_on_the_day_that_was_told(desk: Client, center: Center) -> None:
    take(desk, center, to="closed", closed_on="2026-03-04")
    assert (center.status, center.closed_on) == ("closed", date(2026, 3, 4))
    assert center.history.first().history_user.username == "coordinator"
    take(desk, center, to="published")
    assert (center.status, center.closed_on) == ("published", None)
    assert Listing.objects.exists()


def test_a_day_that_has_not_come_closes_nothing(desk: Client, center: Center) -> None:
    take(desk, center, to="closed", closed_on=timezone.localdate() + timedelta(days=1))
    assert center.status == "published"


def test_a_step_is_posted_and_asked_of_the_account(center: Center) -> None:
    address = reverse("admin:programs_center_status", args=[center.pk])
    assert client_of(account("admin")).get(address).status_code == 405
    for client in (client_of(account("coordinator")), client_of(account("reviewer", states=["TX"]))):
        response = client.post(address, {"was": "published", "to": "review"})
        assert response.status_code == 403
        center.refresh_from_db()
        assert center.status == "published"


def test_a_coordinator_who_hears_that_a_center_has_closed_says_so(center: Center) -> None:
    take(client_of(account("coordinator", states=[center.state])), center, to="closed")
    assert center.status == "closed"
    assert not Listing.objects.filter(center=center).exists()


def test_a_coordinator_passes_a_draft_on_and_a_reviewer_publishes_it(draft: Center) -> None:
    take(client_of(account("coordinator")), draft, to="review")
    assert draft.status == "review"
    take(client_of(account("reviewer")), draft, to="published")
    assert draft.status == "published"
    assert Listing.objects.filter(center=draft).exists()


def test_what_was_public_once_stays_so_for_deleting(draft: Center) -> None:
    user = account("admin")
    assert not workflow.was_public(draft)
    workflow.take(user, draft.pk, was="draft", to="published")
    back = workflow.take(user, draft.pk, was="published", to="review")
    assert workflow.was_public(Center.objects.get(pk=back.pk))

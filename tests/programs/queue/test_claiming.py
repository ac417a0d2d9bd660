"""Two coordinators at once never get one center: real threads, on both databases."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from programs.models import Claim
from programs.queue import claiming
from tests.programs.accounts import account, client_of
from tests.programs.factories import CenterFactory
from tests.programs.queue import work

AT_ONCE = 8


@pytest.fixture
def ana(db):
    return account("coordinator", name="ana")


@pytest.fixture
def ben(db):
    return account("coordinator", name="ben")


def now():
    return timezone.now()


def test_a_center_somebody_has_is_given_to_nobody_else(ana, ben):
    center = CenterFactory()
    at = now()
    assert claiming.take(ana, center.pk, now=at)
    assert not claiming.take(ben, center.pk, now=at + claiming.HOLD - timedelta(seconds=1))
    assert claiming.held_by(ana, now=at) == center.pk
    assert claiming.held_by(ben, now=at) is None


def test_after_its_time_a_center_is_free_again(ana, ben):
    center = CenterFactory()
    at = now()
    claiming.take(ana, center.pk, now=at)
    later = at + claiming.HOLD
    assert claiming.held_by(ana, now=later) is None
    assert claiming.take(ben, center.pk, now=later)
    assert Claim.objects.get().by == ben


def test_taking_it_again_extends_it(ana, ben):
    center = CenterFactory()
    at = now()
    claiming.take(ana, center.pk, now=at)
    claiming.take(ana, center.pk, now=at + timedelta(minutes=15))
    assert not claiming.take(ben, center.pk, now=at + timedelta(minutes=30))


def test_keeping_extends_ones_own_and_nobody_elses(ana, ben):
    center = CenterFactory()
    at = now()
    claiming.take(ana, center.pk, now=at)
    assert not claiming.keep(ben, center.pk, now=at)
    assert claiming.keep(ana, center.pk, now=at + timedelta(minutes=10))
    assert Claim.objects.get().until == at + timedelta(minutes=10) + claiming.HOLD


def test_what_lapsed_and_was_taken_over_cannot_be_kept(ana, ben):
    center = CenterFactory()
    at = now()
    claiming.take(ana, center.pk, now=at)
    claiming.take(ben, center.pk, now=at + claiming.HOLD)
    assert not claiming.keep(ana, center.pk, now=at + claiming.HOLD)


def test_leaving_frees_ones_own_and_nobody_elses(ana, ben):
    center = CenterFactory()
    claiming.take(ana, center.pk, now=now())
    claiming.leave(ben, center.pk)
    assert not claiming.take(ben, center.pk, now=now())
    claiming.leave(ana, center.pk)
    assert claiming.take(ben, center.pk, now=now())


def test_an_account_has_one_center_at_a_time(ana, ben):
    first, second = CenterFactory(), CenterFactory()
    claiming.take(ana, first.pk, now=now())
    claiming.take(ana, second.pk, now=now())
    assert Claim.objects.get().center == second
    assert claiming.take(ben, first.pk, now=now())


def test_who_is_refused_a_center_keeps_the_one_they_have(ana, ben):
    first, second = CenterFactory(), CenterFactory()
    claiming.take(ana, first.pk, now=now())
    claiming.take(ben, second.pk, now=now())
    assert not claiming.take(ben, first.pk, now=now())
    assert claiming.held_by(ben, now=now()) == second.pk


def test_the_first_free_one_is_given(ana, ben):
    centers = [CenterFactory().pk for _ in range(3)]
    assert claiming.take_first(ana, centers, now=now()) == centers[0]
    assert claiming.take_first(ben, centers, now=now()) == centers[1]
    assert claiming.take_first(account("coordinator"), centers[:2], now=now()) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_lapsed", [False, True])
def test_of_all_who_take_one_center_at_the_same_moment_one_gets_it(together, afterwards, is_lapsed):
    people = [account("coordinator") for _ in range(AT_ONCE)]
    center = CenterFactory()
    if is_lapsed:
        claiming.take(account("coordinator"), center.pk, now=now() - timedelta(hours=1))
    given = together([partial(claiming.take, one, center.pk, now=now()) for one in people])
    assert sum(given) == 1
    assert afterwards(lambda: Claim.objects.get().by) == people[given.index(True)]


@pytest.mark.django_db(transaction=True)
def test_eight_who_ask_for_the_next_at_the_same_moment_get_eight_centers(together, afterwards):
    for _ in range(AT_ONCE):
        work.report(CenterFactory())
    clients = [client_of(account("coordinator")) for _ in range(AT_ONCE)]
    answers = together([partial(client.post, reverse("admin:queue_next")) for client in clients])
    assert Counter(answer.status_code for answer in answers) == {302: AT_ONCE}
    assert len({answer["Location"] for answer in answers}) == AT_ONCE
    assert afterwards(Claim.objects.count) == AT_ONCE


@pytest.mark.django_db(transaction=True)
def test_where_less_waits_than_ask_nobody_gets_what_another_has(together, afterwards):
    centers = [CenterFactory() for _ in range(3)]
    for center in centers:
        work.report(center)
    clients = [client_of(account("coordinator")) for _ in range(AT_ONCE)]
    answers = together([partial(client.post, reverse("admin:queue_next")) for client in clients])
    to = Counter(answer["Location"] for answer in answers)
    assert to.pop(reverse("admin:index")) == AT_ONCE - 3
    assert to == {reverse("admin:verify", args=[center.pk]): 1 for center in centers}
    assert afterwards(Claim.objects.count) == 3

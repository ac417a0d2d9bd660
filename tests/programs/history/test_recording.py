"""Every change leaves a copy with its author: one by one, in bulk, and rows that go along with others."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programs import history
from programs.models import Center, Organization, Program, Session, StaffMember, Statement
from programs.sample import loading
from tests.programs.accounts import account, client_of
from tests.programs.factories import CenterFactory, ProgramFactory, SessionFactory, StatementFactory

pytestmark = pytest.mark.django_db
REBUILT = {"updated_at": None}
"""Saving again, and rebuilding the listings, touch the day of the last change."""


def copies(model: Any) -> list[tuple[Any, ...]]:
    found = model.history.order_by("history_id")
    return list(found.values_list("id", "history_type", "history_change_reason", "history_user_id"))


def columns_of(row: Any, model: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}


@pytest.mark.parametrize("model", [Organization, Center, Program, Session, Statement])
def test_a_copy_made_in_bulk_equals_the_row(model: Any) -> None:
    program = ProgramFactory(price_min="12.50", openings=2, openings_until="2026-12-01")
    SessionFactory(program=program, telehealth=True)
    StatementFactory(center=program.center, program=program, yes_0=5, no_2=8)
    row = model.objects.get()
    model.history.all().delete()
    assert history.record(model, [row.pk], history.CREATED) == 1
    [saved] = model.history.all()
    assert columns_of(saved, model) == columns_of(row, model)
    row.save()
    by_save = model.history.latest()
    assert columns_of(by_save, model) | {"updated_at": None} == columns_of(saved, model) | {
        "updated_at": None
    }
    assert saved.history_date <= by_save.history_date


def test_many_rows_take_one_statement() -> None:
    ids = [CenterFactory().pk for _ in range(12)]
    Center.history.all().delete()
    with CaptureQueriesContext(connection) as queries:
        assert history.record(Center, ids[:10], reason="import:x") == 10
        assert history.record(Center, Center.objects.filter(id__in=ids[10:]), reason="import:x") == 2
        assert history.record(Center, []) == 0
        assert history.record(Center, Center.objects.none()) == 0
    assert len(queries) == 2
    assert {kind for _, kind, _, _ in copies(Center)} == {"~"}


def test_more_keys_than_a_statement_may_have_parameters() -> None:
    center = CenterFactory()
    Center.history.all().delete()
    assert history.record(Center, [*range(center.pk + 1, center.pk + 300_000), center.pk]) == 1


def test_some_of_an_ordered_list_are_those_of_that_order() -> None:
    first = CenterFactory(name="B")
    second = CenterFactory(name="A")
    Center.history.all().delete()
    history.record(Center, Center.objects.order_by("name")[:1])
    history.record(Center, Center.objects.order_by("-name")[:1])
    assert [pk for pk, *_ in copies(Center)] == [second.pk, first.pk]


def test_an_update_copies_what_it_changed_and_nothing_else() -> None:
    center, other = CenterFactory(phone="1"), CenterFactory(phone="2")
    Center.history.all().delete()
    by = User.objects.create_user("u")
    assert history.update(Center.objects.filter(phone="1"), reason="undo:1", by=by, phone="3") == 1
    assert copies(Center) == [(center.pk, "~", "undo:1", by.pk)]
    assert Center.history.get().phone == "3"
    other.refresh_from_db()
    assert other.phone == "2"


def test_all_within_a_block_has_its_reason_and_author_also_what_goes_along() -> None:
    by = User.objects.create_user("u")
    program = ProgramFactory()
    SessionFactory(program=program)
    for model in (Center, Program, Session):
        model.history.all().delete()  # type: ignore[attr-defined]
    with history.because("merge:7", by=by):
        program.center.save()
        with history.because("undo:merge:7"):
            program.center.delete()
    assert copies(Center) == [
        (copies(Center)[0][0], "~", "merge:7", by.pk),
        (copies(Center)[0][0], "-", "undo:merge:7", by.pk),
    ]
    [(_, *gone)] = copies(Session)
    assert gone == ["-", "undo:merge:7", by.pk]
    CenterFactory()
    assert copies(Center)[-1][1:] == ("+", None, None)


def test_a_reason_of_the_row_comes_before_that_of_the_block() -> None:
    center = CenterFactory.build(organization=Organization.objects.create(name="O"))
    center._change_reason = "link:3"
    with history.because("import:x"):
        center.save()
    assert copies(Center)[-1][2] == "link:3"


def test_a_block_that_failed_leaves_no_reason_behind() -> None:
    with pytest.raises(RuntimeError), history.because("import:x"):
        raise RuntimeError
    CenterFactory()
    assert copies(Center)[-1][2] is None


def test_what_is_taken_back_leaves_no_copy() -> None:
    center = CenterFactory()
    before = copies(Center)
    with transaction.atomic():
        history.update(Center.objects.filter(pk=center.pk), phone="3")
        transaction.set_rollback(True)
    assert copies(Center) == before


def test_whoever_is_signed_in_is_the_author() -> None:
    user = account("admin")
    desk: Client = client_of(user)
    address = reverse("admin:programs_organization_add")
    desk.post(address, {"name": "Kite Health", "state": "AZ", "website": "", "phone": ""})
    [(_, kind, reason, by)] = copies(Organization)
    assert (kind, reason, by) == ("+", None, user.pk)


def test_rows_with_many_to_many_columns_are_saved_one_by_one() -> None:
    member = account("coordinator", states=["AZ"]).staff_member
    with pytest.raises(TypeError, match="one by one"):
        history.record(StaffMember, [member.pk])
    center = CenterFactory()
    member.centers.add(center)
    assert [row.center_id for row in StaffMember.history.first().centers.all()] == [center.pk]


def test_the_sample_directory_says_that_it_wrote() -> None:
    loading.load(today=date(2026, 11, 22))
    for model in (Organization, Center, Program, Session, Statement):
        newest = {}
        for saved in model.history.order_by("history_id"):  # type: ignore[attr-defined]
            newest[saved.id] = saved
            assert saved.history_change_reason == "sample:load"
        rows = {row.pk: row for row in model.objects.all()}
        assert set(newest) == set(rows)
        for pk, row in rows.items():
            assert columns_of(newest[pk], model) | REBUILT == columns_of(row, model) | REBUILT
    loading.remove()
    assert {kind for _, kind, _, _ in copies(Statement)} == {"+", "-"}
    assert copies(Statement)[-1][2] == "sample:remove"

"""A form that brought no answer is sent again, and taken once."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils.timezone import localdate

from programs import once
from programs.models import Center, Organization, SentForm, StagedImport, Statement
from tests.programs.accounts import account, client_of
from tests.programs.admin.posting import filled
from tests.programs.factories import center as listed_center

pytestmark = pytest.mark.django_db
ADD = "/admin/programs/center/add/"


@pytest.fixture
def admin():
    return account("admin")


@pytest.fixture
def desk(admin):
    return client_of(admin)


def new_center(desk, name="New Kite", token="a page's token"):
    typed = {
        "organization": Organization.objects.get_or_create(name="Kite Health")[0].pk,
        "name": name,
        "city": "Tucson",
        "state": "AZ",
        "zip": "85701",
        "said_on": f"{localdate()}",
    }
    return filled(desk, ADD, "center_form", **typed) | {"csrfmiddlewaretoken": [token]}


def test_a_center_that_is_sent_twice_is_added_once(desk):
    data = new_center(desk)
    first, second = desk.post(ADD, data), desk.post(ADD, data)
    assert Center.objects.count() == 1
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert "It is there once." in [str(one) for one in get_messages(second.wsgi_request)][-1]


def test_a_call_that_is_saved_twice_is_one_statement(desk):
    center = listed_center(yes=["pay_medicaid"])
    address = reverse("admin:verify", args=[center.pk])
    data = {
        "said_method": "phone",
        "said_on": f"{localdate()}",
        "said_by": "intake",
        "fact-telehealth": "yes",
    }
    for _ in range(2):
        assert desk.post(address, data | {"csrfmiddlewaretoken": "one"}).status_code == 302
    assert Statement.objects.filter(entered_by__isnull=False).count() == 1
    desk.post(address, data | {"csrfmiddlewaretoken": "another page", "fact-lang_spanish": "yes"})
    assert Statement.objects.filter(entered_by__isnull=False).count() == 2


def test_files_that_are_sent_twice_wait_once(desk):
    def send(content: bytes):
        file = SimpleUploadedFile("list.csv", content)
        return desk.post("/admin/import/", {"sent": file, "kind": "new", "csrfmiddlewaretoken": "one"})

    first, second = send(b"Name,City\nA,B\n"), send(b"Name,City\nA,B\n")
    assert StagedImport.objects.count() == 1
    assert first["Location"] == second["Location"]
    send(b"Name,City\nA,C\n")
    assert StagedImport.objects.count() == 2


def test_what_was_heard_on_a_center_is_one_statement(desk):
    center = listed_center(yes=["pay_medicaid"])
    address = reverse("admin:programs_center_change", args=[center.pk])
    heard = {"said_method": "phone", "said_on": f"{localdate()}", "facts-telehealth": "yes"}
    data = filled(desk, address, "center_form", **heard) | {"csrfmiddlewaretoken": ["one"]}
    for _ in range(2):
        desk.post(address, data)
    assert Statement.objects.filter(entered_by__isnull=False).count() == 1


def test_another_page_another_person_or_another_word_is_another_form(desk):
    desk.post(ADD, new_center(desk))
    desk.post(ADD, new_center(desk, token="another"))
    desk.post(ADD, new_center(desk, name="Harbor"))
    other = client_of(account("admin"))
    other.post(ADD, new_center(other))
    assert Center.objects.count() == 4


def test_a_form_that_was_not_taken_may_be_sent_again(desk):
    wrong = new_center(desk, name="")
    assert desk.post(ADD, wrong).status_code == 200
    assert not SentForm.objects.exists()
    assert desk.post(ADD, wrong).status_code == 200


def test_what_breaks_midway_leaves_no_sign(desk, monkeypatch):
    data = new_center(desk)
    with monkeypatch.context() as broken:
        broken.setattr("programs.listings.rebuild", lambda *some, **more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            desk.post(ADD, data)
    assert not SentForm.objects.exists()
    desk.post(ADD, data)
    assert Center.objects.count() == 1


def test_the_table_holds_nothing_of_what_was_typed(desk):
    desk.post(ADD, new_center(desk, name="Zebra Striped"))
    held = " ".join(str(value) for row in SentForm.objects.values_list() for value in row)
    assert "ebra" not in held
    assert "token" not in held


def test_signs_go_after_two_days(desk):
    desk.post(ADD, new_center(desk))
    call_command("forget_saved")
    assert SentForm.objects.count() == 1
    SentForm.objects.update(day=localdate() - timedelta(days=3))
    call_command("forget_saved")
    assert not SentForm.objects.exists()
    assert timedelta(days=2) == once.KEPT

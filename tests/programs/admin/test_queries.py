"""No page of the admin asks more than 15 questions with 20,000 centers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programs.models import Center, City, ImportRun, Organization, Program, ZipCode
from tests.programs.accounts import client_of

pytestmark = pytest.mark.django_db
MOST = 15
MODELS = sorted(
    (model for model in admin.site._registry if model._meta.app_label == "programs"),
    key=lambda model: model._meta.model_name or "",
)


@pytest.fixture
def look(big_directory: int) -> "Look":
    """Fetches an admin page and gives its text, after counting its queries."""

    def fetch(address: str) -> str:
        client = client_of(User.objects.get(username="big"))
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address, follow=True)
        assert response.status_code == 200
        assert len(queries) <= MOST, "\n".join(query["sql"] for query in queries)
        return response.content.decode()

    return fetch


Look = Callable[[str], str]


def test_the_index(look: Look) -> None:
    assert "Directory desk" in look("/admin/")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list(look: Look, model: type) -> None:
    look(reverse(f"admin:programs_{model._meta.model_name}_changelist"))  # type: ignore[attr-defined]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_page_of_one_row(look: Look, model: Any) -> None:
    row = model._default_manager.first()
    if model in (City, ZipCode):
        row = model._default_manager.create(
            state="AZ",
            lat=1,
            lon=1,
            **({"zip": "00001"} if model is ZipCode else {"name": "X", "search_name": "x"}),
        )
    look(reverse(f"admin:programs_{model._meta.model_name}_change", args=[row.pk]))
    if model in (City, ZipCode):
        row.delete()


def test_a_search_with_every_filter(look: Look) -> None:
    address = reverse("admin:programs_center_changelist")
    text = look(
        f"{address}?q=Center 1998&programs__level__exact=iop&status__exact=published"
        "&in_latest_edition__exact=1&is_sample__exact=0&state=AZ"
    )
    assert "Center 1998<" in text
    assert "Center 1999<" not in text


def test_the_last_page_of_a_long_list(look: Look) -> None:
    assert "Center 9999<" in look(reverse("admin:programs_center_changelist") + "?p=400")


def test_filling_in_a_new_center_or_program(look: Look) -> None:
    for model in (Organization, Center, Program):
        look(reverse(f"admin:programs_{model._meta.model_name}_add"))


def test_looking_up_an_organization_or_a_center_while_typing(look: Look) -> None:
    for app, field, model in (
        ("center", "organization", "Network 19"),
        ("program", "center", "Center 19999"),
    ):
        address = reverse("admin:autocomplete")
        text = look(f"{address}?app_label=programs&model_name={app}&field_name={field}&term={model}")
        assert model in text


def test_the_refused_rows_of_an_import(look: Look) -> None:
    run = ImportRun.objects.get()
    assert "300 refused rows" in look(
        f"{reverse('admin:programs_refusedrow_changelist')}?run__id__exact={run.pk}"
    )

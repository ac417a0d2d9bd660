"""Text that would run if it were ever taken for markup, in every text column of every table.

The columns are those of the models; what a column cannot hold (a choice, a digest, a slug) is left alone. The
texts that visitors write are sealed: they are planted by the forms' own doors.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.utils import Error

from programs.models import Inquiry, Listing, Report
from programs.visitors.contents import Wanted, seal_wanted, seal_words

PAYLOADS = (
    "<img src=x onerror=alert({0})>zq{0}qz",
    '"><svg onload=alert({0})>zq{0}qz',
    "'-alert({0})-'</script><script>alert({0})</script>zq{0}qz",
    "</textarea></title></style><script>alert({0})</script>zq{0}qz",
    "{{{{zq{0}qz}}}}${{alert({0})}}<zq{0} onclick=alert({0})>",
)
SHORT = '"><b onclick=alert({0})>zq{0}qz'
ADDRESS = "javascript:alert({0})//zq{0}qz"
LEFT = {
    "digest", "token_digest", "code_digest", "form_digest", "password", "session_key", "session_data", "who",
    "sha256", "document", "sessions", "slug", "locator", "said_method", "said_source", "consent_version",
    "history_type", "username", "object_id", "key", "codename", "app_label", "model",
    "time_zone", "file_format",
}  # fmt: skip
"""Columns nobody types: secrets, digests, names of code."""
TABLES = ("programs", "auth", "admin")


def plantable(model: type[models.Model]) -> Iterator[Any]:
    """Its columns that hold what somebody typed."""
    for field in model._meta.concrete_fields:
        if field.name in LEFT or field.choices or field.primary_key:
            continue
        if isinstance(field, models.CharField | models.TextField) and (field.max_length or 999) >= 8:
            yield field


def plant(*, but: Any = None) -> dict[int, str]:
    """Plants a text in each column of each row; each text once, by its number: "Center.name".

    `but`: an account that is left alone. A table is written past its forms: whatever an import, the API of an
    earlier version or a hand in the database might have left there.
    """
    numbers, planted = count(1000), {}
    for model in apps.get_models():
        if model._meta.app_label not in TABLES or model is Listing or model._meta.model_name == "permission":
            continue
        rows = (
            model._default_manager.exclude(pk=but.pk)
            if but and isinstance(but, model)
            else model._default_manager
        )
        for row in rows.all():
            for field in plantable(model):
                number = next(numbers)
                if _set(model, row, field, number):
                    planted[number] = f"{model.__name__}.{field.name}"
            _plant_json(model, row, numbers, planted)
    return planted


def _set(model: type[models.Model], row: Any, field: Any, number: int) -> bool:
    form = PAYLOADS[number % len(PAYLOADS)]
    if isinstance(field, models.URLField):
        form = ADDRESS
    most = field.max_length or 10_000
    text = form.format(number)
    text = text if len(text) <= most else SHORT.format(number)
    if len(text) > most:
        text = f"<b>zq{number}qz"
    if len(text) > most:
        return False
    try:
        with transaction.atomic():
            model._default_manager.filter(pk=row.pk).update(**{field.name: text})
    except Error:  # A constraint forbids any such text here.
        return False
    return True


def _plant_json(model: type[models.Model], row: Any, numbers: Iterator[int], planted: dict[int, str]) -> None:
    """In the words of a JSON column, which keeps its shape."""
    changed = {}
    for field in model._meta.concrete_fields:
        value = getattr(row, field.attname)
        if not isinstance(field, models.JSONField) or field.name in (
            "before",
            "states",
            "kept_columns",
            "digests",
            "reasons",
        ):
            continue

        def words(value: Any, name: str = field.name) -> Any:
            if isinstance(value, dict):
                return {
                    key: one if key in ("step", "edition", "source", "kind") else words(one)
                    for key, one in value.items()
                }
            if isinstance(value, list):
                return [words(one) for one in value]
            if not isinstance(value, str):
                return value
            number = next(numbers)
            planted[number] = f"{model.__name__}.{name}"
            return PAYLOADS[number % len(PAYLOADS)].format(number)

        if value:
            changed[field.name] = words(value)
    if changed:
        model._default_manager.filter(pk=row.pk).update(**changed)


def plant_sealed(center: Any) -> dict[int, str]:
    """A report and a call-back request whose every word would run."""

    def text(number: int) -> str:
        return PAYLOADS[number % len(PAYLOADS)].format(number)

    today = date.today()
    report = Report.objects.filter(center=center).get()
    Report.objects.filter(pk=report.pk).update(
        sealed=seal_words(text(1), report.code_digest), purge_on=today + timedelta(days=30)
    )
    inquiry = Inquiry.objects.filter(center=center).get()
    wanted = Wanted("me", text(2), "phone", text(3), "discreet", "noon", text(4), "en")
    Inquiry.objects.filter(pk=inquiry.pk).update(sealed=seal_wanted(wanted, inquiry.code_digest))
    return {1: "Report.words", **dict.fromkeys(range(2, 5), "Inquiry.wanted")}

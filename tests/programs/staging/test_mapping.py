"""A mapping made in a page is the one the command line reads, and the other way round."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from programs.admin.mapping_forms import MappingForm
from programs.importing.load import state_boxes
from programs.importing.mapped import read_mapped
from programs.importing.mapping import parse_mapping, read_mapping
from programs.importing.workbook import StructureError
from programs.models import SavedMapping, StagedImport
from programs.staging.describing import answers_of, listed, tables_of_answers, words_in
from programs.staging.documents import dated, document_of, tables_of
from programs.staging.glimpse import glimpse, guess, words_of
from programs.staging.work import work
from tests.conftest import ROOT
from tests.programs.staging.conftest import sent

EXAMPLES = ROOT / "examples/mappings"
NAMES = ["county", "state", "network"]


def file_of(name: str) -> Path:
    return next(EXAMPLES.glob(f"{name}.[cx]*"))


@pytest.mark.parametrize("name", NAMES)
def test_a_document_says_the_same_after_a_trip_through_the_form(name):
    text = (EXAMPLES / f"{name}.toml").read_text("utf-8")
    again = document_of(tables_of_answers(answers_of(tables_of(text))))
    assert parse_mapping(again, "x") == parse_mapping(text, "x")
    assert parse_mapping(document_of(tables_of(text)), "x") == parse_mapping(text, "x")


def test_signs_that_toml_minds_survive():
    tables = {"columns": {'a "b" \\ é': "c\nd\x7f", "plain": ["x", "ü"]}, "words": [{"says": {"a=b": ["f"]}}]}
    assert tomllib.loads(document_of(tables)) == tables


def test_a_new_edition_has_a_new_date_and_nothing_else():
    text = (EXAMPLES / "county.toml").read_text("utf-8")
    changed = parse_mapping(dated(text, date(2025, 9, 1)), "x")
    before = parse_mapping(text, "x")
    assert changed.day == date(2025, 9, 1)
    assert (changed.source, changed.columns, changed.words) == (before.source, before.columns, before.words)


@pytest.mark.parametrize("words", [[], ["Y"], ["Yes", "on, by request"], ['say "ja"', "x"], ["✓", "TRUE"]])
def test_words_are_listed_and_read_back(words):
    assert words_in(listed(words)) == words


@pytest.mark.parametrize("name", NAMES)
def test_how_a_file_is_written_is_guessed(name):
    mapping = read_mapping(EXAMPLES / f"{name}.toml")
    layout, sheets = guess(file_of(name))
    assert (layout.delimiter, layout.encoding) == (mapping.layout.delimiter, mapping.layout.encoding)
    if sheets:
        layout = mapping.layout
        assert mapping.layout.sheet in sheets
    seen = glimpse(file_of(name), layout, sheets)
    assert set(mapping.headings) <= set(seen.headings)
    assert "" not in seen.headings
    assert len(seen.rows) >= 2


def test_the_words_of_a_column_are_found():
    layout, _ = guess(EXAMPLES / "state.csv")
    assert {"Outpatient", "Residential"} <= set(
        words_of(EXAMPLES / "state.csv", layout, "Services Licensed", "/")
    )


def test_a_file_without_headings_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(",,\n1,2,3\n")
    with pytest.raises(StructureError, match="holds no headings"):
        glimpse(path, *guess(path))


def posted(form: MappingForm, **changes: str) -> QueryDict:
    """What a browser would send of this form."""
    data = QueryDict(mutable=True)
    parts = [form.about, form.columns, form.always, *(one for rows in form.rows.values() for one in rows)]
    for part in parts:
        for bound in part:
            value = bound.value()
            if isinstance(value, list):
                data.setlist(bound.html_name, value)
            elif value not in (None, False):
                data[bound.html_name] = "on" if value is True else str(value)
    for rows in form.rows.values():
        for bound in rows.management_form:
            data[bound.html_name] = str(bound.value())
    data.update({})
    for name, value in changes.items():
        data[name.replace("__", "-")] = value
    return data


def waiting(client: Client, path: Path) -> StagedImport:
    (file,) = sent(path)
    client.post("/admin/import/", {"sent": file, "kind": "new"})
    return StagedImport.objects.get()


def filled(name: str, **changes: str) -> QueryDict:
    """The form as somebody fills it in who wants the mapping of this example."""
    text = (EXAMPLES / f"{name}.toml").read_text("utf-8")
    answers = answers_of(tables_of(text))
    answers.about["name"] = f"List {name}"
    sheets = guess(file_of(name))[1]
    seen = glimpse(file_of(name), read_mapping(EXAMPLES / f"{name}.toml").layout, sheets)
    return posted(MappingForm(seen.headings, answers), **changes)


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_a_list_is_mapped_checked_saved_and_read(places, desk, name):
    staged = waiting(desk, file_of(name))
    address = reverse("admin:staged_mapping", args=[staged.public_id])
    assert desk.get(reverse("admin:staged", args=[staged.public_id]))["Location"] == address
    begun = desk.get(address).content.decode()
    assert "What the columns mean" in begun
    checked = desk.post(
        address, {**filled(name).dict(), "check": "1"} | lists_of(filled(name))
    ).content.decode()
    assert "How the first rows would be read" in checked
    assert "The mapping is not whole yet." not in checked
    assert not SavedMapping.objects.exists()
    data = filled(name)
    data["save"] = "1"
    response = desk.post(address, data.urlencode(), content_type="application/x-www-form-urlencoded")
    assert (response.status_code, response["Location"]) == (302, f"/admin/import/{staged.public_id}/")
    mapping = SavedMapping.objects.get()
    by_hand = read_mapping(EXAMPLES / f"{name}.toml")
    assert parse_mapping(mapping.document, "x") == by_hand
    staged.refresh_from_db()
    done = work(staged, seconds=float("inf"))
    assert done.status == "ready"
    edition = read_mapped([file_of(name)], by_hand, boxes=state_boxes())[0]
    assert done.counts["created"] == len(edition.rows)


def lists_of(data: QueryDict) -> dict[str, list[str]]:
    return {key: data.getlist(key) for key in data if len(data.getlist(key)) > 1}


@pytest.mark.django_db
def test_what_is_wrong_names_the_key_and_why(places, desk):
    staged = waiting(desk, file_of("county"))
    address = reverse("admin:staged_mapping", args=[staged.public_id])

    def check(**changes: str) -> str:
        data = filled("county", **changes)
        return desk.post(
            address, data.urlencode(), content_type="application/x-www-form-urlencoded"
        ).content.decode()

    assert "List county: columns.zip: is missing" in check(columns__zip="", save="1")
    assert "columns.latitude: needs longitude, and the other way round" in check(columns__latitude="Web")
    assert "List county: list.id: must be small letters" in check(list__code="No Good")
    assert "yes_no[1].no: the same word says two things: y" in check(yes_no__0__no="Y")
    assert "Which words mean yes?" in check(yes_no__0__yes="")
    assert "Which fact does this column say?" in check(yes_no__0__fact="")
    assert "Absent (not in this file)" in check(columns__phone="Absent")
    assert not SavedMapping.objects.exists()
    staged.refresh_from_db()
    assert staged.progress == {"step": "mapping"}


@pytest.mark.django_db
def test_words_that_nobody_has_explained_appear(places, desk):
    staged = waiting(desk, file_of("state"))
    address = reverse("admin:staged_mapping", args=[staged.public_id])
    data = filled("state")
    for key in [key for key in data if key.startswith("words-") and key.endswith(("-word", "-fact"))]:
        data[key] = ""
    response = desk.post(address, data.urlencode(), content_type="application/x-www-form-urlencoded")
    text = response.content.decode()
    assert "words[1].says: is empty" in text
    assert 'value="Intensive Outpatient"' in text
    assert '-word" value="Prevention"' not in text, "somebody said that it says nothing"
    assert '-word" value="Pregnant women"' in text


@pytest.mark.django_db
def test_another_list_does_not_take_the_name_of_a_mapping(places, desk):
    text = (EXAMPLES / "state.toml").read_text("utf-8")
    SavedMapping.objects.create(name="List county", document=text)
    staged = waiting(desk, file_of("county"))
    data = filled("county", save="1")
    address = reverse("admin:staged_mapping", args=[staged.public_id])
    response = desk.post(address, data.urlencode(), content_type="application/x-www-form-urlencoded")
    assert "Another list has a mapping of this name." in response.content.decode()
    assert SavedMapping.objects.get().document == text


@pytest.mark.django_db
def test_a_file_that_cannot_be_opened_says_so(places, desk, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(",,\n")
    staged = waiting(desk, path)
    text = desk.get(reverse("admin:staged_mapping", args=[staged.public_id])).content.decode()
    assert "This file cannot be read." in text

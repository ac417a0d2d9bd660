"""Translations: compiled without gettext's tools, and complete once they say so."""

import datetime
import gettext
import re

import polib
import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.formats import number_format, time_format
from django.utils.translation import override

COMPLETE = "X-Complete"
PLACEHOLDER = re.compile(r"%\(\w+\)[.\d]*[a-z]|%s")
SPANISH = settings.BASE_DIR / "locale" / "es" / "LC_MESSAGES" / "django.po"


def untranslated(path):
    """The msgids without a Spanish string, plural forms and fuzzy ones included."""
    return [entry.msgid for entry in polib.pofile(str(path)) if not entry.obsolete and not entry.translated()]


def claims_to_be_complete(path):
    return polib.pofile(str(path)).metadata.get(COMPLETE, "").lower() == "yes"


def catalog(folder, *entries, complete="no"):
    po = polib.POFile()
    po.metadata = {"Content-Type": "text/plain; charset=utf-8", COMPLETE: complete}
    po.extend(entries)
    path = folder / "es" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    po.save(str(path))
    return path


def test_what_has_no_translation_is_listed(tmp_path):
    path = catalog(
        tmp_path,
        polib.POEntry(msgid="Yes", msgstr="Sí"),
        polib.POEntry(msgid="Guide", msgstr=""),
        polib.POEntry(msgid="Menu", msgstr="Menú", flags=["fuzzy"]),
        complete="yes",
    )
    assert untranslated(path) == ["Guide", "Menu"]
    assert claims_to_be_complete(path)


def test_the_spanish_catalog_is_complete_and_says_so():
    assert claims_to_be_complete(SPANISH)
    assert untranslated(SPANISH) == []


def test_the_spanish_catalog_is_in_order_and_free_of_dates():
    """Or else every run of makemessages moves lines. `msgcat --sort-output --no-wrap` puts it in order."""
    catalog = polib.pofile(str(SPANISH))
    order = [entry.msgid for entry in catalog]
    assert order == sorted(order)
    assert not any(entry.occurrences for entry in catalog)
    assert "POT-Creation-Date" not in catalog.metadata


@pytest.mark.parametrize("plural", [False, True])
def test_spanish_keeps_every_placeholder(plural):
    lost = []
    for entry in polib.pofile(str(SPANISH)):
        if bool(entry.msgid_plural) is plural and "python-format" in entry.flags:
            wanted = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
            texts = entry.msgstr_plural.values() if plural else [entry.msgstr]
            # A singular may leave its number out, as English does: "You wished for one thing."
            missing = [t for t in texts if t and not set(PLACEHOLDER.findall(t)) <= wanted]
            last = list(texts)[-1]
            lost += missing + ([last] if last and set(PLACEHOLDER.findall(last)) != wanted else [])
    assert lost == []


def test_spanish_writes_times_and_numbers_as_the_united_states_do():
    with override("es"):
        assert time_format(datetime.time(18, 30), "TIME_FORMAT") == "6:30 p.m."
        assert number_format("1250.5", force_grouping=True) == "1,250.5"


def test_a_catalog_is_compiled_and_compiled_again_only_when_it_changed(tmp_path, settings, capsys):
    settings.LOCALE_PATHS = [tmp_path]
    path = catalog(tmp_path, polib.POEntry(msgid="Yes", msgstr="Sí"))
    call_command("compile_catalogs")
    assert capsys.readouterr().out == "Catalogs: 1 compiled, 0 already up to date.\n"
    with path.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Yes") == "Sí"
    call_command("compile_catalogs")
    assert capsys.readouterr().out == ""

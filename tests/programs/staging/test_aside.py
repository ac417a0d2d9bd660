"""Lists of the desk are read and applied in another process, which says how it ended."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from programs.models import Center, ImportRun, StagedImport
from programs.staging import aside
from programs.staging.sent import begin
from tests.programs.accounts import account, client_of
from tests.programs.importing.test_interrupted import Database
from tests.programs.importing.workbooks import facility, workbook
from tests.programs.staging.conftest import read, sent
from tests.programs.staging.test_pages import follow

pytestmark = pytest.mark.django_db


def command(*words: str) -> str:
    out = StringIO()
    call_command("work_imports", *words, stdout=out)
    return out.getvalue().strip()


def test_the_command_reads_one_import_for_a_while(edition):
    staged, other = (begin(sent(edition([1, 2], year=year)), by=None) for year in (2023, 2024))
    command("--only", str(staged.public_id), "--seconds", "0")
    staged.refresh_from_db()
    assert (staged.status, staged.progress["step"]) == ("reading", "read"), "one step, and time is over"
    assert command("--only", str(staged.public_id)).endswith("Ready to look at, 2 rows")
    other.refresh_from_db()
    assert other.progress == {}


def test_the_command_applies_what_somebody_looked_at_and_says_how_it_ended(edition, admin_account):
    staged, older = read(edition([1, 2])), read(edition([1, 2, 3], directory="mh"))
    words = ("--only", str(staged.public_id), "--apply-for", str(admin_account.pk))
    assert [command(*words), command(*words)] == [aside.APPLIED, "not ready"]
    assert ImportRun.objects.get().by == admin_account
    assert Center.objects.count() == 2
    assert command("--only", str(older.public_id), *words[2:]) == "changed since"
    assert Center.objects.count() == 2


def test_a_process_that_breaks_off_is_no_import(four, edition, settings, monkeypatch, tmp_path, desk):
    staged = read(edition([1, 2, 9], year=2024))
    settings.IMPORTS_ASIDE = True
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/there-is-none.sqlite3")
    monkeypatch.setenv("DEBUG", "1")
    for go in (lambda: aside.go_on(staged), lambda: aside.apply(staged, account("admin"))):
        with pytest.raises(aside.BrokenOffError, match="ended with 1"):
            go()
    desk.raise_request_exception = False
    answer = desk.post(reverse("admin:staged_apply", args=[staged.public_id]))
    assert answer.status_code == 500, "not a page that says that it is done, and not one that says it is not"
    assert Center.objects.count() == 4


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_from_a_file_to_an_import_beside_the_site(
    places: None, settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    admin = account("admin")
    desk = client_of(admin)
    path = workbook(tmp_path, [facility(1), facility(2), facility(3, zip="bad")])
    staged = begin(sent(path), by=admin)
    settings.IMPORTS_ASIDE = True
    monkeypatch.setenv("DATABASE_URL", Database(tmp_path).url)
    monkeypatch.setenv("DEBUG", "1")
    assert follow(desk, staged).status == "ready"
    apply = reverse("admin:staged_apply", args=[staged.public_id])
    assert "The import is done: 3 rows." in desk.post(apply, follow=True).content.decode()
    assert "applied or discarded already" in desk.post(apply, follow=True).content.decode()
    assert (Center.objects.count(), ImportRun.objects.get().by) == (2, admin)
    assert StagedImport.objects.get().status == "applied"

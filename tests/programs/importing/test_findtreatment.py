"""The national locator, replayed by a server on loopback that also misbehaves. Nobody waits: time is ours."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from programs.importing.crawl import MAX_AGE
from programs.importing.fetching import Clock, Manners
from programs.importing.findtreatment import TYPES, VOCABULARY, code_of_words
from programs.importing.reading import Edition
from programs.management.commands.sync_findtreatment import Command
from programs.models import Center, DirectoryEntry, ImportRun, Program, RefusedRow, Statement
from tests.conftest import ROOT, SHARED, required
from tests.programs.importing.conftest import Import
from tests.programs.importing.locator import (
    PLAIN,
    Locator,
    cuts_off,
    fails,
    hangs,
    place,
    says,
    service,
    serving,
    without,
)
from tests.programs.importing.workbooks import facility, workbook

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.now = NOW

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    @property
    def clock(self) -> Clock:
        return Clock(sleep=self.sleep, now=lambda: self.now, elapsed=lambda: 0.0, chance=lambda: 0.0)


class Sync:
    """Runs the command against the server; remembers what it said, and for how long it waited."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.stage = folder, folder / "pages"
        self.time = Time()
        self.err = ""
        self.locator: Locator

    def __call__(self, **options: Any) -> dict[str, Any]:
        out, err = StringIO(), StringIO()
        command = Command(stdout=out, stderr=err)
        command.clock = self.time.clock
        given = {"stage": self.stage, "page_size": 2, "refused": self.folder / "refused.csv", "json": True}
        try:
            with override_settings(FINDTREATMENT_URL=self.locator.url, SITE_NAME="Ohio Finder"):
                call_command(command, **(given | options))
        finally:
            self.err = err.getvalue()
        return json.loads(out.getvalue())


@pytest.fixture
def sync(places: None, tmp_path: Path) -> Iterator[Sync]:
    ran = Sync(tmp_path)
    with serving([place(number) for number in range(1, 6)]) as locator:
        ran.locator = locator
        yield ran


def facts_of(name: str) -> Callable[[str], bool | None]:
    return Statement.objects.get(center__name=name).facts.value


# -- What it brings --------------------------------------------------------------------------------
def test_all_pages_become_centers_with_website_and_position(sync: Sync) -> None:
    assert sync()["created"] == 5
    assert sync.locator.asked == [1, 2, 3]
    center = Center.objects.get(name="Willow Bend Center 1")
    assert (center.website, center.lat, center.lon, center.location) == (
        "http://www.willow1.example.org", 39.799, -89.644, "exact",
    )  # fmt: skip
    assert not sync.stage.exists(), "pages that were imported are not kept"
    assert Statement.objects.get(center=center).source == "findtreatment_su"


def test_words_say_the_same_facts_as_codes(sync: Sync) -> None:
    sync()
    said, other = facts_of("Willow Bend Center 1"), facts_of("Willow Bend Center 2")
    assert (said("offers_iop"), said("pay_medicaid"), said("age_young_adults")) == (True, True, True)
    assert (said("pay_medicare"), other("pay_medicare"), other("offers_iop")) == (False, True, False)
    assert said("med_methadone") is None, "no row speaks of it: it was not asked"
    assert Program.objects.filter(level="iop", center__name="Willow Bend Center 1").exists()


def test_without_services_everything_is_unknown(sync: Sync) -> None:
    sync.locator.rows = [place(1), place(2, services=None), place(3, services=[])]
    sync()
    for name in ("Willow Bend Center 2", "Willow Bend Center 3"):
        facts = Statement.objects.get(center__name=name).facts
        assert not any(facts.yes)
        assert not any(facts.no)


def test_both_spellings_of_the_type_tell_the_directory(sync: Sync) -> None:
    sync.locator.rows = [
        place(1),
        without(
            place(2, type_facility="MH", services=[service("TC", "Mental health treatment")]), "typeFacility"
        ),
    ]
    sync()
    assert list(DirectoryEntry.objects.order_by("source").values_list("source", flat=True)) == [
        "findtreatment_mh", "findtreatment_su",
    ]  # fmt: skip


def test_the_mental_health_form_cannot_deny_an_iop(sync: Sync) -> None:
    outpatient = [service("TC", "Mental health treatment"), service("SET", "Outpatient")]
    odd = [*outpatient, service("SET", "Intensive outpatient treatment; Detoxification")]
    sync.locator.rows = [
        place(1, typeFacility="MH", services=odd),
        place(2, typeFacility="MH", services=outpatient),
    ]
    sync()
    assert facts_of("Willow Bend Center 1")("offers_iop") is True
    assert facts_of("Willow Bend Center 2")("offers_iop") is None
    assert facts_of("Willow Bend Center 2")("offers_detox") is None


def test_an_unknown_type_is_refused_alone(sync: Sync) -> None:
    sync.locator.rows = [place(1), place(2, typeFacility="VET")]
    assert sync()["refused"] == 1
    assert "typeFacility is neither SA nor MH: VET" in RefusedRow.objects.get().reason


def test_placeholder_phones_are_dropped_and_numbers_read_alike(sync: Sync) -> None:
    sync.locator.rows = [place(1, phone="(999) 999-9999", intake1="(510) 346-7833 x12"), place(2, phone=None)]
    sync()
    one, two = Center.objects.order_by("name")
    assert (one.phone, one.intake_phones, two.phone) == ("", "510-346-7833 x12", "")


@pytest.mark.parametrize(
    ("website", "kept"),
    [
        ("www.hope.example.org/iop", "http://www.hope.example.org/iop"),
        ("HTTP://Www.Hope.example.org", "http://www.hope.example.org"),
        ("N/A", ""),
        ("javascript:alert(1)", ""),
        ("mailto:a@hope.example.org", ""),
        ("http://user@hope.example.org", ""),
        ("http://hope example.org", ""),
        (None, ""),
    ],
)
def test_only_a_website_is_kept_as_one(sync: Sync, website: str | None, kept: str) -> None:
    sync.locator.rows = [place(1, website=website)]
    sync()
    assert Center.objects.get().website == kept


# -- Positions -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("lat", "lon", "expected"),
    [
        ("39.81", "-89.64", (39.81, -89.64, "exact")),
        ("-89.64", "39.81", (39.81, -89.64, "exact")),  # swapped
        ("39.81", "89.64", (39.8, -89.65, "zip")),  # a lost sign is not guessed
        ("42.36", "-71.13", (39.8, -89.65, "zip")),  # another state
        ("0", "0", (39.8, -89.65, "zip")),
        ("north", "-89.64", (39.8, -89.65, "zip")),
        ("NaN", "-89.64", (39.8, -89.65, "zip")),
        (None, None, (39.8, -89.65, "zip")),
    ],
)
def test_a_position_is_checked_against_its_state(
    sync: Sync, lat: str | None, lon: str | None, expected: tuple[float, float, str]
) -> None:
    sync.locator.rows = [place(1, latitude=lat, longitude=lon)]
    sync()
    center = Center.objects.get()
    assert (center.lat, center.lon, center.location) == expected


def test_what_was_swapped_or_refused_is_told(sync: Sync) -> None:
    sync.locator.rows = [
        place(1, latitude="-89.64", longitude="39.81"),
        place(2, latitude="1", longitude="2"),
    ]
    sync()
    assert "swapped: put right in 1 row" in sync.err
    assert "outside the state: the middle of the ZIP code is taken in 1 row" in sync.err


# -- One identity ----------------------------------------------------------------------------------
def test_a_center_of_the_workbooks_is_the_same_center(sync: Sync, imported: Import, tmp_path: Path) -> None:
    imported(workbook(tmp_path, [facility(1), facility(7)]))
    before = Center.objects.get(name="Willow Bend Center 1")
    assert sync()["joined"] == 1
    after = Center.objects.get(name="Willow Bend Center 1")
    assert (after.pk, after.public_id, after.slug) == (before.pk, before.public_id, before.slug)
    assert (after.website, after.location) == ("http://www.willow1.example.org", "exact")
    assert Center.objects.count() == 6


def test_centers_that_differ_in_suite_alone_are_joined_each_to_its_own(
    sync: Sync, imported: Import, tmp_path: Path
) -> None:
    suites = [
        {"street2": suite, "name1": "Hope House", "street1": "1 Main Street"}
        for suite in ("Suite A", "Suite B")
    ]
    imported(workbook(tmp_path, [facility(number, **suite) for number, suite in enumerate(suites, 1)]))
    sync.locator.rows = [place(number, **suite) for number, suite in enumerate(suites, 1)]
    assert sync()["joined"] == 2
    assert {(one.street2, one.website) for one in Center.objects.all()} == {
        ("Suite A", "http://www.willow1.example.org"),
        ("Suite B", "http://www.willow2.example.org"),
    }


def test_of_centers_that_differ_in_suite_none_is_guessed(
    sync: Sync, imported: Import, tmp_path: Path
) -> None:
    suites = [
        {"street2": suite, "name1": "Hope House", "street1": "1 Main Street"}
        for suite in ("Suite A", "Suite B")
    ]
    imported(workbook(tmp_path, [facility(number, **suite) for number, suite in enumerate(suites, 1)]))
    sync.locator.rows = [place(1, name1="Hope House", street1="1 Main Street")]
    assert sync()["created"] == 1


def test_a_workbook_that_comes_later_keeps_website_and_position(
    sync: Sync, imported: Import, tmp_path: Path
) -> None:
    sync()
    assert imported(workbook(tmp_path, [facility(1)]))["joined"] == 1
    center = Center.objects.get(name="Willow Bend Center 1")
    assert (center.website, center.location, center.lat) == (
        "http://www.willow1.example.org",
        "exact",
        39.799,
    )


def test_the_newer_form_of_a_directory_is_laid_over_the_older(
    sync: Sync, imported: Import, tmp_path: Path
) -> None:
    """The workbook of 2023 lists an IOP at 2 that the locator no longer has; of methadone only it speaks."""
    imported(workbook(tmp_path, [facility(2, codes="SA * OP OIT * MU * MD")]))
    assert Program.objects.get(level="iop").is_listed
    sync()
    assert not Program.objects.get(level="iop", center__name="Willow Bend Center 2").is_listed
    listing = Center.objects.get(name="Willow Bend Center 2").listings.get(level="outpatient")
    assert listing.facts.value("offers_iop") is False
    assert listing.facts.value("med_methadone") is True


def test_what_a_person_wrote_stays(sync: Sync) -> None:
    sync()
    Center.objects.filter(name="Willow Bend Center 1").update(
        website="https://hope.example.org", lat=39.9, lon=-89.6
    )
    sync.locator.rows[0] |= {"website": "http://new.example.org", "latitude": "39.7", "phone": "217-555-9000"}
    sync()
    center = Center.objects.get(name="Willow Bend Center 1")
    assert (center.website, center.lat, center.phone) == ("https://hope.example.org", 39.9, "217-555-9000")


def test_the_same_again_changes_nothing(sync: Sync, dump: Callable[[], Any]) -> None:
    sync()
    before = dump()
    assert sync()["unchanged"] == 5
    assert dump() == before


def test_what_changed_at_the_source_changes_here(sync: Sync) -> None:
    sync()
    sync.locator.rows[0] |= {"website": "http://new.example.org", "latitude": None, "longitude": None}
    sync.locator.rows.pop()
    assert sync()["updated"] == 1
    center = Center.objects.get(name="Willow Bend Center 1")
    assert (center.website, center.location) == ("http://new.example.org", "zip")
    assert Center.objects.get(name="Willow Bend Center 5").in_latest_edition is False


def test_a_dry_run_writes_nothing_and_keeps_the_pages(sync: Sync) -> None:
    assert sync(dry_run=True)["created"] == 5
    assert not Center.objects.exists()
    sync.locator.asked.clear()
    assert sync()["created"] == 5
    assert sync.locator.asked == []


def test_history_names_the_source(sync: Sync) -> None:
    sync()
    (file,) = ImportRun.objects.get().files
    assert (file["name"], file["source"], len(file["sha256"])) == (
        "FindTreatment.gov",
        "findtreatment_su",
        64,
    )


# -- Politeness ------------------------------------------------------------------------------------
def test_it_says_who_asks_and_pauses_between_pages(sync: Sync) -> None:
    with override_settings(SITE_CONTACT="listings@example.org"):
        sync()
    assert set(sync.locator.agents) == {"Ohio Finder directory sync (+listings@example.org)"}
    assert sync.time.slept == [1.0, 1.0]
    query = sync.locator.queries[0]
    assert (query["sType"], query["page"], query["pageSize"]) == (["both"], ["1"], ["2"])


def test_a_busy_server_is_asked_again_ever_later(sync: Sync) -> None:
    sync.locator.faults[1] = [fails(500), fails(503), fails(502)]
    assert sync()["created"] == 5
    assert sync.time.slept[:3] == [2.0, 4.0, 8.0]


@pytest.mark.parametrize("after", ["7", "Sun, 01 Mar 2026 12:00:07 GMT"])
def test_it_waits_as_long_as_it_is_told(sync: Sync, after: str) -> None:
    sync.locator.faults[1] = [fails(429, retry_after=after)]
    sync()
    assert sync.time.slept[0] == 7.0


def test_who_asks_for_hours_is_left_in_peace(sync: Sync) -> None:
    sync.locator.faults[2] = [fails(429, retry_after="7200")]
    with pytest.raises(CommandError, match=r"asks to wait 7,200 seconds.*goes on where it stopped"):
        sync()
    assert sync.time.slept == [1.0]


@pytest.mark.parametrize(
    "fault", [cuts_off, says(b'{"page": 1, "totalPa'), says(b"<html>maintenance</html>")]
)
def test_an_answer_that_ends_in_the_middle_is_asked_for_again(sync: Sync, fault: Any) -> None:
    sync.locator.faults[2] = [fault]
    assert sync()["created"] == 5
    assert sync.locator.asked == [1, 2, 2, 3]


def test_a_line_that_hangs_is_hung_up(sync: Sync, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    sync.locator.faults[1] = [hangs(over)]
    monkeypatch.setattr("programs.importing.fetching.Manners", lambda: Manners(timeout=0.2))
    assert sync()["created"] == 5
    over.set()
    assert sync.locator.asked[:2] == [1, 1]


def test_it_gives_up_in_the_end(sync: Sync) -> None:
    sync.locator.faults[1] = [fails(500)] * 9
    with pytest.raises(CommandError, match="answers 500, 6 times"):
        sync()
    assert not Center.objects.exists()


def test_what_will_not_pass_is_not_asked_again(sync: Sync) -> None:
    sync.locator.faults[1] = [fails(404)]
    with pytest.raises(CommandError, match="answers 404"):
        sync()
    assert sync.locator.asked == [1]


def test_nobody_there(sync: Sync) -> None:
    sync.locator.url = "http://127.0.0.1:9/none"
    with pytest.raises(CommandError, match="no answer"):
        sync()


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/x", "locator", "http://a.example/?q=1"]
)
def test_only_an_address_on_the_web_is_asked(sync: Sync, url: str) -> None:
    sync.locator.url = url
    with pytest.raises(CommandError, match="FINDTREATMENT_URL"):
        sync()


# -- Going on --------------------------------------------------------------------------------------
def test_a_run_that_was_stopped_goes_on_where_it_was(sync: Sync) -> None:
    sync.locator.faults[3] = [fails(500)] * 6
    with pytest.raises(CommandError):
        sync()
    assert not Center.objects.exists(), "nothing is half loaded"
    sync.locator.asked.clear()
    assert sync()["created"] == 5
    assert sync.locator.asked == [3]
    assert "Going on after page 2" in sync.err


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from programs.importing.crawl import Crawl
from programs.importing.fetching import Clock, Fetcher
clock = Clock(sleep=lambda seconds: None, now=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))
Crawl(Path(sys.argv[1]), sys.argv[2], 2, clock).collect(Fetcher("tests", clock=clock))
"""


def test_a_process_that_is_killed_is_gone_on_with(sync: Sync) -> None:
    reached, over = threading.Event(), threading.Event()

    def waits(request: Any) -> None:
        reached.set()
        hangs(over)(request)

    sync.locator.faults[3] = [waits]
    arguments = [sys.executable, "-c", KILLED, str(sync.stage), sync.locator.url]
    with subprocess.Popen(arguments, cwd=ROOT) as process:
        assert reached.wait(60)
        process.kill()
    over.set()
    sync.locator.asked.clear()
    assert sync()["created"] == 5
    assert sync.locator.asked == [3]


def test_what_a_killed_run_left_half_written_is_fetched_again(sync: Sync) -> None:
    sync(dry_run=True)
    last = sync.stage / "page-00003.json"
    last.rename(last.with_suffix(".part"))
    second = sync.stage / "page-00002.json"
    second.write_bytes(second.read_bytes()[:50])
    sync.locator.asked.clear()
    assert sync()["created"] == 5
    assert sync.locator.asked == [2, 3]
    assert not sync.stage.exists()


def test_old_pages_are_thrown_away(sync: Sync) -> None:
    sync(dry_run=True)
    sync.time.now += MAX_AGE + timedelta(seconds=1)
    sync.locator.asked.clear()
    sync()
    assert sync.locator.asked == [1, 2, 3]


def test_pages_of_another_size_are_thrown_away(sync: Sync) -> None:
    sync(dry_run=True)
    sync.locator.asked.clear()
    sync(page_size=3)
    assert sync.locator.asked == [1, 2]


def test_files_of_others_in_the_folder_stay(sync: Sync) -> None:
    sync.stage.mkdir()
    (sync.stage / "mine.txt").write_text("keep")
    sync()
    assert [path.name for path in sync.stage.iterdir()] == ["mine.txt"]


# -- Pages that do not fit -------------------------------------------------------------------------
def endless(page: int, answer: dict[str, Any]) -> None:
    answer |= {"totalPages": page + 2}


def always_the_first(page: int, answer: dict[str, Any]) -> None:
    answer["rows"] = [place(1), place(2)]


def one_gone(page: int, answer: dict[str, Any]) -> None:
    if page == 2:
        answer |= {"recordCount": 4}


def shifted(page: int, answer: dict[str, Any]) -> None:
    """A row of page 2 moved up into page 1 after that was read: its place is taken by one we know."""
    if page == 2:
        answer["rows"] = [place(2), place(3)]


def short(page: int, answer: dict[str, Any]) -> None:
    answer["rows"] = answer["rows"][:1]


def empty(page: int, answer: dict[str, Any]) -> None:
    if page == 2:
        answer["rows"] = []


def wrong_number(page: int, answer: dict[str, Any]) -> None:
    answer["page"] = 1


def too_many(page: int, answer: dict[str, Any]) -> None:
    answer |= {"totalPages": 900}


def too_few(page: int, answer: dict[str, Any]) -> None:
    answer |= {"totalPages": 1}


def nothing(page: int, answer: dict[str, Any]) -> None:
    answer |= {"totalPages": 0, "recordCount": 0, "rows": []}


def more_than_promised(page: int, answer: dict[str, Any]) -> None:
    answer["rows"] = [place(number) for number in range(page * 10, page * 10 + 4)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (endless, "the locator changed while it was read"),
        (always_the_first, "page 2 repeats page 1"),
        (one_gone, "5 records on 3 pages at first, 4 on 3 at page 2"),
        (shifted, "1 rows of page 1 came again on page 2"),
        (short, "5 records were promised, 3 rows came"),
        (empty, "page 2 of 3 is empty"),
        (wrong_number, "page 2 was asked for, page 1 came"),
        (too_many, "5 records cannot be on 900 pages"),
        (too_few, "5 records cannot be on 1 pages"),
        (nothing, "lists nothing at all"),
        (more_than_promised, "more rows than the 5 records"),
    ],
)
def test_pages_that_do_not_fit_are_thrown_away(sync: Sync, change: Any, words: str) -> None:
    sync.locator.change = change
    with pytest.raises(CommandError, match=f"{words}.*Nothing was imported.*begins anew"):
        sync()
    assert len(sync.locator.asked) <= 3, "it never runs on"
    assert not Center.objects.exists()
    assert not sync.stage.exists()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("recordCount", "total", "no number under recordcount"),
        ("rows", "facilities", "no list of rows"),
    ],
)
def test_answers_with_other_keys_are_refused(sync: Sync, old: str, new: str, words: str) -> None:
    def renamed(page: int, answer: dict[str, Any]) -> None:
        answer[new] = answer.pop(old)

    sync.locator.change = renamed
    with pytest.raises(CommandError, match=f"{words}.*{new}"):
        sync()
    assert not Center.objects.exists()


def test_rows_with_other_keys_are_refused_as_a_whole(sync: Sync) -> None:
    sync.locator.rows = [without(place(number, facilityName="Hope"), "name1") for number in (1, 2)]
    with pytest.raises(CommandError, match=r"no row has name1 \(unknown keys: facilityname\)"):
        sync()
    assert not sync.stage.exists(), "the next run does not meet them again"


def test_services_with_other_keys_are_refused_as_a_whole(sync: Sync) -> None:
    renamed = [{"f1": "Type of Care", "f2": "TC", "values": "Substance use treatment"}]
    sync.locator.rows = [place(1), place(2, services=renamed)]
    with pytest.raises(CommandError, match=r"page-00001.json, row 2: a service without f2 and f3.*values"):
        sync()
    assert not Center.objects.exists()


def test_one_row_without_a_name_is_refused_alone(sync: Sync) -> None:
    sync.locator.rows = [place(1), place(2, name1=None)]
    assert sync()["refused"] == 1
    assert RefusedRow.objects.get().file == "page-00001.json"


def test_unknown_keys_and_words_are_reported_not_guessed(sync: Sync) -> None:
    odd = [*PLAIN, service("SET", "Intensive outpatient treatments; Moon bathing")]
    sync.locator.rows = [place(1, services=odd, faxNumber="1"), place(2)]
    sync()
    assert "unknown key faxnumber in 1 row: left out" in sync.err
    assert "unknown words “Moon bathing (SET)”: taken as unknown in 1 row" in sync.err
    assert facts_of("Willow Bend Center 1")("offers_iop") is None


# -- Words -----------------------------------------------------------------------------------------
def test_every_word_stands_for_a_code_that_is_declared() -> None:
    known = set().union(*(source.known for source in TYPES.values()))
    assert set(VOCABULARY.values()) - known == {"-"}


def test_young_adults_are_an_age_or_a_group() -> None:
    assert code_of_words("AGE", "Young adults") == "YAD"
    assert code_of_words("SG", "Young Adults") == "TAY"
    assert code_of_words("XX", "Young adults") is None


@pytest.mark.directory
def test_the_real_answers_are_understood_to_the_last_word(sync: Sync) -> None:
    path = SHARED / "data/samhsa/findtreatment_sample.json"
    if not path.is_file():
        reason = f"needs the sample of the locator's answers beside the repository: {path}"
        pytest.fail(reason) if required("shared") else pytest.skip(reason)
    call_command("load_places", verbosity=0)
    sync.locator.rows = json.loads(path.read_text())["rows"]
    counts = sync(page_size=10)
    assert (counts["read"], counts["refused"], counts["duplicate"]) == (41, 0, 0)
    assert "unknown" not in sync.err
    assert Program.objects.filter(level="iop").count() == 8
    assert not Center.objects.exclude(location="exact").exists()
    assert not Center.objects.filter(website="").exists()


def test_an_edition_is_of_its_year() -> None:
    assert Edition(TYPES["SA"], 2026).said_on.isoformat() == "2026-01-01"

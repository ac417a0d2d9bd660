"""Lists of states and agencies by their mappings: what they say, what they cannot say, what is refused."""

import re
import shlex
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from programs.importing.mapped import read_day
from programs.importing.mapping import read_mapping
from programs.importing.readable import readable
from programs.models import Center, DirectoryEntry, Program, RefusedRow, Statement
from programs.sources import source_words
from tests.conftest import ROOT
from tests.programs.importing.conftest import Import
from tests.programs.importing.workbooks import facility, workbook

EXAMPLES = ROOT / "examples/mappings"
MAPPING = """
[list]
id = "hope"
title = "Hope County list"
date = 2025-03-01
state = "IL"

[columns]
name = "Name"
street1 = "Street"
city = "City"
zip = "ZIP"
phone = "Phone"

[[yes_no]]
column = "IOP"
facts = ["offers_iop"]
yes = ["Y"]
no = ["N"]
"""
HEADER = "Name,Street,City,ZIP,Phone,IOP"
ROW = "Hope House,1 Main Street,Springfield,62701,217-555-0101,Y"


class Lists:
    """Writes a mapping and a list, and imports the one by the other."""

    def __init__(self, imported: Import, folder: Path) -> None:
        self.imported, self.folder = imported, folder

    def __call__(
        self,
        *lines: str,
        mapping: str = MAPPING,
        name: str = "list.csv",
        encoding: str = "utf-8",
        **options: Any,
    ) -> dict[str, Any]:
        toml, path = self.folder / "map.toml", self.folder / name
        toml.write_text(mapping, "utf-8")
        path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
        return self.imported(path, mapping=toml, **options)

    @property
    def err(self) -> str:
        return self.imported.err


@pytest.fixture
def lists(imported: Import, tmp_path: Path) -> Lists:
    return Lists(imported, tmp_path)


def example(imported: Import, name: str, suffix: str = "csv", **options: Any) -> dict[str, Any]:
    return imported(EXAMPLES / f"{name}.{suffix}", mapping=EXAMPLES / f"{name}.toml", **options)


def facts_of(name: str) -> Callable[[str], bool | None]:
    return Statement.objects.get(center__name=name).facts.value


# -- The three examples ----------------------------------------------------------------------------
def test_a_county_that_writes_in_capitals(imported: Import) -> None:
    counts = example(imported, "county")
    assert (counts["read"], counts["created"], counts["refused"]) == (3, 3, 0)
    harbor = Center.objects.get(name="Harbor Light Recovery of Illinois LLC")
    assert (harbor.name_detail, harbor.street1, harbor.street2, harbor.city) == (
        "IOP and Outpatient", "120 N 5th St", "Ste 200", "Springfield",
    )  # fmt: skip
    assert (harbor.phone, harbor.intake_phones) == ("217-555-0143", "217-555-0144 x3")
    assert harbor.website == "http://www.harborlight.example.org"
    assert Statement.objects.get(center=harbor).said_on == date(2025, 2, 3)
    mckenna, women = Center.objects.exclude(pk=harbor.pk).order_by("-name")
    assert (mckenna.name, mckenna.street1, women.name) == (
        "O'Brien & McKenna Counseling", "44 Old State Rd, Rear", "CSB Women's Center",
    )  # fmt: skip
    assert (women.zip, women.phone) == ("62701", "217-555-0110")
    assert Statement.objects.get(center=women).said_on == date(2025, 2, 20), "no day of its own: the list's"


def test_what_a_county_cannot_say_stays_unknown(imported: Import) -> None:
    example(imported, "county")
    harbor, women = facts_of("Harbor Light Recovery of Illinois LLC"), facts_of("CSB Women's Center")
    mckenna = facts_of("O'Brien & McKenna Counseling")
    assert (harbor("offers_iop"), mckenna("offers_iop"), women("offers_iop")) == (True, False, True)
    assert (harbor("lang_spanish"), mckenna("lang_spanish"), women("lang_spanish")) == (None, False, True)
    assert (mckenna("pay_medicaid"), women("offers_outpatient")) == (None, None)
    assert (women("treats_substance_use"), women("pay_medicare")) == (True, None)
    assert "unknown word" not in imported.err


def test_a_state_with_its_own_encoding(imported: Import) -> None:
    counts = example(imported, "state")
    assert (counts["read"], counts["created"]) == (3, 3)
    assert set(Center.objects.values_list("name", "state", "zip")) == {
        ("Clínica Peñuelas", "PR", "00601"),
        ("Hogar Nuevo Amanecer", "PR", "00601"),
        ("Casa del Río", "PR", "00601"),
    }
    assert "column “License Status” is “Revoked” in 1 row: left out" in imported.err
    clinic, home, casa = map(facts_of, ("Clínica Peñuelas", "Hogar Nuevo Amanecer", "Casa del Río"))
    assert (clinic("offers_iop"), home("offers_iop"), home("offers_residential")) == (True, False, True)
    assert casa("offers_iop") is None, "a word that we do not know may mean it"
    assert (clinic("pop_pregnant"), home("pop_pregnant")) == (True, None)
    assert "unknown word “Telephone Care”: taken as unknown in 1 row" in imported.err
    assert "unknown word “Everyone”" in imported.err


def test_an_agency_with_a_workbook(imported: Import) -> None:
    assert example(imported, "network", "xlsx")["created"] == 3
    day, evening, clinic = Center.objects.order_by("name")
    assert (day.zip, day.phone, day.location, day.lat) == ("02134", "617-555-0120", "exact", 42.3531)
    assert (evening.lat, evening.lon) == (42.3556, -71.1401), "they were swapped"
    assert (clinic.location, clinic.website) == ("zip", "")
    assert set(Program.objects.filter(center=day).values_list("level", flat=True)) == {"iop", "php"}
    assert [facts_of(one.name)("time_evening") for one in (day, evening, clinic)] == [True, False, None]
    assert Statement.objects.get(center=day).said_on == date(2025, 3, 1)


@pytest.mark.parametrize(("name", "suffix"), [("county", "csv"), ("state", "csv"), ("network", "xlsx")])
def test_the_same_list_again_changes_nothing(
    imported: Import, dump: Callable[[], Any], name: str, suffix: str
) -> None:
    example(imported, name, suffix)
    before = dump()
    assert example(imported, name, suffix)["unchanged"] == 3
    assert dump() == before


def test_the_commands_of_the_guide_run(places: None) -> None:
    text = (ROOT / "docs/importing.md").read_text()
    blocks = re.findall(r"^<!-- rehearsed -->\n```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    commands = [shlex.split(line) for block in blocks for line in block.splitlines()]
    assert len(commands) == 3
    for python, manage, *arguments in commands:
        assert (python, manage) == (".venv/bin/python", "manage.py")
        out = StringIO()
        call_command(
            *[str(ROOT / one) if "/" in one else one for one in arguments], stdout=out, stderr=StringIO()
        )
        assert "3 new centers" in out.getvalue()


def test_the_mapping_in_the_guide_is_one(tmp_path: Path) -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```", (ROOT / "docs/importing.md").read_text(), re.M | re.S)
    path = tmp_path / "guide.toml"
    path.write_text("\n".join(blocks), "utf-8")
    mapping = read_mapping(path)
    assert mapping.source.title == "Prairie County treatment providers"
    assert {"treats_substance_use", "pay_medicaid", "offers_iop"} <= {
        one.fact for one in mapping.source.questions
    }


# -- One place, several sources --------------------------------------------------------------------
def test_a_list_joins_the_centers_that_are_there(lists: Lists, imported: Import, tmp_path: Path) -> None:
    imported(
        workbook(tmp_path, [facility(1, name1="Hope House", street1="1 Main St.", phone="217-555-9999")])
    )
    assert lists(HEADER, ROW)["joined"] == 1
    center = Center.objects.get()
    assert center.phone == "217-555-9999", "contact details of a national directory go first"
    assert center.entries.count() == 2


def test_two_lists_do_not_make_each_other_vanish(lists: Lists) -> None:
    lists(HEADER, ROW)
    other = MAPPING.replace('"hope"', '"other"').replace("Hope County", "Other")
    lists(HEADER, ROW.replace("Hope House", "Other House"), mapping=other)
    assert DirectoryEntry.objects.filter(in_latest=True).count() == 2
    assert set(DirectoryEntry.objects.values_list("source", "scope")) == {("list", "hope"), ("list", "other")}


def test_people_read_whose_list_it_is(lists: Lists) -> None:
    lists(HEADER, ROW)
    assert source_words(Statement.objects.get().said) == "Hope County list, 2025"


def test_a_new_edition_updates_and_marks(lists: Lists) -> None:
    lists(HEADER, ROW, ROW.replace("Hope", "Gone").replace("1 Main", "2 Main"))
    newer = MAPPING.replace("2025-03-01", "2025-04-01")
    counts = lists(HEADER, ROW.replace(",Y", ",N"), mapping=newer)
    assert counts["updated"] == 1
    assert facts_of("Hope House")("offers_iop") is False
    assert Statement.objects.get(center__name="Hope House").said_on == date(2025, 4, 1)
    assert Center.objects.get(name="Gone House").in_latest_edition is False
    assert not Program.objects.get(center__name="Hope House").is_listed


def test_an_older_edition_of_the_same_year_changes_nothing(lists: Lists) -> None:
    lists(HEADER, ROW)
    older = MAPPING.replace("2025-03-01", "2025-02-01")
    assert lists(HEADER, ROW.replace(",Y", ",N"), mapping=older)["unchanged"] == 1
    assert "older than the edition of 2025-03-01" in lists.err
    assert facts_of("Hope House")("offers_iop") is True


def test_a_new_title_is_told(lists: Lists) -> None:
    lists(HEADER, ROW)
    assert lists(HEADER, ROW, mapping=MAPPING.replace("Hope County list", "Hope list"))["updated"] == 1
    assert Statement.objects.get().said_by == "Hope list"


# -- Files -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_understood(lists: Lists, encoding: str) -> None:
    lists(HEADER, ROW.replace("Hope House", "Peña House"), encoding=encoding)
    assert Center.objects.get().name == "Peña House"


def test_headings_are_compared_without_case_and_blanks(lists: Lists) -> None:
    assert lists(" NAME ,street,CITY,Zip,  phone,iop", ROW)["created"] == 1


def test_cells_may_hold_lines(lists: Lists) -> None:
    lists(HEADER, "", '"Hope\nHouse","1 Main Street",Springfield,62701,,Y', "x,,,,,")
    assert Center.objects.get().name == "Hope House"
    refused = RefusedRow.objects.get()
    assert (refused.row_number, refused.reason) == (5, "column “City”: city is blank")
    assert refused.values == {
        "Name": "x", "Street": "", "City": "", "ZIP": "", "Phone": "", "IOP": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ROW.replace("62701", "6270A"), "column “ZIP”: zip is not a ZIP code: 6270A"),
        (ROW.replace("Hope House", ""), "column “Name”: name1 is blank"),
        (ROW + ",extra", "more cells than the header has columns: extra"),
        (ROW.replace("Hope House", "x" * 201), "column “Name”: name1 is longer than 200 characters"),
    ],
)
def test_a_bad_row_is_refused_alone(lists: Lists, row: str, reason: str) -> None:
    good = ROW.replace("Hope House", "Good House")
    assert lists(HEADER, good, row)["refused"] == 1
    assert (RefusedRow.objects.get().row_number, RefusedRow.objects.get().reason) == (3, reason)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["Name,City,ZIP,Phone,IOP", "x"], "list.csv, line 1: missing column: street .there is: name"),
        ([HEADER + ",Name", ROW], "list.csv, line 1: column occurs more than once: name"),
        ([HEADER, '"Hope,1'], "list.csv, line 2: unexpected end of data"),
        ([HEADER], "no row that can be taken"),
        ([""], "list.csv: the file is empty"),
        (
            [HEADER, ROW.replace("62701", "none")],
            "no row that can be taken .1 refused; the first: column “ZIP”",
        ),
        ([HEADER, "x" * 10_001 + ",,,,,"], "list.csv, line 2, column name: more than 10,000 characters"),
    ],
)
def test_a_broken_file_is_refused(lists: Lists, lines: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        lists(*lines)
    assert not Center.objects.exists()


def test_a_wrong_encoding_names_the_line(lists: Lists) -> None:
    with pytest.raises(CommandError, match=r"list.csv, line 3: not written in utf-8"):
        lists(HEADER, ROW, ROW.replace("Hope", "Peña"), encoding="cp1252")


def test_another_kind_of_file_is_refused(lists: Lists) -> None:
    with pytest.raises(CommandError, match=r"must end in .csv, .txt, .tsv or .xlsx"):
        lists(HEADER, ROW, name="list.pdf")


def test_of_several_sheets_one_must_be_named(imported: Import, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Other")
    book.save(tmp_path / "list.xlsx")
    (tmp_path / "map.toml").write_text(MAPPING)
    with pytest.raises(CommandError, match=r"several sheets: say which in file.sheet .*“Sheet”, “Other”"):
        imported(tmp_path / "list.xlsx", mapping=tmp_path / "map.toml")


def test_a_day_after_the_lists_is_refused(lists: Lists) -> None:
    mapping = MAPPING.replace('phone = "Phone"', 'phone = "Phone"\ndate = "Seen"')
    lists(
        f"{HEADER},Seen", f"{ROW},3/1/2025", f"{ROW.replace('1 M', '2 M')},3/2/2025",
        f"{ROW.replace('1 M', '3 M')},spring", mapping=mapping,
    )  # fmt: skip
    assert list(RefusedRow.objects.values_list("reason", flat=True)) == [
        "column “Seen”: 2025-03-02 is after the date of the list, 2025-03-01",
        "column “Seen”: not a date (M/D/YYYY): spring",
    ]


def test_a_no_needs_every_column_that_asks(lists: Lists) -> None:
    second = MAPPING + MAPPING[MAPPING.index("[[yes_no]]") :].replace('"IOP"', '"Teen IOP"')
    rows = [
        ROW.replace("1 Main", f"{at} Main").replace(",Y", f",{said}")
        for at, said in enumerate(["N,N", "N,", "N,Y"], 1)
    ]
    lists(f"{HEADER},Teen IOP", *rows, mapping=second)
    said = {one.center.street1: one.facts.value("offers_iop") for one in Statement.objects.all()}
    assert said == {"1 Main Street": False, "2 Main Street": None, "3 Main Street": True}


# -- Mappings --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id = "hope"', 'id = "Hope!"', "list.id: must be small letters"),
        ('id = "hope"', "", "list.id: is missing"),
        ("date = 2025-03-01", 'date = "3/1/2025"', "list.date: must be a date"),
        ("date = 2025-03-01", "date = 2999-03-01", "list.date: 2999-03-01 is in the future"),
        ('state = "IL"', 'state = "XX"', "list.state: no postal code of a state: XX"),
        ('state = "IL"', "", "columns.state: is missing, and list.state does not say it"),
        ('zip = "ZIP"', "", "columns.zip: is missing"),
        ('zip = "ZIP"', "zip = 7", "columns.zip: must be text in quotes"),
        ('zip = "ZIP"', 'zip = "ZIP"\nfax = "Fax"', "columns.fax: is nothing that a mapping says"),
        ('zip = "ZIP"', 'zip = "ZIP"\nlatitude = "Lat"', "columns.latitude: needs longitude"),
        ('zip = "ZIP"', 'zip = "ZIP"\nstate = "State"', "columns.state: list.state says it already"),
        ('"offers_iop"', '"offers_eop"', r"yes_no\[1\].facts: no such fact: offers_eop"),
        ('no = ["N"]', 'no = ["y"]', r"yes_no\[1\].no: the same word says two things: y"),
        ('no = ["N"]', "no = [1]", r"yes_no\[1\].no: must be a list of words"),
        ("[[yes_no]]", "[yes_no]", "yes_no: must be a list"),
        ("[columns]", '[file]\nencoding = "latin-99"\n[columns]', "file.encoding: no such encoding"),
        ("[columns]", '[file]\nencoding = "rot13"\n[columns]', "file.encoding: no such encoding"),
        ("[columns]", '[file]\ndelimiter = ";;"\n[columns]', "file.delimiter: must be one sign"),
        ("[columns]", "[colours]", "columns.name: is missing"),
        ('column = "IOP"', 'column = "IOP"\nmaybe = 1', r"yes_no\[1\].maybe: is nothing that a mapping says"),
        ("[list]", "[list", "not TOML.*line 2"),
    ],
)
def test_a_broken_mapping_names_the_place(lists: Lists, old: str, new: str, words: str) -> None:
    with pytest.raises(CommandError, match=f"^map.toml: {words}"):
        lists(HEADER, ROW, mapping=MAPPING.replace(old, new, 1))
    assert not Center.objects.exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('[[words]]\ncolumn = "IOP"\nsays = {}', r"words\[1\].says: is empty"),
        ('[[words]]\ncolumn = "IOP"\nsays = {A = ["x"]}', r"words\[1\].says.A: no such fact: x"),
        (
            '[[words]]\ncolumn = "IOP"\nsays = {A = ["pay_cash"], a = ["pay_va"]}',
            r"words\[1\].says.a: occurs more",
        ),
        (
            '[[words]]\ncolumn = "IOP"\nleft_out = ["a"]\nsays = {A = ["pay_cash"]}',
            r"words\[1\].says: the same word",
        ),
        (
            '[[words]]\ncolumn = "IOP"\ncomplete = "yes"\nsays = {A = ["pay_cash"]}',
            r"words\[1\].complete: must be true",
        ),
        ('[only]\nStatus = "Active"', "only.Status: must be a list"),
        ('[always]\nyes = ["x"]', "always.yes: no such fact: x"),
        ('[always]\nno = ["pay_va"]', "always.no: is nothing"),
    ],
)
def test_broken_words_name_the_place(lists: Lists, more: str, words: str) -> None:
    with pytest.raises(CommandError, match=f"^map.toml: {words}"):
        lists(HEADER, ROW, mapping=f"{MAPPING}\n{more}\n")


def test_a_mapping_must_be_there(imported: Import, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"absent.toml: cannot be read"):
        imported(tmp_path / "list.csv", mapping=tmp_path / "absent.toml")


def test_the_mapping_says_the_edition(lists: Lists) -> None:
    with pytest.raises(CommandError, match="the mapping says the date"):
        lists(HEADER, ROW, edition=2025)


# -- Words and days --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("FIRST STEP AT 5TH AND MAIN", "First Step at 5th and Main"),
        ("THE CENTER OF ST. LOUIS, INC.", "The Center of St. Louis, Inc."),
        ("VA MEDICAL CENTER III", "VA Medical Center III"),
        ("BHG-MCALLEN (PHP)", "BHG-McAllen (PHP)"),
        ("P.O. BOX 12A", "P.O. Box 12A"),
        ("D'ANGELO FAMILY'S HOUSE", "D'Angelo Family's House"),
        ("Already WRITTEN well", "Already WRITTEN well"),
        ("MESA", "Mesa"),
        ("62701", "62701"),
    ],
)
def test_capitals_become_readable(written: str, read: str) -> None:
    assert readable(written) == read
    assert readable(read) == read


def test_a_short_name_may_be_initials() -> None:
    assert readable("PACT", initials=True) == "PACT"
    assert readable("HARBOR", initials=True) == "Harbor"


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("3/1/2025", date(2025, 3, 1)),
        ("03/01/2025 0:00", date(2025, 3, 1)),
        ("2025-03-01", date(2025, 3, 1)),
        (45717, date(2025, 3, 1)),
        (45717.5, date(2025, 3, 1)),
        ("3/1/25", None),
        ("13/1/2025", None),
        (True, None),
        ("", None),
    ],
)
def test_days_are_read_as_they_are_written_here(cell: Any, day: date | None) -> None:
    assert read_day(cell) == day

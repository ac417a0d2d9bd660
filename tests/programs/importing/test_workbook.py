"""A file that cannot be taken is refused with one clear line, before anything is written."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError

from programs.importing import workbook as opening
from programs.models import Center, ImportRun
from tests.programs.importing.conftest import Import
from tests.programs.importing.workbooks import COLUMNS, SU_CODES, facility, rewritten, workbook

BOMB = """<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&b;</t></si></sst>"""


def part(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    return rewritten(path, lambda parts: parts.update({name: change(parts[name])}))


def sheet(path: Path, change: Callable[[str], str]) -> Path:
    return part(path, "xl/worksheets/sheet1.xml", lambda data: change(data.decode()).encode())


def made(folder: Path, **options: Any) -> Path:
    return workbook(folder, [facility(1), facility(2)], **options)


def text_file(folder: Path) -> Path:
    path = folder / "directory-2023.xlsx"
    path.write_text("name1,name2\n")
    return path


def empty_file(folder: Path) -> Path:
    path = folder / "directory-2023.xlsx"
    path.touch()
    return path


def cut_off(folder: Path) -> Path:
    path = made(folder)
    path.write_bytes(path.read_bytes()[:-400])
    return path


def bad_checksum(folder: Path) -> Path:
    path = made(folder)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    data[info.header_offset + 120] ^= 0xFF
    path.write_bytes(data)
    return path


def cut_xml(folder: Path) -> Path:
    return sheet(made(folder), lambda xml: xml[: len(xml) // 2])


def folder_named(folder: Path) -> Path:
    path = folder / "directory-2023.xlsx"
    path.mkdir()
    return path


def old_format(folder: Path) -> Path:
    return made(folder).rename(folder / "directory-2023.xls")


def no_sheet(folder: Path) -> Path:
    return made(folder, sheets=("Facilities", "Service Code Reference"))


def no_code_sheet(folder: Path) -> Path:
    return made(folder, sheets=("Facilities List", "Codes"))


def no_column(folder: Path) -> Path:
    return made(folder, header=[name for name in COLUMNS if name != "zip"])


def double_column(folder: Path) -> Path:
    return made(folder, header=[*COLUMNS, "Phone"])


def blank_first_row(folder: Path) -> Path:
    path = made(folder)
    book = openpyxl.load_workbook(path)
    book["Facilities List"].insert_rows(1)
    book.save(path)
    return path


def no_rows(folder: Path) -> Path:
    return workbook(folder, [])


def only_bad_rows(folder: Path) -> Path:
    return workbook(folder, [facility(1, name1=None), facility(2, zip="none")])


def formula(folder: Path) -> Path:
    return workbook(folder, [facility(1), facility(2, phone='=HYPERLINK("http://example.org","call")')])


def formula_in_code_sheet(folder: Path) -> Path:
    return workbook(folder, [facility(1)], codes=[*SU_CODES, "=1+1"])


def million_blank_rows(folder: Path) -> Path:
    blank = "".join(f'<row r="{number}"/>' for number in range(4, 1_000_000))
    return sheet(made(folder), lambda xml: xml.replace("</sheetData>", blank + "</sheetData>"))


def million_styled_rows(folder: Path) -> Path:
    row = '<row><c s="0"/><c s="0" t="s"/></row>'
    return sheet(made(folder), lambda xml: xml.replace("</sheetData>", row * 1_000_000 + "</sheetData>"))


def row_far_below(folder: Path) -> Path:
    path = made(folder)
    book = openpyxl.load_workbook(path)
    book["Facilities List"].cell(row=1_000_000, column=1, value="Far Below Center")
    book.save(path)
    return path


def entities(folder: Path) -> Path:
    return sheet(made(folder), lambda xml: BOMB)


def entities_in_texts(folder: Path) -> Path:
    return part(made(folder), "xl/sharedStrings.xml", lambda _: BOMB.encode())


def entities_in_the_book(folder: Path) -> Path:
    return part(made(folder), "xl/workbook.xml", lambda xml: b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + xml)


def zip_bomb(folder: Path) -> Path:
    path = made(folder)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(opening.MAX_UNPACKED + 1))
    return path


def many_parts(folder: Path) -> Path:
    path = made(folder)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(opening.MAX_PARTS + 1):
            archive.writestr(f"junk/{number}", b"")
    return path


def no_manifest(folder: Path) -> Path:
    path = folder / "directory-2023.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "a zip, but no workbook")
    return path


def text_that_is_not_there(folder: Path) -> Path:
    return sheet(made(folder), lambda xml: xml.replace("<v>0</v>", "<v>99999</v>", 1))


def unknown_directory(folder: Path) -> Path:
    return made(folder, codes=["SA", "MD"])


def both_directories(folder: Path) -> Path:
    return made(folder, codes=["OIT", "PHDT"])


def no_year(folder: Path) -> Path:
    return made(folder, year=None)


def year_to_come(folder: Path) -> Path:
    return made(folder, year=2098)


def long_cell(folder: Path) -> Path:
    return workbook(folder, [facility(1, codes="OIT " * 3000)])


BROKEN: list[tuple[Callable[[Path], Path], str]] = [
    (text_file, "not a workbook"),
    (empty_file, "empty"),
    (cut_off, "cut off"),
    (bad_checksum, "damaged or cut off"),
    (cut_xml, "damaged or cut off"),
    (folder_named, "a folder"),
    (lambda folder: folder / "absent-2023.xlsx", "no such file"),
    (old_format, "must end in .xlsx"),
    (no_sheet, "no sheet “Facilities List”"),
    (no_code_sheet, "no sheet “Service Code Reference”"),
    (no_column, "missing column: zip"),
    (double_column, "more than once: phone"),
    (blank_first_row, "missing column"),
    (no_rows, "no row that can be taken"),
    (only_bad_rows, "2 refused"),
    (formula, "row 3, column phone: a formula"),
    (formula_in_code_sheet, "a formula"),
    (million_blank_rows, "blank rows"),
    (million_styled_rows, "blank rows"),
    (row_far_below, "blank rows"),
    (entities, "entities"),
    (entities_in_texts, "entities"),
    (entities_in_the_book, "entities"),
    (zip_bomb, "unpacks to more than"),
    (many_parts, "parts"),
    (no_manifest, "not a workbook"),
    (text_that_is_not_there, "not a workbook that can be read"),
    (unknown_directory, "no directory that is known"),
    (both_directories, "no directory that is known"),
    (no_year, "--edition"),
    (year_to_come, "edition 2098"),
    (long_cell, "10,000 characters"),
]


@pytest.mark.parametrize(("broken", "why"), BROKEN, ids=lambda case: getattr(case, "__name__", None))
def test_a_file_that_cannot_be_taken_changes_nothing(
    imported: Import, tmp_path: Path, broken: Callable[[Path], Path], why: str
) -> None:
    good = tmp_path / "good"
    good.mkdir()
    first = workbook(good, [facility(1)])
    bad = broken(tmp_path)
    with pytest.raises(CommandError) as caught:
        imported(first, bad)
    line = str(caught.value)
    assert why in line
    assert bad.name in line
    assert "\n" not in line
    assert not Center.objects.exists(), "the good file beside it was not imported either"
    assert not ImportRun.objects.exists()


def test_a_million_blank_rows_are_not_read_to_the_end(tmp_path: Path) -> None:
    path = million_styled_rows(tmp_path)
    with pytest.raises(opening.StructureError, match=r"row 1,00\d"), opening.opened(path) as sheets:
        list(sheets[0].rows(COLUMNS))


def test_a_few_blank_rows_are_passed_over(imported: Import, tmp_path: Path) -> None:
    blank = dict.fromkeys(COLUMNS)
    path = workbook(tmp_path, [facility(1), *[blank] * 50, dict.fromkeys(COLUMNS, "  "), facility(2)])
    assert imported(path)["read"] == 2


def test_headers_and_sheet_names_may_be_written_otherwise(imported: Import, tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [facility(1)],
        header=[name.title().replace("_", " ") for name in COLUMNS],
        sheets=("FACILITIES  LIST ", "Service_Code Reference"),
    )
    assert imported(path)["created"] == 1


def test_columns_may_stand_in_another_order(imported: Import, tmp_path: Path) -> None:
    row = dict(reversed(facility(1).items())) | {"notes": "no use"}
    path = workbook(tmp_path, [row], header=list(row))
    assert imported(path)["created"] == 1
    assert Center.objects.get().zip == "62701"


def test_text_written_into_the_cell_itself_is_read(imported: Import, tmp_path: Path) -> None:
    """Some programs write no table of shared texts, and prefix every element."""
    path = sheet(
        workbook(tmp_path, [facility(1)]),
        lambda xml: xml.replace("</sheetData>", INLINE + "</sheetData>"),
    )
    assert imported(path)["created"] == 2
    assert Center.objects.filter(name="Inline Center", street1="9 Elm Street").exists()


IN_PLACE = ("Inline Center", "", "9 Elm Street", "", "Springfield", "IL", "62701", *[""] * 5, "OIT")
INLINE = "<row>{}</row>".format(
    "".join(
        f'<c t="inlineStr"><is><t>{text}</t><rPh sb="0" eb="1"><t>spoken</t></rPh></is></c>'
        for text in IN_PLACE
    )
)


def test_text_in_several_runs_is_one_text(tmp_path: Path) -> None:
    path = workbook(tmp_path, [facility(1)])
    runs = b"<si><r><t>Willow</t></r><r><t> Run</t></r><rPh><t>spoken</t></rPh></si>"
    part(
        path,
        "xl/sharedStrings.xml",
        lambda xml: xml.replace(b"<si><t>Willow Bend Center 1</t></si>", runs),
    )
    with opening.opened(path) as sheets:
        assert next(sheets[0].rows(("name1",))) == (2, ("Willow Run",))


@pytest.mark.parametrize("name", ["[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_what_says_how_a_workbook_is_made_is_small(tmp_path: Path, name: str) -> None:
    path = part(made(tmp_path), name, lambda data: data + b"<!-- -->" * 130_000)
    with pytest.raises(opening.StructureError, match=r"larger than 1 MB"), opening.opened(path):
        pass


def test_shared_texts_have_a_number_they_do_not_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("programs.importing.sheets.MAX_TEXTS", 5)
    with (
        pytest.raises(opening.StructureError, match="more than 5 shared texts"),
        opening.opened(made(tmp_path)),
    ):
        pass


def test_a_row_has_no_more_cells_than_a_sheet_has_columns(tmp_path: Path) -> None:
    row = '<row r="9">' + "<c><v>1</v></c>" * 16_385 + "</row>"
    path = sheet(made(tmp_path), lambda xml: xml.replace("</sheetData>", row + "</sheetData>"))
    with (
        pytest.raises(opening.StructureError, match="more than 16,384 cells"),
        opening.opened(path) as sheets,
    ):
        list(sheets[0].rows(COLUMNS))

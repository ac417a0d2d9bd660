"""Makes workbooks in the format of the national directories, with invented rows."""

import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from programs.importing.samhsa import COLUMNS

# A few codes of each edition's sheet; what is not among them was not asked.
_SU = """
SA DT HH SUMH HI OP RES HID HIT OD ODT OIT OMB ORT RD RL RS MU BU NU METH BWN BERI NXN VTRL MMD MOA OTP CBT
TELE SF PI MC MD MI SI NP SS PA AD CO VET GL WN MN PW PVTN PVTP VAMC SMON SMOP SMPD CHLD YAD ADLT SNR FEM MALE
SP AH F19 MHS TA JC
"""
_MH = """
MH SA SUMH HI OP RES PHDT OMH PH RTCA RTCC CBT CFT TELE IDD SF PI MC MD MI SI VAF SS PA CO VET GL PED SED PVTN
PVTP VAMC VAHC SMON SMOP SMPD CHLD YAD ADLT SNR SP AH ANTPYCH
"""
SU_CODES, MH_CODES = _SU.split(), _MH.split()
TEXTS = "xl/sharedStrings.xml"
TEXTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CODE_HEADER = ("category_code", "category_name", "service_code", "service_name", "service_description")


def facility(number: int = 1, codes: str = "SA * OP OIT * SF MD", **columns: Any) -> dict[str, Any]:
    """An invented facility; columns may be overridden by name."""
    row: dict[str, Any] = {
        "name1": f"Willow Bend Center {number}",
        "name2": None,
        "street1": f"{100 + number} Main Street",
        "street2": None,
        "city": "Springfield",
        "state": "IL",
        "zip": "62701",
        "phone": f"217-555-{number:04d}",
        "intake1": None,
        "intake2": None,
        "intake1a": None,
        "intake2a": None,
        "service_code_info": codes,
    }
    return row | columns


def workbook(
    folder: Path,
    rows: Iterable[dict[str, Any]],
    *,
    directory: str = "su",
    year: int | None = 2023,
    codes: Sequence[str] | None = None,
    header: Sequence[Any] = COLUMNS,
    sheets: tuple[str, str] = ("Facilities List", "Service Code Reference"),
    name: str | None = None,
) -> Path:
    """Save a workbook and return its path."""
    book = openpyxl.Workbook()
    facilities: Any = book.active
    facilities.title = sheets[0]
    facilities.append(list(header))
    for row in rows:
        facilities.append(list(row.values()))
    reference = book.create_sheet(sheets[1])
    reference.append(CODE_HEADER)
    for code in codes if codes is not None else (SU_CODES if directory == "su" else MH_CODES):
        reference.append(("X", "Category", code, f"Service {code}", None))
    path = folder / (name or f"national-directory-{directory}-facilities{f'-{year}' if year else ''}.xlsx")
    book.save(path)
    return as_excel_writes(path)


def rewritten(path: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The workbook with its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def as_excel_writes(path: Path) -> Path:
    """Move all text into a table that cells point at, as the real editions do."""
    texts: dict[str, int] = {}

    def moved(match: re.Match[str]) -> str:
        return f't="s"><v>{texts.setdefault(match[1], len(texts))}</v>'

    def change(parts: dict[str, bytes]) -> None:
        for name in [name for name in parts if name.startswith("xl/worksheets/")]:
            xml = re.sub(r't="inlineStr"><is>(<t[^>]*>.*?</t>)</is>', moved, parts[name].decode(), flags=re.S)
            parts[name] = xml.encode()
        items = "".join(f"<si>{text}</si>" for text in texts)
        parts[TEXTS] = f'<sst xmlns="{NAMESPACE}">{items}</sst>'.encode()
        override = f'<Override PartName="/{TEXTS}" ContentType="{TEXTS_TYPE}" /></Types>'
        manifest = parts["[Content_Types].xml"].decode().replace("</Types>", override)
        parts["[Content_Types].xml"] = manifest.encode()

    return rewritten(path, change)

"""A center for machines: schema.org's vocabulary as JSON-LD. Only what is known, only words of schema.org.

A `<script type="application/ld+json">` is data: browsers do not run it, and `script-src` does not speak of
it (a journey watches that Chromium says nothing). Still nothing in it may close the script early.
"""

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.utils.safestring import SafeString

from programs.facts import FactSet
from programs.labels import fact_labels, level_labels
from programs.levels import LEVELS, Level
from programs.models import Center
from programs.names import Name, is_whole
from programs.phones import dial
from programs.taxonomy import GROUPS

_ESCAPES = {
    ord(">"): "\\u003E",
    ord("<"): "\\u003C",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
LANGUAGES: Mapping[str, str] = MappingProxyType(
    {
        "lang_spanish": "es",
        "lang_sign": "ase",
        "lang_arabic": "ar",
        "lang_chinese": "zh",
        "lang_creole": "ht",
        "lang_farsi": "fa",
        "lang_french": "fr",
        "lang_german": "de",
        "lang_greek": "el",
        "lang_hebrew": "he",
        "lang_hindi": "hi",
        "lang_hmong": "hmn",
        "lang_italian": "it",
        "lang_japanese": "ja",
        "lang_korean": "ko",
        "lang_polish": "pl",
        "lang_portuguese": "pt",
        "lang_russian": "ru",
        "lang_tagalog": "tl",
        "lang_vietnamese": "vi",
        "lang_ojibwa": "oj",
    }
)
"""Codes of BCP 47 for the languages that have one of their own."""


def script(thing: Mapping[str, Any]) -> SafeString:
    """The data as an element for the head of a page, escaped as `json_script` escapes."""
    text = json.dumps(thing, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return SafeString(f'<script type="application/ld+json">{text}</script>')


def clinic(
    center: Center, name: Name, known: FactSet, *, levels: Iterable[Level], openings: int | None, address: str
) -> dict[str, Any]:
    """The center as a schema.org `MedicalClinic`. What is not known is left out.

    levels: those it offers. openings: open places that still hold, None when nobody said. address: the
    absolute address of its page here.
    """
    offered = [level for level in LEVELS if level in set(levels)]
    thing: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MedicalClinic",
        "@id": f"{address}#center",
        "mainEntityOfPage": address,
        "name": name.title,
        "url": center.website or center.organization.website,
        "telephone": dial(center.phone).partition(",")[0],
        "address": _address(center),
        "geo": _geo(center),
        "parentOrganization": _parent(center, name),
        "availableService": [{"@type": "MedicalTherapy", "name": level_labels()[level]} for level in offered],
        "medicalSpecialty": "https://schema.org/Psychiatric" if known.value("psychiatry_on_site") else None,
        "paymentAccepted": ", ".join(_labels(known, (*GROUPS["payment"], *GROUPS["payment_help"]))),
        "knowsLanguage": [code for fact, code in LANGUAGES.items() if known.value(fact)],
        "isAcceptingNewPatients": None if openings is None else openings > 0,
    }
    return {key: value for key, value in thing.items() if value not in (None, "", [], {})}


def _labels(known: FactSet, codes: Iterable[str]) -> list[str]:
    labels = fact_labels()
    return [labels[code] for code in codes if known.value(code)]


def _address(center: Center) -> dict[str, str]:
    parts = {
        "@type": "PostalAddress",
        "streetAddress": ", ".join(filter(None, (center.street1, center.street2))),
        "addressLocality": center.city,
        "addressRegion": center.state,
        "postalCode": center.zip,
        "addressCountry": "US",
    }
    return {key: value for key, value in parts.items() if value}


def _geo(center: Center) -> dict[str, Any] | None:
    """The place of the building; the middle of a ZIP code is not one."""
    if center.location != "exact":
        return None
    return {"@type": "GeoCoordinates", "latitude": center.lat, "longitude": center.lon}


def _parent(center: Center, name: Name) -> dict[str, str] | None:
    owner = center.organization.name
    if owner in (center.name, name.title) or not is_whole(owner):
        return None
    return {"@type": "Organization", "name": owner}

"""Rows as HSDS 3.0 documents. A service is one program: one level of care at one center, in one track.

What nobody has told us is left out, never written as "no", 0 or an empty text. Field names are those of the
standard (https://docs.openreferral.org/en/v3.0/). Ids of organizations, locations and services are the public
ids of the rows; everything else has an id drawn from those, so that it stays the same from day to day.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import override

from programs import facts
from programs.api.terms import FACT, FACT_NO, LEVEL, TAXONOMIES, Taxonomy, Term, facts_of, named, terms
from programs.cards import center_url
from programs.labels import fact_labels, level_labels
from programs.models import Center, CenterStatus, Organization, Program, Session, StatementMethod
from programs.phones import dial
from programs.taxonomy import BY_CODE, GROUPS

Document = dict[str, Any]
Address = Callable[[str], str]
"""From a path of this site to the whole address."""

LANGUAGES = {
    "lang_spanish": "es", "lang_sign": "ase", "lang_arabic": "ar", "lang_chinese": "zh", "lang_creole": "ht",
    "lang_farsi": "fa", "lang_french": "fr", "lang_german": "de", "lang_greek": "el", "lang_hebrew": "he",
    "lang_hindi": "hi", "lang_hmong": "hmn", "lang_italian": "it", "lang_japanese": "ja", "lang_korean": "ko",
    "lang_polish": "pl", "lang_portuguese": "pt", "lang_russian": "ru", "lang_tagalog": "tl",
    "lang_vietnamese": "vi", "lang_ojibwa": "oj", "lang_yupik": "ypk",
}  # fmt: skip
"""ISO 639 codes of the facts that name one language."""
_ADULT = 18
_TAIL = (1 << 60) - 1
"""The bits of an id that its kind and variant leave free."""
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@lru_cache(maxsize=1)
def all_terms() -> Mapping[UUID, Term]:
    """Every term by its id, in English: an API has one language."""
    with override("en"):
        return {term.id: term for term in terms(level_labels(), fact_labels())}


@lru_cache(maxsize=1)
def _documents() -> Mapping[tuple[Taxonomy, str], Document]:
    return {(term.taxonomy, term.about): taxonomy_term(term) for term in all_terms().values()}


def taxonomy(one: Taxonomy) -> Document:
    return {"id": str(one.id), "name": one.name, "description": one.description, "version": "1"}


def taxonomy_term(term: Term) -> Document:
    return {
        "id": str(term.id),
        "code": term.code,
        "name": term.name,
        "description": term.description,
        "taxonomy": term.taxonomy.name,
        "taxonomy_id": str(term.taxonomy.id),
        "language": "en",
    }


def taxonomy_by_id(wanted: UUID) -> Taxonomy | None:
    return next((one for one in TAXONOMIES if one.id == wanted), None)


# -- Organizations ------------------------------------------------------------------------------


def organization(one: Organization) -> Document:
    """An organization without what hangs on it."""
    return _known(
        id=str(one.public_id),
        name=one.name,
        description=f"{one.name}: substance use or mental health care.",
        website=one.website,
    )


def organization_full(one: Organization, services: list[Document]) -> Document:
    found = organization(one) | {"services": services}
    if phone := _phone(one.phone, f"organization/{one.public_id}", organization_id=str(one.public_id)):
        found["phones"] = [phone]
    return found


# -- Services -----------------------------------------------------------------------------------


def service(program: Program, address: Address) -> Document:
    """A service with its one-to-one fields. Needs `center`, its organization and `listing` loaded."""
    center = program.center
    known = _facts(program)
    return _known(
        id=str(program.public_id),
        organization_id=str(center.organization.public_id),
        name=_name(program),
        alternate_name=center.name_detail,
        description=_description(program),
        url=address(center_url(center.slug, center.short_id)),
        status=_status(program),
        application_process=program.intake,
        fees_description=_labels(known, *GROUPS["payment"], *GROUPS["payment_help"]),
        wait_time=_wait(program),
        accreditations=_labels(known, *_coded("accred")),
        licenses=_labels(known, *_coded("license", "certified")),
        eligibility_description=_labels(known, *GROUPS["age"], "women_only", "men_only"),
        minimum_age=_ADULT if known.value("age_under_18") is False else None,
        assured_date=_assured(program),
        alert=_alert(center),
        last_modified=moment(center.updated_at),
        organization=organization(center.organization),
    )


def service_full(program: Program, address: Address) -> Document:
    """A service with all that belongs to it. Needs the sessions as well."""
    own, known = str(program.public_id), _facts(program)
    at = at_location(program)
    found = service(program, address)
    found["phones"] = list(_phones(program.center, service_id=own))
    found["service_at_locations"] = [at | {"location": location(program.center)}]
    found["schedules"] = [_schedule(session, program) for session in program.sessions.all()]
    found["languages"] = list(_languages(program, known))
    found["cost_options"] = list(_costs(program))
    found["attributes"] = list(_attributes(program, known))
    return {key: value for key, value in found.items() if value != []}


def service_named(program: Program) -> Document:
    """A service as an item of its organization."""
    return {"id": str(program.public_id), "name": _name(program), "status": _status(program)}


def at_location_id(public_id: UUID) -> UUID:
    """Its own inverse: drawn from the id of the service so that it can be found again."""
    return UUID(int=public_id.int ^ _part("service-at-location", "", ""))


def at_location(program: Program) -> Document:
    """That the service is offered at its center."""
    return {
        "id": str(at_location_id(program.public_id)),
        "service_id": str(program.public_id),
        "location_id": str(program.center.public_id),
    }


def at_location_listed(program: Program, address: Address) -> Document:
    """The same with the location and the service, both with their one-to-one fields."""
    return at_location(program) | {
        "location": _place(program.center),
        "service": service(program, address),
    }


def at_location_full(program: Program, address: Address) -> Document:
    """The same with all that belongs to both.

    The standard's description of this answer asks for the fields of a service as well: name and status.
    """
    whole = service_full(program, address)
    return at_location(program) | {
        "name": whole["name"],
        "status": whole["status"],
        "location": location(program.center),
        "service": whole,
    }


def location(center: Center) -> Document:
    """A center as a place, with its address."""
    own = str(center.public_id)
    where = _known(
        id=str(named(f"address/{own}")),
        location_id=own,
        address_1=center.street1,
        address_2=center.street2,
        city=center.city,
        state_province=center.state,
        postal_code=center.zip,
        country="US",
        address_type="physical",
    )
    return _place(center) | {"addresses": [{"address_1": ""} | where]}


def _place(center: Center) -> Document:
    approximate = "Somewhere in this ZIP code: the point is its middle." if center.location == "zip" else ""
    return _known(
        id=str(center.public_id),
        location_type="physical",
        organization_id=str(center.organization.public_id),
        name=center.name,
        alternate_name=center.name_detail,
        description=approximate,
        latitude=center.lat,
        longitude=center.lon,
    )


# -- Parts of a service -------------------------------------------------------------------------


def _name(program: Program) -> str:
    level = _documents()[LEVEL, program.level]["name"]
    return f"{level}: {program.track}" if program.track else str(level)


def _description(program: Program) -> str:
    center = program.center
    return f"{_name(program)} at {center.name}, {center.city}, {center.state}."


def _status(program: Program) -> str:
    if program.center.status in (CenterStatus.CLOSED, CenterStatus.MERGED):
        return "defunct"
    return "active" if program.is_listed else "inactive"


def _wait(program: Program) -> str:
    if program.wait_days is None:
        return ""
    return "1 day" if program.wait_days == 1 else f"{program.wait_days} days"


def _facts(program: Program) -> facts.FactSet:
    listing = getattr(program, "listing", None)
    return listing.facts if listing else facts.FactSet()


def _assured(program: Program) -> str:
    """The day a person confirmed it; a directory's edition is no confirmation, a sample neither."""
    listing = getattr(program, "listing", None)
    if not listing or not listing.said_on or listing.said_source == "sample":
        return ""
    is_confirmed = listing.said_method != StatementMethod.DIRECTORY
    return str(listing.said_on.isoformat()) if is_confirmed else ""


def _alert(center: Center) -> str:
    if center.status == CenterStatus.MERGED:
        return "Became part of another listing of the same place: its address leads there."
    if center.is_sample:
        return "Invented for trying the software out. Not a real place."
    if center.in_latest_edition is False:
        return "Not in the latest edition of the directory that listed it."
    return ""


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@cache
def _coded(*starts: str) -> list[str]:
    return [code for code in BY_CODE if code.startswith(starts)]


def _labels(known: facts.FactSet, *codes: str) -> str:
    """What is known to be so, in plain English."""
    return "; ".join(_documents()[FACT, code]["name"] for code in codes if known.value(code))


def _phones(center: Center, **owner: str) -> Iterator[Document]:
    for written in (center.phone, *center.intake_phones.split(";")):
        own = f"{center.public_id}/{written.strip()}/{owner}"
        if phone := _phone(written, own, location_id=str(center.public_id), **owner):
            yield phone


def _phone(written: str, name: str, **owner: str) -> Document | None:
    """None when nothing is written, or a number nobody can dial."""
    number, _, extension = dial(written).partition(",")
    if not number:
        return None
    found = {"id": str(named(f"phone/{name}")), **owner, "number": number, "type": "voice"}
    return found | ({"extension": int(extension)} if extension else {})


def _schedule(session: Session, program: Program) -> Document:
    name = f"schedule/{program.public_id}/{session.day}/{session.starts}/{session.kind}"
    far = {True: "telehealth", False: "in person", None: ""}[session.telehealth]
    return _known(
        id=str(named(name)),
        service_id=str(program.public_id),
        freq="WEEKLY",
        interval=1,
        wkst="MO",
        byday=_DAYS[session.day],
        opens_at=f"{session.starts:%H:%M}",
        closes_at=f"{session.ends:%H:%M}",
        description=session.kind,
        attending_type=far,
        notes=f"Local time, {session.time_zone}.",
    )


def _languages(program: Program, known: facts.FactSet) -> Iterator[Document]:
    for code in GROUPS["language"]:
        if known.value(code):
            yield _known(
                id=str(_of(program, FACT, code, "language")),
                service_id=str(program.public_id),
                name=_documents()[FACT, code]["name"],
                code=LANGUAGES.get(code, ""),
            )


def _costs(program: Program) -> Iterator[Document]:
    said = (
        ("from", program.price_min, "a week, from"),
        ("to", program.price_max, "a week, up to"),
        ("deposit", program.deposit, "deposit"),
    )
    for key, amount, words in said:
        if amount is not None:
            yield {
                "id": str(named(f"cost/{program.public_id}/{key}")),
                "service_id": str(program.public_id),
                "option": words,
                "currency": "USD",
                "amount": float(amount),
                "amount_description": words,
            }


def _attributes(program: Program, known: facts.FactSet) -> Iterator[Document]:
    about = [(LEVEL, program.level)]
    about += [(one, code) for one in (FACT, FACT_NO) for code in facts_of(one, known)]
    for one, code in about:
        term = _documents()[one, code]
        yield {
            "id": str(_of(program, one, code, "attribute")),
            "link_id": str(program.public_id),
            "link_entity": "service",
            "taxonomy_term_id": term["id"],
            "taxonomy_term": term,
        }


@lru_cache(maxsize=1024)
def _part(kind: str, taxonomy_code: str, code: str) -> int:
    return named(f"{kind}/{taxonomy_code}/{code}").int & _TAIL


def _of(program: Program, one: Taxonomy, code: str, kind: str) -> UUID:
    """An id for what belongs to a program and a term. Drawn without hashing: there are dozens a program."""
    return UUID(int=program.public_id.int ^ _part(kind, one.code, code))


def _known(**fields: Any) -> Document:
    """The fields that say something."""
    return {key: value for key, value in fields.items() if value not in (None, "")}

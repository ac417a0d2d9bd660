"""The shapes of what the API answers, as JSON Schema 2020-12, in our own words.

Items of the standard carry more fields there than we know anything about; these are the ones we fill.
"""

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
ID: Schema = {"type": "string", "format": "uuid"}
LINK: Schema = {"type": "string", "format": "uri"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
YES: Schema = {"type": "boolean"}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def many(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def maybe(schema: Schema) -> Schema:
    """The value, or null: unknown."""
    return {**schema, "type": [schema["type"], "null"]}


def shape(about: str, required: str = "", **properties: Schema) -> Schema:
    found: Schema = {"type": "object", "description": about, "properties": properties}
    return found | ({"required": required.split()} if required else {})


def counts(about: str) -> Schema:
    return {"type": "object", "description": about, "additionalProperties": WHOLE}


_PAGE = {
    "total_items": WHOLE, "total_pages": WHOLE, "page_number": WHOLE, "size": WHOLE, "first_page": YES,
    "last_page": YES, "empty": YES,
}  # fmt: skip
_VERDICT: Schema = {"type": "string", "enum": ["meets", "does_not", "unknown"]}


def page_of(name: str) -> Schema:
    return shape("One page of a list.", " ".join([*_PAGE, "contents"]), **_PAGE, contents=many(ref(name)))


SCHEMAS: dict[str, Schema] = {
    "About": shape(
        "What this API is.", "version profile openapi_url", version=TEXT, profile=LINK, openapi_url=LINK
    ),
    "Organization": shape(
        "Who runs one or more centers. `services` where one organization or `full` was asked for.",
        "id name description",
        id=ID, name=TEXT, description=TEXT, website=LINK, phones=many(ref("Phone")),
        services=many(ref("ServicePart")),
    ),
    "ServicePart": shape(
        "A service inside its organization: its id, name and status, or with `full_service` all of it.",
        "id name status",
        id=ID, name=TEXT, status=TEXT,
    ),
    "Service": shape(
        "One level of care at one center, in one track. Lists leave out arrays unless `full`; "
        "`minimal` leaves out all but `id` and `modified_date`.",
        "id",
        id=ID, organization_id=ID, name=TEXT, alternate_name=TEXT, description=TEXT, url=LINK,
        status={"type": "string", "enum": ["active", "inactive", "defunct"]},
        application_process=TEXT, fees_description=TEXT, wait_time=TEXT, accreditations=TEXT, licenses=TEXT,
        eligibility_description=TEXT, minimum_age=NUMBER,
        assured_date=DAY | {"description": "When a person last confirmed it; absent: never."},
        alert=TEXT, last_modified=MOMENT, modified_date=MOMENT, organization=ref("Organization"),
        phones=many(ref("Phone")),
        schedules=many(ref("Schedule")), service_at_locations=many(ref("Place")),
        languages=many(ref("Language")), cost_options=many(ref("Cost")), attributes=many(ref("Attribute")),
    ),
    "Place": shape(
        "That a service is offered at a location.",
        "id service_id location_id",
        id=ID, service_id=ID, location_id=ID, location=ref("Location"),
    ),
    "ServiceAtLocation": shape(
        "A service at its location.",
        "id service_id location_id location service",
        id=ID, service_id=ID, location_id=ID, name=TEXT, status=TEXT, location=ref("Location"),
        service=ref("Service"),
    ),
    "Location": shape(
        "A center as a place.",
        "id location_type",
        id=ID, location_type=TEXT, organization_id=ID, name=TEXT, alternate_name=TEXT, description=TEXT,
        latitude=NUMBER, longitude=NUMBER, addresses=many(ref("Address")),
    ),
    "Address": shape(
        "A postal address. `address_1` is empty where nobody has told us the street.",
        "id address_1 city state_province postal_code country address_type",
        id=ID, location_id=ID, address_1=TEXT, address_2=TEXT, city=TEXT, state_province=TEXT,
        postal_code=TEXT, country=TEXT, address_type=TEXT,
    ),
    "Phone": shape(
        "A number that can be dialed.",
        "id number",
        id=ID, service_id=ID, organization_id=ID, location_id=ID, number=TEXT, extension=WHOLE, type=TEXT,
    ),
    "Schedule": shape(
        "One session in the week, in the local time that `notes` names.",
        "id byday opens_at closes_at",
        id=ID, service_id=ID, freq=TEXT, interval=WHOLE, wkst=TEXT, byday=TEXT, opens_at=TEXT,
        closes_at=TEXT, description=TEXT, attending_type=TEXT, notes=TEXT,
    ),
    "Language": shape("A language of treatment.", "id name", id=ID, service_id=ID, name=TEXT, code=TEXT),
    "Cost": shape(
        "What it costs.",
        "id amount currency",
        id=ID, service_id=ID, option=TEXT, currency=TEXT, amount=NUMBER, amount_description=TEXT,
    ),
    "Attribute": shape(
        "That a service has a term. A fact without an attribute is unknown.",
        "id link_id taxonomy_term_id taxonomy_term",
        id=ID, link_id=ID, link_entity=TEXT, taxonomy_term_id=ID, taxonomy_term=ref("TaxonomyTerm"),
    ),
    "Taxonomy": shape(
        "A list of terms.", "id name description", id=ID, name=TEXT, description=TEXT, version=TEXT
    ),
    "TaxonomyTerm": shape(
        "A level of care, or a fact that is known to be so or known not to be so.",
        "id code name description taxonomy_id",
        id=ID, code=TEXT, name=TEXT, description=TEXT, taxonomy=TEXT, taxonomy_id=ID, language=TEXT,
    ),
    "Found": shape(
        "One page of a search. `levels`, `ages`, `facts`: programs within the limits known to have each.",
        "place asked total_items total_pages page_number levels ages facts results",
        place=ref("Named"), namesakes=many(ref("Named")), asked=many(many(TEXT)), total_items=WHOLE,
        total_pages=WHOLE, page_number=WHOLE, levels=counts("By level of care."), ages=counts("By age."),
        facts=counts("By fact."), results=many(ref("Result")),
    ),
    "Named": shape("A place. `place` asks for it again.", "place label", place=TEXT, label=TEXT),
    "Result": shape(
        "A program. A fact in neither `known_yes` nor `known_no` is unknown; a null is unknown.",
        "id level center miles fit known_yes known_no",
        id=ID, level=TEXT, track=TEXT, other_levels=many(TEXT), center=ref("CenterPart"),
        miles=maybe(NUMBER),
        is_approximate=YES, is_sample=YES, hours_per_week_min=maybe(NUMBER), hours_per_week_max=maybe(NUMBER),
        openings=maybe(WHOLE), said_on=maybe(DAY), said_how=maybe(TEXT), said_by=maybe(TEXT),
        serves_age=maybe(TEXT), fit=many(ref("FitLine")), known_yes=many(TEXT), known_no=many(TEXT),
    ),
    "CenterPart": shape(
        "The center of a result.",
        "id name city state url",
        id=ID, name=TEXT, name_detail=TEXT, city=TEXT, state=TEXT, phone=TEXT, url=LINK,
    ),
    "FitLine": shape(
        "One wish held against a program.",
        "wish any_of verdict",
        wish=TEXT, any_of=many(TEXT), verdict=_VERDICT,
    ),
    "Problem": shape(
        "A refusal (RFC 9457). `errors`: what was wrong, by parameter.",
        "type status title",
        type=TEXT, status=WHOLE, title=TEXT, errors={"type": "object", "additionalProperties": many(TEXT)},
        known=many(TEXT), choices=many(ref("Named")),
    ),
}  # fmt: skip

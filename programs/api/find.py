"""The search as JSON: the same form, the same search, the same fit as the page. Unknown stays unknown."""

from datetime import date
from typing import Any

from programs import facts, search
from programs.api.hsds import Address
from programs.cards import center_url
from programs.forms import SearchForm
from programs.models.centers import SHORT_ID
from programs.places import Found, Place

VERDICTS = {"yes": "meets", "no": "does_not", "ask": "unknown"}


def found(form: SearchForm, at: Found, *, today: date, address: Address) -> dict[str, Any]:
    """One page of what a valid form finds around a place. At most three queries, the place's included."""
    results = search.find(form.criteria(at.place), today=today)
    return {
        "place": _place(at.place),
        "namesakes": [_place(one) for one in at.namesakes],
        "asked": [list(pair) for pair in results.criteria.params()],
        "total_items": results.total,
        "total_pages": results.pages,
        "page_number": results.page,
        "levels": {level.value: count for level, count in results.levels.items()},
        "ages": dict(results.ages),
        "facts": dict(results.facts),
        "results": [_result(hit, address) for hit in results.hits],
    }


def _place(place: Place) -> dict[str, Any]:
    return {"place": place.query, "label": place.label}


def _result(hit: search.Hit, address: Address) -> dict[str, Any]:
    row, known = hit.listing, hit.facts
    return {
        "id": str(row.public_id),
        "level": row.level,
        "track": row.track,
        "other_levels": [level.value for level in hit.other_levels],
        "center": {
            "id": str(row.center_public_id),
            "name": row.name,
            "name_detail": row.name_detail,
            "city": row.city,
            "state": row.state,
            "phone": row.phone,
            "url": address(center_url(row.slug, row.center_public_id.hex[:SHORT_ID])),
        },
        "miles": None if hit.miles is None else round(hit.miles, 1),
        "is_approximate": row.approximate,
        "is_sample": row.is_sample,
        "hours_per_week_min": _number(row.hours_per_week_min),
        "hours_per_week_max": _number(row.hours_per_week_max),
        "openings": hit.openings,
        "said_on": row.said_on.isoformat() if row.said_on else None,
        "said_how": row.said_method or None,
        "said_by": row.said_source or None,
        "serves_age": VERDICTS[hit.serves_age.value] if hit.serves_age else None,
        "fit": [
            {"wish": line.wish.key, "any_of": list(line.wish.any_of), "verdict": VERDICTS[line.verdict.value]}
            for line in hit.fit.lines
        ],
        "known_yes": list(facts.unpack(known.yes)),
        "known_no": list(facts.unpack(known.no)),
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)

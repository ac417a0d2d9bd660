"""Made-up lists with their mappings."""

MAPPING = """[list]
id = "{list}"
title = "Made-up list {list}"
date = 2026-11-01
state = "AZ"

[columns]
name = "Name"
name_detail = "Mark"
street1 = "Street"
city = "City"
zip = "Zip"
phone = "Phone"

[always]
yes = ["treats_substance_use", "offers_iop"]
"""


ZIPS = ("85004", "85201", "85364", "85501", "85602", "85701", "85901", "86001", "86301", "86401")
"""All over Arizona: duplicates are looked for region by region."""


def _zip(number: int) -> str:
    return ZIPS[number % len(ZIPS)]


def list_of(mark: str, rows: int) -> bytes:
    """A CSV of centers that are on no other list."""
    lines = ["Name,Mark,Street,City,Zip,Phone"]
    lines += [
        f"{mark} house {n},{mark},{n} {mark} Street,Phoenix,{_zip(n)},602-555-{n % 10_000:04d}"
        for n in range(rows)
    ]
    return "\n".join(lines).encode()


def mapping_of(mark: str) -> str:
    return MAPPING.format(list=mark)

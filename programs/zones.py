"""The time zone of a place in the US, from its state, its county and, where a county is split, its middle.

Facts of 49 CFR part 71, and of the Navajo Nation, which keeps summer time where the rest of Arizona does not.
Pure.
"""

from types import MappingProxyType

EASTERN, CENTRAL, MOUNTAIN = "America/New_York", "America/Chicago", "America/Denver"
PACIFIC, ARIZONA, ALASKA = "America/Los_Angeles", "America/Phoenix", "America/Anchorage"
HAWAII, ALEUTIAN, ATLANTIC = "Pacific/Honolulu", "America/Adak", "America/Puerto_Rico"
GUAM, SAMOA = "Pacific/Guam", "Pacific/Pago_Pago"

_KEEPERS = {
    EASTERN: "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    CENTRAL: "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    MOUNTAIN: "CO ID MT NM UT WY",
    PACIFIC: "CA NV OR WA",
    ARIZONA: "AZ",
    ALASKA: "AK",
    HAWAII: "HI",
    ATLANTIC: "PR VI",
    GUAM: "GU MP",
    SAMOA: "AS",
    "Pacific/Palau": "PW",
    "Pacific/Majuro": "MH",
    "Pacific/Pohnpei": "FM",
}
_STATES = {state: zone for zone, states in _KEEPERS.items() for state in states.split()}
"""The zone of a whole state, or of most of it."""


def _counties(zone: str, names: str) -> dict[str, str]:
    return {name.strip().lower(): zone for name in names.split(",")}


_COUNTIES = MappingProxyType(
    {
        "AK": _counties(ALASKA, "Aleutians East Borough"),
        "FL": _counties(
            CENTRAL, "Bay, Calhoun, Escambia, Holmes, Jackson, Okaloosa, Santa Rosa, Walton, Washington"
        ),
        "ID": _counties(
            PACIFIC,
            "Benewah, Bonner, Boundary, Clearwater, Idaho, Kootenai, Latah, Lewis, Nez Perce, Shoshone",
        ),
        "IN": _counties(
            CENTRAL,
            "Gibson, Jasper, Lake, LaPorte, Newton, Perry, Porter, Posey, Spencer, Starke, Vanderburgh, "
            "Warrick",
        ),
        "KS": _counties(MOUNTAIN, "Greeley, Hamilton, Sherman, Wallace"),
        "KY": _counties(
            CENTRAL,
            "Adair, Allen, Ballard, Barren, Breckinridge, Butler, Caldwell, Calloway, Carlisle, Christian, "
            "Clinton, Crittenden, Cumberland, Daviess, Edmonson, Fulton, Graves, Grayson, Green, Hancock, "
            "Hart, Henderson, Hickman, Hopkins, Livingston, Logan, Lyon, Marshall, McCracken, McLean, "
            "Metcalfe, Monroe, Muhlenberg, Ohio, Russell, Simpson, Todd, Trigg, Union, Warren, Webster",
        ),
        "MI": _counties(CENTRAL, "Dickinson, Gogebic, Iron, Menominee"),
        "ND": _counties(
            MOUNTAIN, "Adams, Billings, Bowman, Dunn, Golden Valley, Grant, Hettinger, Slope, Stark"
        ),
        "NE": _counties(
            MOUNTAIN,
            "Arthur, Banner, Box Butte, Chase, Cheyenne, Dawes, Deuel, Dundy, Garden, Grant, Hooker, Keith, "
            "Kimball, Morrill, Perkins, Scotts Bluff, Sheridan, Sioux",
        ),
        "OR": _counties(MOUNTAIN, "Malheur"),
        "SD": _counties(
            MOUNTAIN,
            "Bennett, Butte, Corson, Custer, Dewey, Fall River, Haakon, Harding, Jackson, Lawrence, Meade, "
            "Oglala Lakota, Pennington, Perkins, Shannon, Ziebach",
        ),
        "TN": _counties(
            EASTERN,
            "Anderson, Blount, Bradley, Campbell, Carter, Claiborne, Cocke, Grainger, Greene, Hamblen, "
            "Hamilton, Hancock, Hawkins, Jefferson, Johnson, Knox, Loudon, McMinn, Meigs, Monroe, Morgan, "
            "Polk, Rhea, Roane, Scott, Sevier, Sullivan, Unicoi, Union, Washington",
        ),
        "TX": _counties(MOUNTAIN, "El Paso, Hudspeth"),
    }
)
"""Counties of split states that do not keep the time of most of the state."""

_BOXES: tuple[tuple[str, str, float, float, float, float, str], ...] = (
    ("AK", "aleutians west", 50, 53.5, -180, -169.5, ALEUTIAN),
    ("AZ", "apache", 35.3, 37.1, -110.1, -109, MOUNTAIN),
    ("AZ", "navajo", 36.05, 37.1, -110.9, -109.9, MOUNTAIN),
    ("AZ", "coconino", 35.95, 37.1, -111.5, -110.5, MOUNTAIN),
    ("FL", "gulf", 29.98, 31, -86, -85, CENTRAL),
    ("ID", "idaho", 44, 45.5, -117, -115.9, MOUNTAIN),
    ("ND", "mckenzie", 47.2, 47.6, -104.1, -102.9, MOUNTAIN),
    ("ND", "sioux", 45.9, 46.5, -102, -101.2, MOUNTAIN),
    ("NE", "cherry", 42, 43.1, -102.1, -101, MOUNTAIN),
    ("NV", "elko", 40.6, 40.9, -114.2, -114, MOUNTAIN),
    ("OR", "malheur", 41.9, 42.4, -118.3, -117, PACIFIC),
)
"""State, county, south, north, west, east, zone: parts of counties, by the middle of a ZIP code."""
_SUFFIXES = (" county", " borough", " census area", " municipality")


def zone_of(state: str, county: str, lat: float, lon: float) -> str:
    """The IANA name of the zone of a place; `county` as the mail writes it, with or without "County".

    Where the state is not known, the zone that most places at that longitude keep.
    """
    if state not in _STATES:
        return near(lat, lon)
    name = county.lower()
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    for of_state, of_county, south, north, west, east, zone in _BOXES:
        if (of_state, of_county) == (state, name) and south <= lat <= north and west <= lon <= east:
            return zone
    return _COUNTIES.get(state, {}).get(name, _STATES[state])


def near(lat: float, lon: float) -> str:
    """The zone that most places around a point keep: by the sun, no better than that."""
    if lat < 30 and lon < -150:
        return HAWAII
    if lat > 52 and lon < -129:
        return ALASKA
    if lon > 0:
        return GUAM
    bounds = ((-66.5, ATLANTIC), (-86.5, EASTERN), (-101.5, CENTRAL), (-114.1, MOUNTAIN), (-130, PACIFIC))
    return next((zone for west, zone in bounds if lon >= west), HAWAII)

"""A brand's pictures, looked through before any browser gets them: an SVG is a document that can run code.

Our pages show them as pictures, where browsers run nothing. Whoever opens the address of one gets it as a
page of our own origin, so nothing may be in it that could act or ask anybody.
"""

import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

Faults = Callable[[bytes], Iterator[str]]
"""Looks through the bytes of a picture."""
LARGEST = 64 * 1024
"""Bytes of an SVG; it is part of every first visit."""
LARGEST_SHARE = 512 * 1024
SHARE = (1200, 630)
"""Pixels of the picture that goes along with a shared link."""
_SVG = "{http://www.w3.org/2000/svg}"
_DRAWS = frozenset(
    {"svg", "g", "defs", "symbol", "use", "title", "desc", "metadata", "style", "path", "rect", "circle"}
    | {"ellipse", "line", "polyline", "polygon", "text", "tspan", "linearGradient", "radialGradient", "stop"}
    | {"clipPath", "mask", "pattern"}
)
"""Elements that only draw. Everything else (script, foreignObject, image, a, animate) is refused."""
_OUTSIDE = re.compile(r"url\(\s*['\"]?\s*(?!#|['\"]?\s*#)|@import|expression\(|\\", re.IGNORECASE)


def svg_faults(data: bytes) -> Iterator[str]:
    """What is wrong with an SVG, each as a sentence."""
    if len(data) > LARGEST:
        yield f"It is {len(data)} bytes large; {LARGEST} is the most."
        return
    # Entities could read files or fill the memory: the parser never sees a document that declares any.
    if re.search(rb"<!(?!--)|<\?(?!xml\s)", data):
        yield "It declares a document type, entities or instructions."
        return
    try:
        root = fromstring(data)
    except ParseError as error:
        yield f"It is not well-formed: {error}."
        return
    if root.tag != f"{_SVG}svg":
        yield "It is not an SVG (no <svg> in the namespace of SVG)."
        return
    if _view(root) is None:
        yield "It has no viewBox with a width and a height."
    for element in root.iter():
        yield from _element_faults(element)


def size_of(data: bytes) -> tuple[float, float]:
    """Width and height of an SVG without faults, in its own units."""
    view = _view(fromstring(data))
    if view is None:
        raise ValueError("no size")
    return view


def _view(root: Element) -> tuple[float, float] | None:
    try:
        _, _, width, height = (float(part) for part in root.get("viewBox", "").replace(",", " ").split())
    except ValueError:
        return None
    return (width, height) if width > 0 and height > 0 else None


def _element_faults(element: Element) -> Iterator[str]:
    name = str(element.tag).removeprefix(_SVG)
    if name not in _DRAWS:
        yield f"It has <{name.rpartition('}')[2]}>, which does more than draw."
    if name == "style" and _OUTSIDE.search(element.text or ""):
        yield "Its <style> refers to something outside of it."
    for key, value in element.attrib.items():
        plain = key.rpartition("}")[2].lower()
        if plain.startswith("on"):
            yield f"It has the attribute {plain}, which is a script."
        elif (plain in ("href", "src") and not value.strip().startswith("#")) or _OUTSIDE.search(value):
            yield f"Its {plain} refers to something outside of it."


def png_faults(data: bytes) -> Iterator[str]:
    """What is wrong with the picture for shared links, each as a sentence."""
    if len(data) > LARGEST_SHARE:
        yield f"It is {len(data)} bytes large; {LARGEST_SHARE} is the most."
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        yield "It is not a PNG."
        return
    size = struct.unpack(">II", data[16:24])
    if size != SHARE:
        yield f"It is {size[0]} by {size[1]} pixels; {SHARE[0]} by {SHARE[1]} is what others show."


def read(path: Path) -> bytes | None:
    """The bytes of a file, or None where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None

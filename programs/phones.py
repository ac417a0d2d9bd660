"""From a phone number as people write it to one a phone can dial. Pure."""

import re

_KEYS = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "22233344455566677778889999" * 2
)
_EXTENSION = re.compile(r"\s+(?:x|ext\.?)\s*([0-9]{1,10})\s*$", re.IGNORECASE | re.ASCII)
_NOT_A_DIGIT = re.compile(r"[^0-9]")
_AREA = re.compile(r"[^A-Za-z0-9]*(?:1[^A-Za-z0-9]*)?(?:[0-9][^A-Za-z0-9]*){3}")
"""The area code a number in words begins with: "Call 602-555-0142" is no such number."""
_DIGITS = 10
"""Of a number in the North American plan, without the leading 1."""


def dial(written: str) -> str:
    """The number for a `tel:` link: "+1" and ten digits, then "," and the extension if there is one.

    Letters become digits ("888-PARNEXT"); those past the tenth are dropped, as the network does. "" when it
    is not a number of the North American plan, or a placeholder such as (999) 999-9999.
    """
    extension = _EXTENSION.search(written)
    number = written[: extension.start()] if extension else written
    has_letters = bool(re.search(r"[A-Za-z]", number))
    if has_letters and not _AREA.match(number):
        return ""
    digits = _NOT_A_DIGIT.sub("", number.translate(_KEYS))
    if digits.startswith("1"):
        digits = digits[1:]
    if has_letters:
        digits = digits[:_DIGITS]
    if len(digits) != _DIGITS or digits[0] in "01" or len(set(digits)) == 1:
        return ""
    return f"+1{digits},{extension[1]}" if extension else f"+1{digits}"

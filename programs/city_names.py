"""One spelling for the many ways a city's name is written. Pure.

"St. Louis", "saint louis" and "SAINT  LOUIS" are one name; so are "McLean" and "Mc Lean", "O'Fallon" and
"O Fallon". The table of cities stores this spelling and whoever searches for a city asks with it.
"""

import re
import unicodedata

_WORDS = {
    "st": "saint",
    "ste": "sainte",
    "ft": "fort",
    "mt": "mount",
    "hts": "heights",
    "spgs": "springs",
    "jct": "junction",
    "bch": "beach",
}
_FIRST_WORDS = {"n": "north", "s": "south", "e": "east", "w": "west"}
_JOINED = {"mc", "o", "d", "l"}
"""Parts of a name that some write apart from the rest of it."""
_WHOLE = {"nyc": "new york", "new york city": "new york"}
_APOSTROPHES = re.compile(r"['`‘’ʻʼ]")
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def search_name(text: str) -> str:
    """The name in lower-case ASCII words with short forms written out; "" when no letter is left.

    Applying it twice changes nothing.
    """
    folded = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold())
    plain = _APOSTROPHES.sub("", folded.encode("ascii", "ignore").decode().lower())
    words = _NOT_A_LETTER.sub(" ", plain.replace("&", " and ")).split()
    if len(words) > 1:
        words[0] = _FIRST_WORDS.get(words[0], words[0])
    name = " ".join(_join([_WORDS.get(word, word) for word in words]))
    return _WHOLE.get(name, name)


def _join(words: list[str]) -> list[str]:
    """`words` with every part in `_JOINED` drawn to the word after it."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in _JOINED:
            joined[-1] += word
        else:
            joined.append(word)
    return joined

"""The published protocol as data, for people who check it or build on it. No answer is in it.

`data` is what the content files say, as JSON; `assessment.fhir.questionnaire` the questions for a clinic's
computer; `assessment.review.graph.drawing` the flow as a picture.
"""

import tomllib
from functools import lru_cache
from typing import Any

from assessment.domain import LEVELS, load
from assessment.domain.content import CONTENT

NOTICE = (
    "Educational decision support, provisional. Not the ASAM Criteria, not LOCUS, not affiliated with "
    "either. A starting point to talk over with a professional, never a diagnosis. Whoever changes a rule "
    "must give the result another version name."
)


@lru_cache(maxsize=8)
def data(version: str) -> dict[str, Any]:
    """What the files of a version say: one key a file, with the digests it was published under.

    KeyError-free for every name of `assessment.domain.versions()`; dates are ISO text.
    """
    protocol = load(version)
    files = {
        path.name.removesuffix(".toml"): _plain(tomllib.loads(path.read_text(encoding="utf-8")))
        for path in sorted((CONTENT / version).glob("*.toml"))
    }
    return {
        "version": protocol.version,
        "notice": NOTICE,
        "languages": ["en", "es"],
        "levels_least_to_most": list(LEVELS),
        **files,
    }


def _plain(value: Any) -> Any:
    """Dates as text: JSON has none."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value

"""The title of a search page that found something, or nothing: how many of what, and where."""

from django.utils.translation import gettext, ngettext

from programs.criteria import SearchCriteria
from programs.places import Place
from programs.states import STATES
from programs.words import LEVEL_WORDS


def title(criteria: SearchCriteria, total: int, place: Place) -> str:
    """Whole sentences for each case, because languages bend them differently."""
    words: dict[str, object] = {"count": total, "miles": criteria.radius_miles, "place": place.label}
    if len(criteria.levels) == 1:
        words["level"] = LEVEL_WORDS[criteria.levels[0]]
    if criteria.state:
        words["state"] = STATES[criteria.state]
        return _in_state(criteria, total) % words
    return _around(criteria, total) % words


def _around(criteria: SearchCriteria, total: int) -> str:
    if criteria.by_center:
        none = gettext("No center within %(miles)d miles of %(place)s")
        some = ngettext(
            "%(count)d center within %(miles)d miles of %(place)s",
            "%(count)d centers within %(miles)d miles of %(place)s",
            total,
        )
    elif len(criteria.levels) == 1:
        none = gettext("No %(level)s program within %(miles)d miles of %(place)s")
        some = ngettext(
            "%(count)d %(level)s program within %(miles)d miles of %(place)s",
            "%(count)d %(level)s programs within %(miles)d miles of %(place)s",
            total,
        )
    else:
        none = gettext("No program within %(miles)d miles of %(place)s")
        some = ngettext(
            "%(count)d program within %(miles)d miles of %(place)s",
            "%(count)d programs within %(miles)d miles of %(place)s",
            total,
        )
    return some if total else none


def _in_state(criteria: SearchCriteria, total: int) -> str:
    if criteria.by_center:
        none = gettext("No center in %(state)s")
        some = ngettext("%(count)d center in %(state)s", "%(count)d centers in %(state)s", total)
    elif len(criteria.levels) == 1:
        none = gettext("No %(level)s program in %(state)s")
        some = ngettext(
            "%(count)d %(level)s program in %(state)s", "%(count)d %(level)s programs in %(state)s", total
        )
    else:
        none = gettext("No program in %(state)s")
        some = ngettext("%(count)d program in %(state)s", "%(count)d programs in %(state)s", total)
    return some if total else none

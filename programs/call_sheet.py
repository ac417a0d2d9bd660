"""What to say and to ask on the phone, for each program a visitor chose. What they hear stays with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext

from programs.chosen import Chosen, ChosenForm, Pick, choose, query
from programs.compare_page import Link
from programs.other_searches import url
from programs.phones import dial
from programs.questions import questions
from programs.standard_questions import BY_ID, STANDARD_QUESTIONS
from programs.words import LEVEL_WORDS


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. listen_for, warning: what a good answer sounds like, and what should make one wary; ""
    for questions of a visitor's own. is_told: something is known; asking is only to make sure."""

    id: str
    text: str
    listen_for: str = ""
    warning: str = ""
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """A call to one center. own: what this visitor asked for and nobody has said. more: what else nobody has
    said. standard: the ten questions for every program."""

    pick: Pick
    id: str
    name: str
    where: str
    url: str
    phone: str
    dial: str
    opening: str
    own: tuple[Ask, ...]
    more: tuple[Ask, ...]
    standard: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class CallSheet:
    """Everything on the page. `callers`: for whom the call is made."""

    title: str
    chosen: Chosen
    scripts: tuple[Script, ...]
    callers: tuple[Link, ...]
    for_other: bool
    compare_url: str
    back_url: str


def call_sheet(form: ChosenForm, *, today: date) -> CallSheet:
    """The sheet for the programs of an address. At most four queries, two more where a place is carried."""
    chosen, carried = choose(form, today=today), form.carried
    here, for_other = reverse("programs:call_sheet"), form.for_other

    def caller(label: str, code: str) -> Link:
        return Link(label, f"{here}?{query(chosen.tokens, carried, caller=code)}", (code != "") is for_other)

    search = query((), carried)
    return CallSheet(
        title=gettext("What to say, and what to ask"),
        chosen=chosen,
        scripts=tuple(_script(pick, search, for_other, today) for pick in chosen.picks),
        callers=(
            caller(gettext("I call for myself"), ""),
            caller(gettext("I call for someone else"), ChosenForm.OTHER),
        ),
        for_other=for_other,
        compare_url=f"{reverse('programs:compare')}?{query(chosen.tokens, carried)}",
        back_url=url(carried) if carried else reverse("programs:search"),
    )


def _script(pick: Pick, search: str, for_other: bool, today: date) -> Script:
    center, program = pick.center, pick.program
    holds = bool(program and program.openings_until and program.openings_until >= today)
    programs = [program] if program else []
    open_ones = questions(pick.fit, pick.known, programs, openings_known=holds, most=None)
    open_ids = {one.id for one in open_ones}
    own = tuple(Ask(one.id, one.text) for one in open_ones if one.id.startswith("wish:"))
    more = tuple(
        Ask(one.id, one.text) for one in open_ones if one.id not in BY_ID and not one.id.startswith("wish:")
    )
    return Script(
        pick=pick,
        id=center.short_id,
        name=pick.name.title,
        where=f"{center.city}, {center.state}",
        url=f"{center.get_absolute_url()}{'?' if search else ''}{search}",
        phone=center.phone,
        dial=dial(center.phone),
        opening=_opening(pick, for_other),
        own=own,
        more=more,
        standard=tuple(_standard(open_ids)),
    )


def _standard(open_ids: set[str]) -> Iterator[Ask]:
    for one in STANDARD_QUESTIONS:
        # A question about every program is asked each time; its answer can be checked against what is known.
        told = bool(one.facts or one.fields) and one.id not in open_ids
        yield Ask(one.id, str(one.text), str(one.listen_for), str(one.warning), told)


def _opening(pick: Pick, for_other: bool) -> str:
    if not pick.level:
        if for_other:
            return gettext(
                "Hello. I am calling for someone close to me, to ask about treatment. May I ask a few"
                " questions?"
            )
        return gettext("Hello. I am calling to ask about treatment for myself. May I ask a few questions?")
    what = {"level": LEVEL_WORDS[pick.level]}
    if for_other:
        told = gettext(
            "Hello. I am calling for someone close to me, to ask about your %(level)s program. May I ask a"
            " few questions?"
        )
    else:
        told = gettext(
            "Hello. I am calling to ask about your %(level)s program, for myself. May I ask a few questions?"
        )
    return told % what

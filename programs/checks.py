"""The directory's promises as system checks. `manage.py check` reads them."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

from programs import levels, taxonomy, words
from programs.models import Center, CenterStatus, LevelChoices, StatementMethod, StatementSource, columns
from programs.sample.files import METHODS, STATUSES


@register
def facts_have_words(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every fact and group has a label, and no label is left without a fact or group."""
    return [
        *_same("programs.E001", "Fact codes", taxonomy.BY_CODE.keys(), words.FACT_LABELS.keys()),
        *_same("programs.E002", "Fact groups", taxonomy.GROUPS.keys(), words.GROUP_LABELS.keys()),
    ]


@register
def facts_fit_their_columns(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every fact has a bit of its own, and the columns that hold it are there."""
    found: list[CheckMessage] = []
    room = taxonomy.WORDS * taxonomy.BITS
    if len(taxonomy.FACTS) > room or len(columns.YES) != taxonomy.WORDS or len(columns.NO) != taxonomy.WORDS:
        found.append(
            Error(
                f"{len(taxonomy.FACTS)} facts do not fit {len(columns.YES)} columns of {taxonomy.BITS} bits.",
                hint="Raise WORDS in programs/taxonomy.py and add the columns by a migration.",
                id="programs.E003",
            )
        )
    bits = {(fact.word, fact.bit) for fact in taxonomy.FACTS}
    if len(bits) < len(taxonomy.FACTS) or len(taxonomy.BY_CODE) < len(taxonomy.FACTS):
        found.append(
            Error(
                "Two facts share a code or a bit.",
                hint="Look for a code that stands twice in programs/taxonomy.py.",
                id="programs.E004",
            )
        )
    return found


@register
def codes_are_the_same_everywhere(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The levels, sources and methods of the models are those of the pure modules and have words."""
    codes = [level.value for level in levels.LEVELS]
    return [
        *_same("programs.E005", "Levels of the models", codes, LevelChoices.values),
        *_same("programs.E006", "Words of the levels", codes, words.LEVEL_LABELS.keys()),
        *_same("programs.E007", "Short words of the levels", codes, words.LEVEL_SHORT.keys()),
        *_same("programs.E008", "Words of the sources", StatementSource.values, words.SOURCE_LABELS.keys()),
        *_within("programs.E009", "Words of the methods", StatementMethod.values, words.METHOD_LABELS.keys()),
        *_within("programs.E010", "Methods of the sample", METHODS, StatementMethod.values),
        *_within("programs.E011", "Statuses of the sample", STATUSES, CenterStatus.values),
        *_within(
            "programs.E012",
            "Fact codes of the levels offered",
            [f"offers_{code}" for code in codes],
            taxonomy.BY_CODE.keys(),
        ),
    ]


@register(Tags.database, deploy=True)
def someone_answers_for_call_backs(
    app_configs: Any, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """Nobody is asked for a name and a number on behalf of nobody. Runs with `check --deploy --database`;
    tables that are not there yet have no centers."""
    missing = [name for name in ("SITE_RUNNER", "SITE_CONTACT") if not getattr(settings, name)]
    if not missing or not databases:
        return []
    try:
        count = Center.objects.published().filter(takes_inquiries=True, is_sample=False).count()
    except DatabaseError:
        return []
    if not count:
        return []
    return [
        Warning(
            f"{count} centers take call-back requests, and nobody says who keeps them: "
            f"{' and '.join(missing)} empty.",
            hint="Set them in the environment, or turn call-backs off. Read docs/legal.md first.",
            id="programs.W001",
        )
    ]


def _same(check: str, what: str, wanted: Any, there: Any) -> list[CheckMessage]:
    return [*_within(check, what, wanted, there), *_within(check, what, there, wanted)]


def _within(check: str, what: str, wanted: Any, there: Any) -> list[CheckMessage]:
    """An error that names every code of `wanted` that is not `there`."""
    lost = sorted(set(map(str, wanted)) - set(map(str, there)))
    if not lost:
        return []
    return [Error(f"{what} do not agree: {', '.join(lost)}.", hint="Both tables must name it.", id=check)]

"""Claims that cannot be true, or that nobody may make, in what is written about a center. Pure.

It warns and never forbids: each finding is a code with the words that led to it, and `programs.claim_words`
says in a sentence why they mislead and what could stand there instead. What people may promise about care is
told plainly by the FTC's rules on health claims, by the Eliminating Kickbacks in Recovery Act (18 U.S.C. 220)
and, for words about people, by NIDA's *Words Matter*; the bands of hours are those of `programs.levels`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from programs.levels import Band, Level, band

NAMES = frozenset({"name", "name_detail", "organization"})
"""Where a text is a proper name: what it is called is what it is called, though it must not promise."""
WEEK = 7 * 24
_NEAR = 5
"""Words before a claim within which a "not" takes it back."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One claim. `where`: the field it stands in; `what`: the words, or the number of hours as text.

    level, usual: of findings about hours, the level and its reference band.
    """

    code: str
    where: str
    what: str
    level: Level | None = None
    usual: Band | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of claim. `in_names`: whether it is looked for in proper names too. `unless`: a pattern that, in
    the same sentence, makes the claim a fair one. negatable: a "not" before it takes it back."""

    code: str
    pattern: re.Pattern[str]
    in_names: bool = False
    negatable: bool = True
    unless: re.Pattern[str] | None = None


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{part})" for part in parts), re.IGNORECASE)


_CARE = (
    r"(?:rehabs?|rehabilitation|treatments?|programs?|cent(?:er|re)s?|facilit(?:y|ies)|clinics?"
    r"|care|recovery|"
    r"therap(?:y|ies)|therapists?|doctors?|staff|detox|iop|php|outcomes?|services?)"
)
_INSURANCE = (
    r"(?:insurances?|insurers?|insurance (?:plans|companies|carriers)|plans?|carriers?|"
    r"polic(?:y|ies)|seguros?)"
)
_SHARE = r"\b\d{1,3}(?:\.\d+)?\s?(?:%|percent\b|por ciento\b)"
_WELL = (
    r"(?:success\w*|sober|sobriety|recover\w*|effective\w*|abstinen\w*|complet\w*|relapse\w*|éxito|sobrios?)"
)

RULES: tuple[Rule, ...] = (
    Rule(
        "guaranteed",
        _any(
            r"\bguarante\w*",
            r"\bgarantiza\w*",
            r"\brisk[- ]free\b",
            r"\bfail[- ]?(?:safe|proof)\b",
            r"\b100\s?%\s*(?:success\w*|effective|sober|sobriety|recovery)",
        ),
        in_names=True,
    ),
    Rule(
        "best",
        _any(
            r"#\s?1\s+(?:in\b|rated\b|ranked\b|choice\b|for\b|" + _CARE + ")",
            r"\b(?:ranked|rated|voted|is|are|we're)\s+#\s?1\b",
            r"\b(?:the|our|america'?s|nation'?s|state'?s|country'?s|world'?s"
            r"|city'?s)\s+(?:very\s+)?(?:#\s?1|number one|no\. ?1)\b",
            r"\bnumber one (?:in\b|rated\b|choice\b|" + _CARE + ")",
            r"\b(?:best|top|highest|finest)[- ](?:rated|ranked|quality|in class)\b",
            r"\b(?:best|finest)\s+(?:\w+\s+){0,2}" + _CARE + r"\b",
            r"\b(?:the|america'?s|nation'?s|country'?s|world'?s)\s+(?:very\s+)?(?:best|leading"
            r"|premier|finest)\b",
            r"\bsecond to none\b|\bunmatched\b|\bunparalleled\b|\bworld[- ]class\b|\baward[- ]winning\b",
            r"\bel mejor (?:centro|programa|tratamiento)\b|\blos mejores\b",
        ),
    ),
    Rule(
        "best",
        _any(r"\b(?:ranked|rated|voted)\s+#\s?1\b", r"\bworld[- ]class\b", r"\bsecond to none\b"),
        in_names=True,
    ),
    Rule(
        "cure",
        _any(
            r"\bcur(?:e|es|ed|ing|able)\b",
            r"\bcurar\w*\b|\bcuramos\b|\bcura definitiva\b",
            r"\b(?:permanent|lifelong) (?:recovery|sobriety|freedom)\b",
            r"\b(?:never|won't|will not) (?:relapse|use again|drink again)\b",
            r"\b(?:end|ends|beat|beats|break|breaks) (?:\w+ ){0,2}(?:addiction"
            r"|dependence) (?:forever|for good|for life)\b",
            r"\brelapse[- ]free\b",
        ),
    ),
    # In capitals it is short for something else.
    Rule("cure", _any(r"\b(?-i:(?!CURE))cures?\b"), in_names=True),
    Rule(
        "success_rate",
        _any(
            _SHARE + r"[^.;]{0,50}\b" + _WELL,
            r"\b" + _WELL + r"[^.;]{0,30}" + _SHARE,
            r"\b(?:success|recovery|completion) rates?\b",
            r"\btasa de éxito\b",
            r"\b(?:9|nine) (?:out )?of (?:10|ten)\b",
        ),
        unless=_any(
            r"https?://", r"\bsource:", r"\baccording to\b", r"\bpublished\b", r"\bstudy\b", r"\bdoi\b"
        ),
    ),
    Rule(
        "lure",
        _any(
            r"\bluxur(?:y|ious|ies)\b",
            r"\b(?:five|5)[- ]star\b",
            r"\bresort(?:[- ](?:like|style))\b|\blike a resort\b",
            r"\bspa[- ](?:like|style)\b",
            r"\b(?:exclusive|upscale|high[- ]end|posh)\b",
            r"\bgourmet\b|\bprivate chef\b|\bocean ?front\b|\bbeach ?front\b",
            r"\bde lujo\b",
        ),
    ),
    Rule("lure", _any(r"\bluxur(?:y|ious)\b"), in_names=True),
    Rule(
        "inducement",
        _any(
            r"\bfree (?:flights?|airfare|plane tickets?|travel|rent|housing|phones?|gifts?"
            r"|gift cards?|cash)\b",
            r"\b(?:we|will|can) (?:pay|cover) (?:for )?your (?:flight|airfare|travel|rent"
            r"|copay\w*|deductible)\b",
            r"\b(?:waive|waives|waived|waiving|no) (?:your |all |the )?(?:co-?pays?|copayments?"
            r"|deductibles?)\b",
            r"\bgift cards? (?:for|when|if)\b",
        ),
        negatable=False,
    ),
    Rule(
        "all_insurance",
        _any(
            r"\b(?:accept|accepts|accepting|take|takes|taking|honor|bill|bills|aceptamos|acepta|with"
            r"|covered by)\s+"
            r"(?:\w+\s+)?(?:all|any|every|todos los|cualquier)\s+(?:\w+\s+){0,2}" + _INSURANCE + r"\b",
            r"\b(?:all|any|every) (?:major )?(?:private |commercial |health )?(?:insurances?|insurers?"
            r"|insurance "
            r"(?:plans|companies|carriers)) (?:is |are )?(?:accepted|taken|welcome)\b",
            r"^\W*(?:all|any|every)(?: major| private| commercial)* (?:insurances?|plans?"
            r"|insurers?|carriers?)\W*$",
        ),
    ),
    Rule(
        "paid_in_full",
        _any(
            r"\b(?:insurance|plan|medicaid|medicare)\s+(?:\w+\s+){0,2}(?:pays?"
            r"|covers?)\s+(?:for\s+)?(?:everything|all of it|in full|the full cost|100\s?%)",
            r"\b(?:no|zero|\$0) (?:out[- ]of[- ]pocket|cost to you)\b|\bat no cost to you\b",
        ),
    ),
    Rule(
        "paid_referral",
        _any(
            r"\breferral (?:fees?|bonus(?:es)?|commissions?|rewards?|payments?)\b",
            r"\bfinder'?s fees?\b|\bper[- ]head (?:fee|payment)s?\b",
            r"\b(?:pay|pays|paid|earn|cash|rewards?|bonus|\$\s?\d+)\b[^.;]{0,30}\b(?:for|per|each"
            r"|every)\b[^.;]{0,20}\b(?:referrals?|patients? referred|clients? referred)\b",
            r"\brefer (?:a |your )?(?:friend|someone|patients?|clients?)[^.;]{0,30}(?:\bearn\b"
            r"|\bget paid\b|\breward\b|\$\s?\d)",
            r"\bcommissions? (?:for|per) (?:each |every )?(?:admissions?|admits?|patients?|clients?|beds?)\b",
        ),
        negatable=False,
    ),
    Rule(
        "person_last",
        _any(
            r"\baddicts?\b|\bjunkies?\b|\bdrunks\b|\bcrack ?heads?\b|\bmeth ?heads?\b"
            r"|\badictos?\b|\bdrogadictos?\b",
            r"(?<!adult children of )\balcoholics?\b(?! anonymous)|\balcohólicos?\b(?! anónimos)",
            r"\b(?:substance|drug|alcohol) abuse(?:rs?)?\b|\babusers?\b|\babuso de (?:sustancias|drogas)\b",
            r"\b(?:get|gets|getting|got|stay|stays|staying|come|be|being) clean\b|\bclean and sober\b",
            r"\b(?:clean|dirty) (?:urine|ua|uas|drop|drops|drug tests?|screens?)\b",
            r"\b(?:is|are|be|become) (?:mentally ill|schizophrenics?|borderlines?)\b"
            r"|\bthe mentally ill\b|\bfrequent flyers?\b",
        ),
        negatable=False,
    ),
)
CODES = tuple(dict.fromkeys((*(rule.code for rule in RULES), "hours_low", "hours_high", "hours_and_week")))
"""Every code there is."""

_NOT = re.compile(
    r"\b(?:no|not|never|nobody|none|cannot|can't|can’t|won't|won’t|don't|don’t|doesn't|doesn’t"
    r"|isn't|isn’t|nor|"
    r"without|nadie|nunca|ningún|ninguna)\b(?! only\b)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?;\n]+(?:[.!?;\n](?!\s|$)[^.!?;\n]+)*", re.ASCII)
_HOURS_A_WEEK = re.compile(
    r"\b(\d{1,3}(?:\.\d+)?)\s*(?:(?:-|–|to)\s*(\d{1,3}(?:\.\d+)?)\s*)?(?:hours?|hrs?)\s*(?:a"
    r"|per|each|every|/)\s*"
    r"(?:week|wk)\b",
    re.IGNORECASE,
)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "\u00a0": " ", "\u2011": "-"})


def check_text(text: str, where: str) -> tuple[Finding, ...]:
    """The claims in a text, in the order in which they stand; each kind once.

    where: the name of the field. In a proper name (`NAMES`) only promises count, not what it is called.
    """
    found: dict[str, tuple[int, Finding]] = {}
    plain = text.translate(_QUOTES)
    for sentence in _SENTENCE.finditer(plain):
        for rule in RULES:
            if where in NAMES and not rule.in_names:
                continue
            said = _said(rule, sentence[0])
            if said and rule.code not in found:
                found[rule.code] = (
                    sentence.start() + said.start(),
                    Finding(rule.code, where, said[0].strip()),
                )
    return tuple(finding for _, finding in sorted(found.values(), key=lambda pair: pair[0]))


def _said(rule: Rule, sentence: str) -> re.Match[str] | None:
    """The first words of a sentence that make this claim and that nothing before them takes back."""
    if rule.unless and rule.unless.search(sentence):
        return None
    for match in rule.pattern.finditer(sentence):
        before = " ".join(sentence[: match.start()].split()[-_NEAR:])
        if not (rule.negatable and _NOT.search(before)):
            return match
    return None


def check_texts(texts: Mapping[str, str]) -> tuple[Finding, ...]:
    """The claims in several fields, by their names."""
    return tuple(finding for where, text in texts.items() for finding in check_text(text, where))


def check_hours(
    level: Level, hours: Iterable[float], *, teen: bool, where: str = "hours_per_week"
) -> tuple[Finding, ...]:
    """Hours a week outside the reference band of a level; at most one too few and one too many.

    teen: whether the program is for teens only. Care that runs day and night has no band.
    """
    usual = band(level, teen=teen)
    if usual is None:
        return ()
    told = sorted(set(hours))
    low = [one for one in told if one < usual.low][:1]
    high = [one for one in told if usual.high is not None and one >= usual.high][-1:]
    return tuple(
        Finding(code, where, f"{one:g}", level, usual)
        for code, few in (("hours_low", low), ("hours_high", high))
        for one in few
    )


def check_hours_in_text(text: str, where: str, level: Level, *, teen: bool) -> tuple[Finding, ...]:
    """The same for hours a week that a text tells ("9 to 12 hours a week")."""
    told = [
        float(number)
        for match in _HOURS_A_WEEK.finditer(text)
        for number in match.groups()
        if number is not None
    ]
    return check_hours(level, [one for one in told if one <= WEEK], teen=teen, where=where)


def check_week(
    low: float | None, high: float | None, timetable: float, *, level: Level, where: str = "week"
) -> tuple[Finding, ...]:
    """A timetable whose hours are not those that are stated. timetable: hours of all sessions, 0 for none."""
    told = [one for one in (low, high) if one is not None]
    if not told or not timetable or min(told) <= timetable <= max(told):
        return ()
    return (Finding("hours_and_week", where, f"{timetable:g}", level, Band(min(told), max(told))),)


def check_program(
    level: Level,
    texts: Mapping[str, str],
    *,
    teen: bool,
    low: float | None = None,
    high: float | None = None,
    timetable: float = 0,
) -> tuple[Finding, ...]:
    """Everything about a program: its texts by field, its hours a week, and the hours of its timetable."""
    stated = [one for one in (low, high) if one is not None] or ([timetable] if timetable else [])
    in_texts = (
        one for where, text in texts.items() for one in check_hours_in_text(text, where, level, teen=teen)
    )
    return (
        *check_texts(texts),
        *check_hours(level, stated, teen=teen),
        *in_texts,
        *check_week(low, high, timetable, level=level),
    )

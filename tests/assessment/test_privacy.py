"""Nothing a person answers reaches a URL, a table, the cache, a log line, a title or a header."""

import logging
import re
from functools import lru_cache
from itertools import product

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.utils.log import AdminEmailHandler
from django.utils.translation import gettext, override

from assessment import flow
from assessment.answers import COOKIE
from assessment.domain import load
from programs.models import ZipCode
from tests.assessment.walking import Walker

pytestmark = pytest.mark.django_db

DISTINCT: dict[str, str | list[str]] = {
    "who": "someone_else",
    "age": "18_25",
    "focus": "both",
    "danger_now": ["violence_at_home"],
    "care_now": "hospital",
    "substances": ["alcohol", "sedatives", "opioids"],
    "use_frequency": "most_days",
    "last_use": "within_2_days",
    "heavy_days": "yes",
    "withdrawal_signs": "moderate",
    "withdrawal_history": "severe",
    "pregnant": "yes",
    "physical_health": "uncontrolled",
    "mental_conditions": ["bipolar", "psychosis"],
    "mental_impact": "severe",
    "unusual_experiences": "past",
    "suicidal_thoughts": "method",
    "readiness": "not_ready",
    "urges": "cannot_go_a_day",
    "recent_harm": "serious",
    "past_treatment": "live_in_not_enough",
    "home": "unstable",
    "support": "negative",
    "obligations": ["court"],
    "daily_function": "cannot",
    "can_step_away": "maybe",
    "getting_there": "with_help",
    "free_times": ["weekend"],
}
WISHES = {"zip": "59718", "payment": ["pay_ihs"], "language": "lang_hmong", "gender": "women_only"}
PLAIN = {
    *("me", "yes", "no", "one", "both", "none", "ok", "past", "now", "iop", "php", "other", "less", "hard"),
    "method",
}
"""Codes that are everyday words: looked for with their question only, as `home=unstable`."""


@lru_cache
def traces():
    """Every way an answer could be written: code, label and quote in both voices, field with value."""
    found = set()
    for question_id, given in DISTINCT.items():
        for code in [given] if isinstance(given, str) else given:
            found |= {f"{question_id}={code}", f'"{question_id}": "{code}"', f"'{question_id}': '{code}'"}
            if code not in PLAIN:
                found.add(code)
            for language, observer in product(("en", "es"), (False, True)):
                words = load().words(language, observer)
                found |= {words.said(question_id, code)}
                label = words.question(question_id).options[code].label
                if len(label) > 12:
                    found.add(label)
    return {trace.lower() for trace in found}


def wish_traces():
    return {"59718", "pay_ihs", "lang_hmong", "women_only"}


@pytest.fixture
def place():
    return ZipCode.objects.create(zip="59718", city="Bozeman", state="MT", lat=45.67, lon=-111.19)


@pytest.fixture
def walked(place, caplog):
    """The whole flow with distinctive answers: every page, Back, Change, the hand-over; then forget."""
    caplog.set_level(logging.DEBUG)
    for name in ("django", "django.request", "django.server", "iopfinder", "iopfinder.request"):
        caplog.set_level(logging.DEBUG, logger=name)  # put back after the test
    walker = Walker()
    pages = []
    original = walker.get

    def get(address):
        response = original(address)
        pages.append(response)
        return response

    walker.get = get
    assert walker.walk(DISTINCT) == "/assessment/check/"
    for number in range(1, len(walker.steps) + 1):
        get(f"/assessment/step-{number}/")
        get(f"/assessment/change-{number}/")
    for name in ("", "check/", "result/", "pause/"):
        get(f"/assessment/{name}")
    walker.post("/assessment/step-4/", {})
    walker.post("/assessment/programs/", {"zip": "nonsense"})
    assert walker.post("/assessment/programs/", WISHES).status_code == 303
    get("/assessment/programs/")
    get("/es/assessment/result/")
    return walker, pages, caplog


def test_no_answer_is_in_any_address(walked):
    walker, _pages, _log = walked
    assert len(walker.visited) > 60
    for address in walker.visited:
        assert "?" not in address
        for trace in traces() | wish_traces():
            assert trace not in address.lower(), (address, trace)
    shape = re.compile(
        r"^(/es)?/assessment/((step|change)-\d+/(send/)?|pause/|check/|result/|programs/|forget/)?$"
    )
    assert all(shape.match(address) for address in walker.visited)


def everything_stored():
    """Every value of every row of every table, as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield table, " ".join(f"{name}={value}" for name, value in zip(names, row, strict=True))


def test_no_answer_is_in_any_table(walked, place):
    ignored = {"django_content_type", "auth_permission", "django_migrations"}  # names of our own code
    stored = [(table, text) for table, text in everything_stored() if table not in ignored]
    assert ("programs_zipcode", "59718") in [(table, text[4:9]) for table, text in stored]
    for table, text in stored:
        for trace in traces() | (wish_traces() - {"59718"}):
            assert trace not in text.lower(), (table, trace)


def test_no_table_grew(walked):
    counts = {model._meta.label: model.objects.count() for model in apps.get_models()}
    grown = {label for label, count in counts.items() if count} - {
        "contenttypes.ContentType",
        "auth.Permission",
        "programs.ZipCode",
    }
    assert grown == set()


def test_nothing_is_in_the_cache(walked):
    assert not getattr(cache, "_cache", {})


def test_no_answer_is_in_any_log_line(walked):
    _walker, _pages, log = walked
    records = [*log.get_records("setup"), *log.get_records("call")]
    # A clock's digits may be anybody's ZIP code.
    clock = {"created", "msecs", "relativeCreated", "thread", "process"}
    told = [{key: value for key, value in vars(record).items() if key not in clock} for record in records]
    lines = [f"{record.getMessage()} {said}" for record, said in zip(records, told, strict=True)]
    assert len(lines) > 60
    for line in lines:
        for trace in traces() | wish_traces():
            assert trace not in line.lower(), (trace, line)


NEUTRAL = (
    "Check what fits",
    "Please read this first",
    "Check your answers",
    "Your result",
    "Programs near you",
)


def neutral_titles(language):
    """Every title that may stand, as it reads in this language."""
    with override(language):
        names = {gettext(name) for name in NEUTRAL}
        names |= {gettext("Screen %(number)s") % {"number": number} for number in range(1, 19)}
        wrong = {f"{gettext('Please check')} · {name}" for name in names}
    return {f"{name} · IOPFinder" for name in names | wrong}


def test_no_title_tells_what_is_asked_or_answered(walked):
    _walker, pages, _log = walked
    seen = set()
    for page in pages:
        if page.status_code == 200:
            text = page.content.decode()
            language = re.search(r'<html lang="(..)"', text).group(1)
            title = re.search(r"<title>(.*?)</title>", text, re.DOTALL).group(1).strip()
            assert title in neutral_titles(language)
            seen.add(language)
    assert seen == {"en", "es"}


def test_no_header_but_the_locked_cookie_carries_anything(walked):
    _walker, pages, _log = walked
    for page in pages:
        head = " ".join(f"{name}: {value}" for name, value in page.headers.items()).lower()
        cookies = page.cookies.output().lower()
        for trace in traces() | wish_traces():
            assert trace not in head
            assert trace not in cookies
        assert set(page.cookies) <= {COOKIE, "csrf"}


def test_no_session_is_begun(walked):
    walker, _pages, _log = walked
    assert "session" not in walker.client.cookies


def test_no_page_is_marked_as_one_that_may_be_kept(walked):
    _walker, pages, _log = walked
    for page in pages:
        assert page["Cache-Control"] == "no-store, private"


def test_links_on_the_pages_carry_no_answer(walked):
    _walker, pages, _log = walked
    for page in pages:
        for address in re.findall(r'(?:href|action|src)="([^"]*)"', page.content.decode()):
            if address.startswith(("/", "http")):
                for trace in traces() | wish_traces():
                    assert trace not in address.lower(), address


def test_a_crash_report_holds_no_answer(walked, settings, mailoutbox, monkeypatch):
    """Where an operator has errors mailed, with every variable, the mail must not hold what was typed."""

    def crash(protocol, draft, new):
        raise RuntimeError("crash")

    settings.ADMINS = [("Operator", "operator@example.org")]
    mailer = AdminEmailHandler(include_html=True)
    logger = logging.getLogger("django.request")
    logger.addHandler(mailer)
    monkeypatch.setattr(flow, "given", crash)
    walker, _pages, _log = walked
    walker.client.raise_request_exception = False
    try:
        for address in ("step-4/", "step-7/"):
            data = {"care_now": "hospital", "withdrawal_signs": "severe"}
            assert walker.client.post(f"/assessment/{address}", data).status_code == 500
    finally:
        logger.removeHandler(mailer)
    assert len(mailoutbox) == 2
    for mail in mailoutbox:
        whole = (mail.body + "".join(str(body) for body, _kind in mail.alternatives)).lower()
        assert "runtimeerror" in whole
        for trace in traces() | {"severe"}:
            if "_" in trace or " " in trace or trace == "severe":
                assert trace not in whole, trace

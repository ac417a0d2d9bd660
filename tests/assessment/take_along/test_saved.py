"""Answers kept under a code: what the row tells, when it goes, and what happens to who changes it."""

import gzip
import json
import os
from base64 import b64encode, urlsafe_b64encode
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import localdate

from assessment import codes, saved
from assessment.answers import Draft, Loss, UnusableError, pack
from assessment.domain import LEVELS, load
from assessment.models import SavedAnswers
from programs import sealing
from programs.models import Tries
from tests.assessment.take_along.conftest import EMPTIEST, FULLEST, draft_of
from tests.assessment.test_privacy import DISTINCT, everything_stored, traces, wish_traces
from tests.assessment.walking import CALM

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 1)


@pytest.fixture
def code():
    return codes.new()


def test_what_was_kept_comes_back(code):
    saved.save(code, FULLEST)
    found = saved.open_with(code)
    assert found.answers == FULLEST.answers
    assert found.wishes == FULLEST.wishes
    assert found.asked_again


def test_safety_pages_are_shown_again_to_who_comes_back(code):
    saved.save(code, FULLEST)
    assert FULLEST.seen
    assert saved.open_with(code).seen == frozenset()


def test_the_box_has_one_length_whatever_is_in_it():
    lengths = set()
    for draft in (FULLEST, EMPTIEST, draft_of(CALM), draft_of(DISTINCT)):
        saved.save(codes.new(), draft)
    for row in SavedAnswers.objects.all():
        lengths.add((len(bytes(row.sealed)), len(row.locator)))
    assert lengths == {(12 + saved.PADDED + 16, 64)}
    assert len(pack(FULLEST, load(), 0)) <= saved.PADDED


def test_what_does_not_fit_is_refused_and_never_cut(code, monkeypatch):
    monkeypatch.setattr(saved, "PADDED", 64)
    with pytest.raises(ValueError, match="PADDED"):
        saved.save(code, FULLEST)
    assert not SavedAnswers.objects.exists()


def test_the_row_has_a_date_and_no_time(code):
    saved.save(code, FULLEST, TODAY)
    row = SavedAnswers.objects.values().get()
    assert set(row) == {"locator", "sealed", "gone_on"}
    assert row["gone_on"] == date(2026, 3, 31)
    assert type(row["gone_on"]) is date


def test_the_open_box_tells_no_time_either(code):
    saved.save(code, FULLEST)
    row = SavedAnswers.objects.get()
    plain = saved._open(codes.keys_of(code)[0], bytes(row.sealed), row.gone_on)
    assert json.loads(plain)[2] == 0


def dumped():
    """All that a dump of the database holds, as bytes: every value of every row, and the file itself."""
    parts = [text.encode() for table, text in everything_stored() if table != "programs_zipcode"]
    for row in SavedAnswers.objects.all():
        parts += [bytes(row.sealed), row.locator.encode()]
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        parts.append(connection.connection.serialize())
    return b"\n".join(parts)


def test_a_dump_yields_neither_answers_nor_level_nor_code():
    drafts = [draft_of(DISTINCT), draft_of(CALM), FULLEST]
    given = [codes.new() for _ in drafts]
    for code, draft in zip(given, drafts, strict=True):
        saved.save(code, draft)
    dump = dumped()
    assert dump.count(SavedAnswers.objects.first().locator.encode()) >= 1, "the dump holds the rows"
    wanted = {trace for trace in traces() if "=" in trace or len(trace) > 12} | wish_traces()
    boxes = b"".join(bytes(row.sealed) for row in SavedAnswers.objects.all())
    for trace in wanted | set(LEVELS):
        assert trace.encode() not in boxes
    for trace in wanted:
        assert trace.encode() not in dump, trace
    for code in given:
        keys = codes.keys_of(code)[0]
        for secret in (code.characters.encode(), code.shown.encode(), keys.key):
            for spelled in (secret, secret.hex().encode(), b64encode(secret), urlsafe_b64encode(secret)):
                assert spelled not in dump


def test_a_box_looks_like_noise():
    """Two boxes of the same draft share nothing, and none can be packed smaller."""
    for _ in range(20):
        saved.save(codes.new(), EMPTIEST)
    boxes = [bytes(row.sealed) for row in SavedAnswers.objects.all()]
    assert len({box[:12] for box in boxes}) == len({box[12:44] for box in boxes}) == 20
    whole = b"".join(boxes)
    assert len(gzip.compress(whole)) > len(whole)


def test_the_dump_and_the_code_without_the_secret_key_open_nothing(code, settings):
    saved.save(code, FULLEST)
    settings.SECRET_KEY = "somebody else's key, long enough to count as one"
    with pytest.raises(saved.NothingSavedError):
        saved.open_with(code)
    row = SavedAnswers.objects.get()
    keys = codes.keys_of(code)[0]
    with pytest.raises(saved.NothingSavedError):
        saved._open(keys, bytes(row.sealed), row.gone_on)


def test_any_changed_byte_is_refused(code):
    saved.save(code, FULLEST)
    row = SavedAnswers.objects.get()
    right = bytes(row.sealed)
    for at in (0, 11, 12, 500, len(right) - 17, len(right) - 1):
        row.sealed = right[:at] + bytes([right[at] ^ 1]) + right[at + 1 :]
        row.save()
        with pytest.raises(saved.NothingSavedError):
            saved.open_with(code)
    for other in (right[:-1], right + b"\0", b"", right[:12]):
        row.sealed = other
        row.save()
        with pytest.raises(saved.NothingSavedError):
            saved.open_with(code)


def test_boxes_cannot_be_exchanged_and_a_date_cannot_be_put_off(code):
    other = codes.new()
    saved.save(code, FULLEST)
    saved.save(other, EMPTIEST)
    mine = SavedAnswers.objects.get(locator=codes.keys_of(code)[0].locator)
    theirs = SavedAnswers.objects.get(locator=codes.keys_of(other)[0].locator)
    SavedAnswers.objects.filter(locator=mine.locator).update(sealed=theirs.sealed)
    SavedAnswers.objects.filter(locator=theirs.locator).update(gone_on=theirs.gone_on + timedelta(days=300))
    for one in (code, other):
        with pytest.raises(saved.NothingSavedError):
            saved.open_with(one)


def test_on_the_last_day_it_opens_and_on_the_next_it_is_gone(code):
    gone_on = saved.save(code, FULLEST, TODAY)
    assert saved.open_with(code, gone_on - timedelta(days=1)).answers == FULLEST.answers
    with pytest.raises(saved.NothingSavedError):
        saved.open_with(code, gone_on)
    assert not SavedAnswers.objects.exists()


def test_reading_any_code_takes_all_old_rows_away(code):
    saved.save(codes.new(), FULLEST, TODAY - timedelta(days=30))
    saved.save(code, FULLEST, TODAY)
    saved.open_with(code, TODAY)
    assert SavedAnswers.objects.count() == 1


def test_a_command_takes_old_rows_and_old_counts_away(capsys):
    saved.save(codes.new(), FULLEST)
    saved.save(codes.new(), FULLEST, localdate() - timedelta(days=31))
    Tries.objects.create(who="a", day=localdate() - timedelta(days=1), count=3)
    call_command("forget_saved")
    assert capsys.readouterr().out == "Erased: 1\n"
    assert SavedAnswers.objects.count() == 1
    assert not Tries.objects.exists()


def test_erasing_takes_one_row_and_no_other(code):
    saved.save(code, FULLEST)
    saved.save(codes.new(), FULLEST)
    saved.erase(code)
    saved.erase(codes.new())
    assert SavedAnswers.objects.count() == 1
    with pytest.raises(saved.NothingSavedError):
        saved.open_with(code)


def test_saving_twice_under_one_code_is_one_row_with_the_newest(code):
    saved.save(code, FULLEST)
    saved.save(code, EMPTIEST)
    assert SavedAnswers.objects.count() == 1
    assert saved.open_with(code).answers == EMPTIEST.answers


def test_after_a_key_was_rotated_it_opens_and_can_be_erased(code, settings):
    saved.save(code, FULLEST)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the new key of this place", [settings.SECRET_KEY]
    assert saved.open_with(code).answers == FULLEST.answers
    saved.erase(code)
    assert not SavedAnswers.objects.exists()


def test_answers_to_questions_this_server_does_not_have_are_not_opened(code, upgrade):
    upgrade()
    saved.save(code, draft_of({"who": "me", "hours_free": ["weekend"]}))
    upgrade.undo()
    with pytest.raises(UnusableError) as caught:
        saved.open_with(code)
    assert caught.value.loss is Loss.OTHER_VERSION


@pytest.fixture
def steps(monkeypatch):
    """The costly steps, in order, as they are taken."""
    taken = []
    derive, lock = codes.Argon2id, sealing.AESGCM

    class Lock:
        def __init__(self, key):
            self.real = lock(key)

        def decrypt(self, nonce, sealed, bound):
            taken.append(("decrypt", len(nonce), len(sealed)))
            return self.real.decrypt(nonce, sealed, bound)

    monkeypatch.setattr(codes, "Argon2id", lambda **cost: taken.append("derive") or derive(**cost))
    monkeypatch.setattr(sealing, "AESGCM", Lock)
    return taken


def test_wrong_expired_and_erased_codes_take_the_same_steps(request, django_assert_num_queries):
    never, expired, erased, changed = (codes.new() for _ in range(4))
    saved.save(erased, FULLEST)
    saved.erase(erased)
    saved.save(expired, FULLEST, localdate() - timedelta(days=30))
    saved.save(changed, FULLEST)
    SavedAnswers.objects.filter(locator=codes.keys_of(changed)[0].locator).update(
        sealed=os.urandom(len(saved._NOTHING))
    )
    steps = request.getfixturevalue("steps")
    for code in (never, expired, erased, changed):
        steps.clear()
        with django_assert_num_queries(3), pytest.raises(saved.NothingSavedError):
            saved.open_with(code)
        assert steps == ["derive", ("decrypt", 12, saved.PADDED + 16)]


def test_erasing_takes_the_same_steps_whether_anything_was_there(django_assert_num_queries):
    there = codes.new()
    saved.save(there, FULLEST)
    for code in (there, there, codes.new()):
        with django_assert_num_queries(3):
            saved.erase(code)


def test_a_ticket_holds_the_code_out_of_sight_and_only_for_half_an_hour(code):
    made = saved.ticket(code, at=1_000_000)
    assert code.characters not in made
    assert saved.code_of(made, at=1_000_000 + 1800) == code
    assert saved.code_of(made, at=1_000_000 + 1801) is None
    assert saved.code_of(made, at=1_000_000 - 61) is None


@pytest.mark.parametrize("forged", ["", "x", "ñ", "AAAA", "A" * 120, "=" * 40, "\x00"])
def test_a_forged_or_cut_ticket_is_none(forged, code):
    assert saved.code_of(forged) is None
    whole = saved.ticket(code)
    assert saved.code_of(whole[:-4]) is None
    assert saved.code_of(whole[:20] + ("A" if whole[20] != "A" else "B") + whole[21:]) is None


def test_a_draft_without_answers_keeps_its_shape(code):
    saved.save(code, Draft())
    assert saved.open_with(code).empty

"""The answer cookie: small, locked, short-lived, and refused with kindness when it cannot be trusted."""

import base64
import time
from http.cookies import SimpleCookie

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st

from assessment import answers
from assessment.answers import COOKIE, EMPTY, AnswerStore, Draft, Loss, UnusableError, Wishes, seal, unseal
from assessment.domain import load
from assessment.safety import SAFETY
from programs import sealing
from programs.taxonomy import GROUPS

NOW = 1_800_000_000.0


def fullest() -> Draft:
    """Every question answered, with every code that may stand together; every page seen; every wish."""
    given = {}
    for question in load().questions:
        codes = [code for code in question.options if code != "none"]
        given[question.id] = tuple(codes) if question.many else codes[-1]
    wishes = Wishes("99999", (*GROUPS["payment"], *GROUPS["payment_help"]), "lang_vietnamese", "women_only")
    return Draft(given, frozenset(SAFETY), True, wishes)


@st.composite
def drafts(draw):
    given = {}
    for question in load().questions:
        if not draw(st.booleans()):
            continue
        if question.many:
            codes = [code for code in question.options if code != "none"]
            chosen = draw(st.sets(st.sampled_from(codes), min_size=1))
            given[question.id] = tuple(code for code in codes if code in chosen)
        else:
            offered = [*question.options, *(["not_sure"] if question.allows_not_sure else [])]
            given[question.id] = draw(st.sampled_from(offered))
    seen = draw(st.frozensets(st.sampled_from(sorted(SAFETY))))
    return Draft(given, seen, draw(st.booleans()), Wishes(draw(st.from_regex(r"\d{5}", fullmatch=True))))


@given(drafts())
def test_what_is_sealed_comes_back_whole(draft):
    assert unseal(seal(draft, NOW), NOW) == draft


def test_the_fullest_answers_stay_under_four_kilobytes_attributes_included():
    response = HttpResponse()
    store = AnswerStore(RequestFactory().get("/"))
    store.put(fullest())
    store.write(response)
    line = response.cookies[COOKIE].OutputString()
    print(f"fullest cookie: {len(line)} bytes")  # noqa: T201
    assert len(line) < 4096


def test_the_length_of_the_cookie_tells_nothing_about_how_much_was_answered():
    few = Draft({"who": "me"})
    many = Draft(fullest().answers)
    assert len(seal(few, NOW)) == len(seal(many, NOW))


def test_two_seals_of_the_same_answers_differ():
    assert seal(fullest(), NOW) != seal(fullest(), NOW)


def test_no_code_can_be_read_in_the_cookie():
    raw = base64.urlsafe_b64decode(seal(fullest(), NOW))
    for question in load().questions:
        assert question.id.encode() not in raw
        for code in question.options:
            if len(code) > 4:
                assert code.encode() not in raw


@pytest.mark.parametrize("secure", [True, False])
def test_the_cookie_is_for_this_site_only_and_out_of_reach_of_scripts(secure):
    response = HttpResponse()
    store = AnswerStore(RequestFactory().get("/"))
    store.put(Draft({"who": "me"}))
    with override_settings(HTTPS=secure):
        store.write(response)
    cookie = response.cookies[COOKIE]
    assert cookie["httponly"] is True
    assert bool(cookie["secure"]) is secure
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert not cookie["max-age"]
    assert not cookie["expires"]


def loss_of(value: str, at: float = NOW) -> Loss:
    with pytest.raises(UnusableError) as caught:
        unseal(value, at)
    return caught.value.loss


def test_every_flipped_byte_is_noticed():
    sealed = bytearray(base64.urlsafe_b64decode(seal(Draft({"who": "me"}), NOW)))
    for place in range(len(sealed)):
        forged = bytearray(sealed)
        forged[place] ^= 1
        assert loss_of(base64.urlsafe_b64encode(forged).decode()) is Loss.UNREADABLE


def test_every_truncation_is_noticed():
    whole = seal(Draft({"who": "me"}), NOW)
    for length in range(0, len(whole), 7):
        assert loss_of(whole[:length]) is Loss.UNREADABLE


@pytest.mark.parametrize("value", ["", "a", "é", "x" * 5000, "====", "\x00", "A" * 400, "null", "{}"])
def test_nonsense_is_unreadable(value):
    assert loss_of(value) is Loss.UNREADABLE


def test_a_cookie_is_good_for_half_an_hour_and_not_a_second_more():
    sealed = seal(Draft({"who": "me"}), NOW)
    assert unseal(sealed, NOW + answers.IDLE_SECONDS)
    assert loss_of(sealed, NOW + answers.IDLE_SECONDS + 1) is Loss.EXPIRED


def test_a_cookie_from_the_future_is_refused():
    assert loss_of(seal(Draft({"who": "me"}), NOW + 3600), NOW) is Loss.EXPIRED


def test_a_copy_that_is_kept_alive_opens_for_four_hours_and_not_a_second_more():
    sealed, at = seal(Draft({"who": "me"}), NOW), NOW
    while at + 1500 <= NOW + answers.LIFE_SECONDS:
        at += 1500
        sealed = seal(unseal(sealed, at), at)
    assert unseal(sealed, NOW + answers.LIFE_SECONDS).answers == {"who": "me"}
    assert loss_of(sealed, NOW + answers.LIFE_SECONDS + 1) is Loss.EXPIRED


def test_who_forgets_and_starts_over_has_four_hours_again():
    clock = iter([NOW, NOW]).__next__
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = seal(Draft({"who": "me"}, begun=int(NOW) - answers.LIFE_SECONDS + 5), NOW)
    store = AnswerStore(request, clock)
    store.forget()
    store.put(Draft({"who": "me"}))
    response = HttpResponse()
    store.write(response)
    assert unseal(response.cookies[COOKIE].value, NOW + 1000).begun == NOW


def test_a_version_this_server_does_not_have_is_refused():
    body = answers.pack(Draft({"who": "me"}), load(), NOW).decode()
    assert loss_of(sealed_body(body.replace(load().version, "iop-2099.1"))) is Loss.OTHER_VERSION
    assert loss_of(sealed_body(body.replace(f'"{load().version}"', "7"))) is Loss.OTHER_VERSION


def sealed_body(body: str) -> str:
    key = sealing.derived(settings.SECRET_KEY, answers._PURPOSE)
    return base64.urlsafe_b64encode(sealing.lock(key, body.encode(), answers._PURPOSE)).decode()


@pytest.mark.parametrize(
    "rest",
    [
        "",
        f",{int(NOW)},[],[],0,[]",
        f",{int(NOW)},[[]],[],0,[]",
        f',{int(NOW)},[9e9],[],0,["",[],"",""]',
        ",1,2,3,4",
        f',{int(NOW)},["a"],[],0,["",[],"",""]',
        f',"x",{[0] * len(load().questions)},[],0,["",[],"",""]',
        f',null,{[0] * len(load().questions)},[],0,["",[],"",""]',
    ],
)
def test_even_our_own_seal_around_a_malformed_body_is_unreadable(rest):
    assert loss_of(sealed_body(f'[2,"{load().version}",{int(NOW)}{rest}]')) is Loss.UNREADABLE


@pytest.mark.parametrize(
    "body", ["nonsense", "{}", "3", "[]", "[1]", "\udc80".encode("utf-8", "replace").decode()]
)
def test_a_body_that_is_no_draft_is_refused(body):
    assert loss_of(sealed_body(body)) in set(Loss)


def test_a_key_that_was_replaced_still_opens_and_the_next_visit_uses_the_new_one():
    with override_settings(SECRET_KEY="the old key"):
        sealed = seal(Draft({"who": "me"}), NOW)
    assert loss_of(sealed) is Loss.UNREADABLE
    with override_settings(SECRET_KEY="the new key", SECRET_KEY_FALLBACKS=["the old key"]):
        draft = unseal(sealed, NOW)
        renewed = seal(draft, NOW)
    with override_settings(SECRET_KEY="the new key", SECRET_KEY_FALLBACKS=[]):
        assert unseal(renewed, NOW) == draft


def test_the_key_serves_this_purpose_alone():
    key = sealing.derived(settings.SECRET_KEY, answers._PURPOSE)
    draft = base64.urlsafe_b64decode(seal(Draft({"who": "me"}), NOW))
    assert sealing.unlock(key, draft, answers._PURPOSE)
    for other in (
        settings.SECRET_KEY.encode()[:32],
        sealing.derived(settings.SECRET_KEY, b"another purpose"),
    ):
        with pytest.raises(sealing.BrokenSealError):
            sealing.unlock(other, draft, answers._PURPOSE)


def test_every_visit_starts_the_half_hour_anew():
    client = Client()
    client.cookies = SimpleCookie({COOKIE: seal(Draft({"who": "me"}), time.time() - 20 * 60)})
    client.get("/assessment/")
    renewed = client.cookies[COOKIE].value
    assert unseal(renewed, time.time() + 25 * 60).answers == {"who": "me"}


def test_an_unread_request_gets_no_cookie():
    response = Client().get("/assessment/")
    assert COOKIE not in response.cookies


def test_forget_deletes_the_cookie_by_the_name_and_path_it_was_set_with():
    response = HttpResponse()
    answers.forget(response)
    cookie = response.cookies[COOKIE]
    assert (cookie.value, cookie["max-age"], cookie["path"]) == ("", 0, "/")


def test_an_empty_draft_is_not_kept():
    assert EMPTY.empty
    assert not Draft({"who": "me"}).empty

"""What somebody who watches the line, or who plays with addresses, learns of the answers: nothing."""

import gzip
import io
import json
import zlib
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from pypdf import PdfReader

from assessment.forms import GoOnForm
from assessment.safety import SAFETY
from programs.discreet import PACKED_PIECE, PIECE, packed, with_comment
from tests.assessment.walking import CALM, Walker

pytestmark = pytest.mark.django_db

OTHER = {**CALM, "who": "someone_else", "danger_now": ["violence_at_home"], "substances": ["opioids"]}
PAGES = (
    "",
    "step-1/",
    "step-2/",
    "change-3/",
    "pause/",
    "check/",
    "result/",
    "print/",
    "save/",
    "come-back/",
)


def walker_with(answers) -> Walker:
    walker = Walker()
    walker.remember(answers)
    return walker


@pytest.mark.parametrize("answers", [{}, CALM, OTHER], ids=["none", "calm", "other"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_made_from_answers_has_a_length_in_whole_pieces(address, answers):
    response = (walker_with(answers) if answers else Walker()).get(f"/assessment/{address}")
    if response.status_code == 200:
        assert len(response.content) % PIECE == 0
        assert response.content.rstrip().endswith(b"</html>")
    else:
        assert len(response.content) + len(response["Location"]) + len(response["X-Padding"]) == 96


@pytest.mark.parametrize("prefix", ["", "/es"])
@pytest.mark.parametrize("answers", [{}, CALM, OTHER], ids=["none", "calm", "other"])
def test_compressed_they_all_have_one_length(prefix, answers):
    walker = walker_with(answers) if answers else Walker()
    found = {}
    for address in (*PAGES, "programs/", "summary.json"):
        response = walker.client.get(
            f"{prefix}/assessment/{address}", headers={"accept-encoding": "br, gzip"}
        )
        if response.status_code == 200:
            found[address] = response
    assert {len(response.content) for response in found.values()} == {PACKED_PIECE}
    assert {page["Content-Encoding"] for page in found.values()} == {"gzip"}
    assert all("Accept-Encoding" in page["Vary"] for page in found.values())
    assert all(gzip.decompress(page.content).endswith((b"</html>\n", b"}")) for page in found.values())


@pytest.mark.parametrize("length", [0, 1, 50, 8_000, 8_170, 8_175, 8_180, 8_192, 20_000])
def test_a_page_is_compressed_to_whole_pieces_and_comes_out_as_it_was(length):
    content = b"".join(bytes([byte * 37 % 251 ^ byte >> 5 & 255]) for byte in range(length))
    done = packed(content)
    assert len(done) % PACKED_PIECE == 0
    assert gzip.decompress(done) == content
    # The way browsers read it: as a stream, piece by piece.
    stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert b"".join(stream.decompress(done[at : at + 100]) for at in range(0, len(done), 100)) == content
    assert stream.eof


def test_a_page_repeats_nothing_that_stood_behind_its_address():
    """Who can put words into a compressed page and see its length could find out what else it says."""
    walker = walker_with(CALM)
    for address in PAGES:
        response = walker.client.get(f"/assessment/{address}?intensive-outpatient=xyzzy")
        assert b"xyzzy" not in response.content
        assert "xyzzy" not in response.get("Location", "")


@pytest.mark.parametrize("prefix", ["", "/es"])
@pytest.mark.parametrize("answers", [CALM, OTHER], ids=["calm", "other"])
def test_a_pdf_has_a_length_in_whole_pieces_and_stays_a_pdf(prefix, answers):
    walker = walker_with(answers)
    while walker.get("/assessment/pause/").status_code == 200 and "/pause/" in walker.go_on():
        pass
    content = walker.get(f"{prefix}/assessment/summary.pdf").content
    assert len(content) % PIECE == 0
    read = PdfReader(io.BytesIO(content), strict=True)
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "Why we say this" in read.pages[0].extract_text() or prefix
    assert content.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize("missing", [0, 1, 2, 3, 500])
def test_a_pdf_is_filled_up_by_a_comment_of_any_length(missing):
    pdf = b"%PDF-1.7\n1 0 obj\nendobj\nxref\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
    filled = with_comment(pdf, missing)
    assert (len(filled) - len(pdf) - missing) % PIECE == 0
    assert filled.endswith(b"\nstartxref\n9\n%%EOF\n")
    added = filled.replace(pdf[: pdf.index(b"\nstartxref")], b"", 1).split(b"\nstartxref")[0]
    assert added.strip(b".") in {b"", b"\n%"}


def test_the_fhir_file_has_a_length_in_whole_pieces_and_stays_json():
    content = walker_with(CALM).get("/assessment/summary.json").content
    assert len(content) % PIECE == 0
    assert json.loads(content)["resourceType"] == "QuestionnaireResponse"


def test_going_on_from_a_safety_page_is_as_long_for_every_cause():
    lengths = set()
    for cause in (
        {"danger_now": ["violence_at_home"]},
        {"danger_now": ["overdose_or_collapse"]},
        {"pregnant": "yes"},
    ):
        page = walker_with({**CALM, **cause}).get("/assessment/pause/")
        lengths.add(len(urlencode({"shown": page.context["form"].initial["shown"]})))
    everything = " ".join(SAFETY)
    lengths.add(len(urlencode({"shown": GoOnForm.filled(everything)})))
    assert len(lengths) == 1


def test_lost_answers_and_refused_forms_have_whole_lengths_too():
    walker = Walker(Client(enforce_csrf_checks=True))
    refused = walker.post("/assessment/step-1/send/", {"who": "me"})
    assert (refused.status_code, len(refused.content) % PIECE) == (403, 0)
    walker.client.cookies[settings.ANSWER_COOKIE_NAME] = "forged"
    assert len(walker.get("/assessment/step-1/").content) % PIECE == 0


def test_the_reply_to_the_script_is_as_long_for_danger_as_for_none():
    found = set()
    for danger in ("none", "violence_at_home", "overdose_or_collapse"):
        walker = walker_with({name: CALM[name] for name in ("who", "age", "focus")})
        number = next(n for n in range(1, 9) if b'name="danger_now"' in walker.get(walker.step(n)).content)
        reply = walker.client.post(
            f"{walker.step(number)}send/", {"danger_now": danger}, headers={"accept": "application/json"}
        )
        found.add((reply.json()["next"].endswith("/pause/"), len(reply.content)))
    assert found == {(True, PIECE), (False, PIECE)}


@pytest.mark.parametrize("address", ["step-0/", "change-0/", "step-0/send/", "change-0/send/"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("answers", [{}, CALM], ids=["none", "calm"])
def test_a_screen_that_is_none_leads_on(address, method, answers):
    client = (walker_with(answers) if answers else Walker()).client
    response = getattr(client, method)(f"/assessment/{address}", follow=True)
    assert response.status_code == 200
    assert "-0/" not in response.redirect_chain[-1][0]


def test_forgetting_takes_the_form_cookie_along():
    walker = walker_with(CALM)
    walker.get("/assessment/check/")
    assert not walker.client.cookies[settings.CSRF_COOKIE_NAME]["max-age"]
    response = walker.client.post("/assessment/forget/")
    for name in (settings.ANSWER_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert (response.cookies[name].value, response.cookies[name]["max-age"]) == ("", 0)

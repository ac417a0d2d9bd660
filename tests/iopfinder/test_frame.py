"""The frame of every page: no cookie, small Vary, strict headers, the two languages."""

import re

import pytest

PUBLIC = ["/", "/crisis/", "/privacy/", "/about/", "/families/"]


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("language", ["", "/es"])
def test_a_page_sets_no_cookie_varies_on_nothing_and_asks_no_database(client, path, language):
    # No database mark on this test: a query would fail it.
    response = client.get(language + path)
    assert response.status_code == 200
    assert not response.cookies
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["Content-Language"] == (language.strip("/") or "en")


def test_every_answer_has_the_safety_headers(client):
    headers = client.get("/").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert {
        policy[name] for name in ("script-src", "style-src", "img-src", "connect-src", "form-action")
    } == {"'self'"}
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_the_language_switch_keeps_the_path_and_the_query(client):
    page = client.get("/families/?zip=85004&within=25").content.decode()
    assert 'href="/es/families/?zip=85004&amp;within=25" lang="es"' in page
    back = client.get("/es/families/?zip=85004").content.decode()
    assert 'href="/families/?zip=85004" lang="en"' in back


def test_the_other_language_of_a_page_that_is_not_there_is_its_front_page(client):
    page = client.get("/no-such-page/?q=1").content.decode()
    assert 'href="/es/" lang="es"' in page


def test_a_browser_that_prefers_spanish_still_gets_the_language_of_the_address(client):
    assert b'<html lang="en">' in client.get("/", headers={"accept-language": "es"}).content
    assert b'<html lang="es">' in client.get("/es/", headers={"accept-language": "en"}).content


def test_the_canonical_address_leaves_the_query_out(client):
    page = client.get("/privacy/?from=somewhere").content.decode()
    assert '<link rel="canonical" href="http://testserver/privacy/">' in page


def test_the_section_a_page_belongs_to_is_marked_in_the_menu_alone(client):
    page = client.get("/families/").content.decode()
    header, footer = page.split("</header>")[0], page.split("<footer")[1]
    assert header.count('aria-current="page"') == 2  # the wide and the short menu
    assert "aria-current" not in footer
    assert "aria-current" not in client.get("/").content.decode()


def test_quick_exit_comes_before_anything_else_that_takes_the_focus(client):
    body = client.get("/").content.decode().split("<body>")[1]
    first, second = re.findall(r"<(?:a|button|input|summary|select)\b[^>]*>", body)[:2]
    assert 'class="exit"' in first
    assert 'class="skip"' in second


def test_robots_are_kept_from_the_assessment_and_the_admin(client):
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"].startswith("text/plain")
    for path in ("/assessment/", "/es/assessment/", "/admin/"):
        assert f"Disallow: {path}\n" in response.content.decode()


def test_public_pages_are_compressed_and_pages_made_of_answers_are_not(client):
    asked = {"accept-encoding": "gzip"}
    public = client.get("/", headers=asked)
    assert public.headers["Content-Encoding"] == "gzip"
    assert len(public.content) < 4000
    private = client.get("/left/", headers=asked)
    assert "no-store" in private.headers["Cache-Control"]
    assert "Content-Encoding" not in private.headers


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["", "/es"])
def test_every_link_and_form_of_the_frame_leads_somewhere(client, language):
    page = client.get(f"{language}/").content.decode()
    targets = set(re.findall(r'(?:href|action)="(/[^"#?]*)"', page))
    assert len(targets) >= 9
    for target in targets:
        found = client.get(target, follow=True) if not target.startswith("/static/") else None
        assert found is None or found.status_code in {200, 405}, target

"""The desk wears the site's colors and breaks none of its rules."""

import re

import pytest
from django.conf import settings
from django.test import Client

STYLES = settings.BASE_DIR / "static" / "css"
TOKEN = re.compile(r"(--[a-z0-9-]+):\s*([^;]+);")


def tokens(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """The first block of tokens for light, and the first for dark."""
    light = text[text.index(":root {") : text.index("}")]
    dark = text[text.index("prefers-color-scheme: dark") :]
    return dict(TOKEN.findall(light)), dict(TOKEN.findall(dark[: dark.index("}")]))


def test_every_token_is_the_one_of_the_site() -> None:
    desk, site = (tokens((STYLES / name).read_text()) for name in ("admin-theme.css", "theme.css"))
    for ours, theirs in zip(desk, site, strict=True):
        assert ours
        assert {name: theirs.get(name) for name in ours} == ours


def test_colors_are_named_among_the_tokens_only() -> None:
    text = (STYLES / "admin-theme.css").read_text()
    assert not re.search(r"#[0-9a-f]{3,8}\b(?=[;\s])", text[text.index("/* 2 --") :])


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/admin/login/", "/admin/", "/admin/programs/center/add/"])
def test_a_page_has_our_styles_and_nothing_inline(desk: Client, page: str) -> None:
    client = Client() if "login" in page else desk
    response = client.get(page)
    text = response.content.decode()
    assert "css/admin-theme.css" in text
    assert "IOPFinder: Directory desk" in text
    assert "theme.js" not in text
    assert not re.search(r"<script(?![^>]* src=)(?![^>]*application/json)|<style|\sstyle=|\son[a-z]+=", text)
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]

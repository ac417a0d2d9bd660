"""What `{% cache %}` keeps of a page is the same for everybody who reads that page in one language."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import caches
from django.template import RequestContext
from django.template.loader import get_template
from django.templatetags.cache import CacheNode
from django.test import Client, RequestFactory
from django.test.utils import override_script_prefix
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
KEEPING = sorted(
    str(path.relative_to(ROOT / "templates"))
    for path in (ROOT / "templates").rglob("*.html")
    if "{% cache " in path.read_text(encoding="utf-8")
)
OF_THE_SITE = {"site_name", "site_logo", "site_footer", "site_papers", "quick_exit_url", "crisis"}
"""What `iopfinder.context.site` says in every request alike."""


class Noting(RequestContext):
    """Notes which names a part of a page reads from outside of itself."""

    def __getitem__(self, key: str) -> object:
        own = self.dicts[self.outside :] if hasattr(self, "outside") else []
        if hasattr(self, "read") and not any(key in each for each in own):
            self.read.add(key)
        return super().__getitem__(key)


def kept_in(nodes: object) -> Iterator[CacheNode]:
    for node in nodes or ():  # type: ignore[attr-defined]
        if isinstance(node, CacheNode):
            yield node
        for name in (*getattr(node, "child_nodelists", ()), "nodelist_loop", "nodelist_true"):
            yield from kept_in(getattr(node, name, None))
        for _, branch in getattr(node, "conditions_nodelists", ()):
            yield from kept_in(branch)


def every_part() -> list[tuple[str, CacheNode]]:
    found = {}
    for name in KEEPING:
        for node in kept_in(get_template(name).template.nodelist):  # type: ignore[attr-defined]
            found[name, node.token.lineno, node.fragment_name] = (name, node)
    return list(found.values())


def rendered(name: str, node: CacheNode, language: str) -> tuple[str, set[str]]:
    """The part in a language, and the names it read from outside."""
    template = get_template(name).template  # type: ignore[attr-defined]
    context = Noting(RequestFactory().get("/"), {})
    with translation.override(language), context.bind_template(template):
        context.outside, context.read = len(context.dicts), set()  # type: ignore[attr-defined]
        text = node.nodelist.render(context)
    return text, context.read  # type: ignore[attr-defined]


def test_every_kept_part_is_known_here() -> None:
    written = sum(
        (ROOT / "templates" / name).read_text(encoding="utf-8").count("{% cache ") for name in KEEPING
    )
    assert len(every_part()) == written > 8


@pytest.mark.parametrize(("name", "node"), every_part(), ids=lambda one: getattr(one, "fragment_name", None))
def test_it_reads_nothing_of_a_request(name: str, node: CacheNode) -> None:
    """No answer, no cookie, no token of a form can stay where the next visitor finds it."""
    told_apart = {str(one.var) for one in node.vary_on} | {"None"}
    text, read = rendered(name, node, "en")
    assert read <= OF_THE_SITE | told_apart, f"{name} keeps what it read of {read - OF_THE_SITE - told_apart}"
    assert "csrfmiddlewaretoken" not in text
    assert str(node.expire_time_var) == "None"


@pytest.mark.parametrize(("name", "node"), every_part(), ids=lambda one: getattr(one, "fragment_name", None))
def test_it_is_kept_for_each_language_where_it_differs(name: str, node: CacheNode) -> None:
    english, spanish = (rendered(name, node, language)[0] for language in ("en", "es"))
    assert (english == spanish) or "LANGUAGE_CODE" in {str(one.var) for one in node.vary_on}


@pytest.mark.django_db
def test_a_page_is_the_same_whoever_came_before(client: Client) -> None:
    """In both languages, in each room of the site, whatever was kept of other pages first."""
    pages = ["/", "/es/", "/programs/", "/es/programs/", "/guide/", "/families/", "/es/families/", "/about/"]

    def first_to_come(page: str) -> bytes:
        caches["template_fragments"].clear()
        return client.get(page).content

    alone = {page: first_to_come(page) for page in pages}
    caches["template_fragments"].clear()
    for _ in range(2):
        for page in pages:
            assert client.get(page).content == alone[page]
    assert len(set(alone.values())) == len(pages)


def below(client: Client, page: str) -> str:
    """A page where the site is mounted at /below/."""
    with override_script_prefix("/below/"):
        return client.get(page, SCRIPT_NAME="/below").content.decode()


@pytest.mark.django_db
def test_nothing_leads_out_of_where_the_site_is_mounted(client: Client) -> None:
    """Whoever came first: links are kept for each place at which the site stands."""
    for _ in range(2):
        there, here = below(client, "/programs/"), client.get("/programs/").content.decode()
        links = set(re.findall(r'(?:href|action|data-[a-z]+)="(/[^"]*)"', there))
        assert links > {"/below/", "/below/guide/", "/below/programs/places/", "/below/leave/"}
        assert not [link for link in links if not link.startswith(("/below/", "/static/"))]
        assert "/below/" not in here


@pytest.mark.django_db
def test_the_other_language_is_below_it_too(client: Client) -> None:
    searched = below(client, "/programs/?place=85004&level=iop")
    assert 'href="/below/es/programs/?place=85004&amp;level=iop" lang="es"' in searched
    assert 'hreflang="es" href="http://testserver/below/es/programs/"' in below(client, "/programs/")
    assert 'href="/below/es/" lang="es"' in below(client, "/no-such-page/")

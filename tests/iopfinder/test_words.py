"""The words of the pages: plain, person first, calm."""

import re
from html.parser import HTMLParser

import pytest

PAGES = ["/", "/crisis/", "/privacy/", "/about/", "/families/", "/no-such-page/"]
BLOCKS = {"p", "li", "h1", "h2", "h3", "dt", "dd", "strong", "button", "section", "div", "summary"}
# Names nobody can put more plainly: of levels, medicines, agencies, papers.
NAMES = re.compile(
    r"\b(intensive outpatient|outpatient|residential|naloxone|Narcan|SAMHSA|GeoNames|Al-Anon|Nar-Anon|"
    r"SMART Recovery Family|National Director(y|ies)|Administration|Toolkit|opioids?|sedatives?)\b",
    re.IGNORECASE,
)


class Sentences(HTMLParser):
    """The text of <main>, each block an utterance of its own; link lists and sources are no prose."""

    def __init__(self):
        super().__init__()
        self.inside, self.skipping, self.blocks = False, 0, [""]

    def handle_starttag(self, tag, attrs):
        classes = dict(attrs).get("class") or ""
        self.inside |= tag == "main"
        if self.skipping or "sources" in classes or "helplines" in classes or tag == "nav":
            self.skipping += tag not in {"br", "img", "input", "path"}
        if tag in BLOCKS:
            self.blocks.append("")

    def handle_endtag(self, tag):
        self.skipping -= bool(self.skipping) and tag != "path"
        self.inside &= tag != "main"
        if tag in BLOCKS:
            self.blocks.append("")

    def handle_data(self, data):
        if self.inside and not self.skipping:
            self.blocks[-1] += data


def sentences(html):
    parser = Sentences()
    parser.feed(html)
    for block in parser.blocks:
        for part in re.split(r"(?<=[.?])\s+", " ".join(block.split())):
            if len(part.split()) >= 5:  # a heading or a label is no sentence
                yield part


def syllables(word):
    word = re.sub(r"(?<=[^aeiouy])e(s|d)?$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def grade(parts):
    """Flesch-Kincaid grade level of these sentences, names counted as two syllables."""
    plain = [NAMES.sub("program", part) for part in parts]
    words = [word for part in plain for word in re.findall(r"[A-Za-z’']+", part)]
    return 0.39 * len(words) / len(plain) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_the_measure_tells_hard_from_plain():
    assert grade(["You answer plain questions.", "Then you see who to call."]) < 4
    hard = (
        "Comprehensive multidimensional assessments facilitate individualized intervention recommendations."
    )
    assert grade([hard]) > 20


@pytest.mark.parametrize("path", PAGES)
def test_a_page_reads_at_grade_eight_or_below(client, path):
    parts = list(sentences(client.get(path).content.decode()))
    assert len(parts) >= 2
    assert grade(parts) <= 8, sorted(parts, key=lambda part: -grade([part]))[:5]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_speaks_of_people_first_and_does_not_shout(client, path):
    text = " ".join(sentences(client.get(path).content.decode()))
    assert "!" not in text
    for word in ("addict", "abuse", "clean", "dirty", "alcoholic", "relapse", "programme", "centre"):
        assert not re.search(rf"\b{word}", text, re.IGNORECASE), word

"""Scripts are sent small, and stay what they are: journeys run them as they are sent."""

import os
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.files.storage import FileSystemStorage

from iopfinder.scripts import OwnFilesFinder, small

SOURCES = sorted((Path(__file__).parents[2] / "static" / "js").glob("*.js"))


def test_a_script_loses_its_comments_and_indents_and_nothing_else():
    written = """// Why it is so.
const kinds = ["//", "/*"]; /* two */
export function told(name) {
  // Nobody reads this.
  return `  ${name}  // kept`.replace(/\\/\\//g, "") ?? kinds[0]?.length;
}
"""
    sent = small(written)
    assert "Why" not in sent
    assert "Nobody" not in sent
    assert "two" not in sent
    assert '["//","/*"]' in sent
    assert '`  ${name}  // kept`.replace(/\\/\\//g,"")' in sent


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_what_pages_ask_for_is_the_small_one(source):
    found = Path(finders.find(f"js/{source.name}"))
    assert found != source
    sent = found.read_text(encoding="utf-8")
    assert sent == small(source.read_text(encoding="utf-8"))
    assert len(sent) < source.stat().st_size


def test_every_file_is_listed_once_and_scripts_as_they_are_sent():
    listed = [(path, Path(storage.path(path))) for path, storage in OwnFilesFinder().list([])]
    assert len({path for path, _ in listed}) == len(listed)
    scripts = {path: where for path, where in listed if path.startswith("js/")}
    assert scripts.keys() == {f"js/{source.name}" for source in SOURCES}
    for path, where in scripts.items():
        assert where == Path(finders.find(path))
    assert any(path == "css/theme.css" and "build" not in where.parts for path, where in listed)


def test_a_script_that_changes_is_sent_anew(settings, tmp_path):
    source = tmp_path / "ours" / "js" / "one.js"
    source.parent.mkdir(parents=True)
    source.write_text("const a = 1; // one")
    settings.STATICFILES_DIRS, settings.BUILT_STATIC = [tmp_path / "ours"], tmp_path / "built"
    finder = OwnFilesFinder()
    sent = Path(finder.find("js/one.js"))
    assert sent.read_text() == "const a=1;"
    source.write_text("const a = 2; // two")
    os.utime(source, (source.stat().st_atime, source.stat().st_mtime + 60))
    assert Path(finder.find("js/one.js")).read_text() == "const a=2;"
    assert finders.find("js/none.js") is None
    assert finders.find("js/none.js", find_all=True) == []
    ((path, storage),) = list(finder.list([]))
    assert isinstance(storage, FileSystemStorage)
    assert Path(storage.path(path)) == sent

"""The bill of materials holds what an installation gets, all of it, in the published form."""

import json
import re
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).resolve().parent.parent
LOCK = (ROOT / "requirements" / "base.txt").read_text()


@pytest.fixture(scope="module")
def sbom() -> ModuleType:
    spec = spec_from_loader("sbom", SourceFileLoader("sbom", str(ROOT / "bin" / "sbom")))
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def text(sbom: ModuleType) -> str:
    return str(sbom.written(LOCK))


def test_it_holds_every_package_version_and_file_of_the_lock(text: str) -> None:
    wanted = {}
    for block in re.split(r"\n(?=[a-z])", LOCK):
        name, version = re.match(r"([a-z0-9-]+)==([^\s;]+)", block).groups()
        wanted[name, version] = set(re.findall(r"sha256:([0-9a-f]{64})", block))
    assert len(wanted) > 20
    found = {
        (one["name"], one["version"]): {file["hashes"][0]["content"] for file in one["externalReferences"]}
        for one in json.loads(text)["components"]
    }
    assert found == wanted


def test_every_package_that_is_installed_says_its_license(text: str) -> None:
    for one in json.loads(text)["components"]:
        assert one.get("licenses") or one.get("scope") == "optional", one["name"]


def test_it_knows_who_needs_whom(text: str) -> None:
    needs = {one["ref"]: set(one.get("dependsOn", ())) for one in json.loads(text)["dependencies"]}
    names = {ref: {other.split("@")[0] for other in others} for ref, others in needs.items()}
    [django] = [others for ref, others in names.items() if ref.startswith("pkg:pypi/django@")]
    assert {"pkg:pypi/asgiref", "pkg:pypi/sqlparse"} <= django
    assert len(needs["iopfinder"]) == len(json.loads(text)["components"])


def test_it_holds_to_the_published_schema(text: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    broken = text.replace('"type": "library"', '"type": "books"', 1)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(broken) is not None


def test_it_is_the_same_bytes_again_and_names_no_machine(sbom: ModuleType, text: str) -> None:
    assert sbom.written(LOCK) == text
    assert set(re.findall(r"https?://[^/\"]+", text)) == {"http://cyclonedx.org"}
    assert str(ROOT) not in text


@pytest.mark.parametrize("line", ["django>=5", "django==5.2.1", "django~=5.2 --hash=sha256:" + "0" * 64])
def test_a_lock_that_pins_nothing_is_refused(sbom: ModuleType, line: str) -> None:
    with pytest.raises(ValueError, match="Not pinned"):
        list(sbom.locked(line))


# -- Secrets -------------------------------------------------------------------------------------
def test_no_lock_names_a_registry() -> None:
    for name in ("base", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert "://" not in text
        assert "--index-url" not in text

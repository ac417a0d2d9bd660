"""What is not published shows nowhere; what closed or became another center keeps its address."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from programs import listings
from programs.merged import successor, survivor
from programs.models import Center, Program
from tests.programs import factories

pytestmark = pytest.mark.django_db
NAME = "Hidden Heron"


@pytest.fixture(autouse=True)
def places() -> None:
    factories.ZipCodeFactory()


def body(client: Client, address: str) -> str:
    response = client.get(address, follow=True)
    content = b"".join(response) if response.streaming else response.content
    return content.decode(errors="replace")


def path_of(center: Center) -> str:
    """Its path in English, whatever language the last request left behind."""
    with override("en"):
        return center.get_absolute_url()


def doors(center: Center) -> list[str]:
    """Every public address under which a center could be seen."""
    own, short = path_of(center), center.short_id
    program = center.programs.get()
    return [
        *(f"{prefix}{path}" for prefix in ("", "/es") for path in (own, f"{own}map/")),
        "/programs/?place=85004&radius=50",
        "/programs/map/?place=85004&radius=50",
        f"/programs/compare/?center={short}",
        f"/programs/call/?center={short}",
        f"/sitemap-centers-{center.state.lower()}-1.xml",
        *(f"/api/hsds{path}" for path in ("/services", "/services?full=true")),
        f"/api/hsds/services/{program.public_id}",
        f"/api/hsds/organizations/{center.organization.public_id}?full_service=true",
        f"/api/hsds/services?search={NAME.split()[0]}",
        f"{reverse('programs_api:search')}?place=85004",
        reverse("programs_api:bulk_csv"),
        reverse("programs_api:bulk_geojson"),
    ]


@pytest.mark.parametrize("status", ["draft", "review"])
def test_nobody_outside_sees_a_center_that_is_not_published(client: Client, status: str) -> None:
    center = factories.center(name=NAME, slug="hidden-heron", status=status)
    for address in doors(center):
        assert not is_seen(center, body(client, address), asked=address), address
    assert client.get(path_of(center)).status_code == 404
    assert client.get(f"/es{path_of(center)}").status_code == 404


def test_the_doors_are_the_right_ones_a_published_center_is_seen_through_them(client: Client) -> None:
    center = factories.center(name=NAME, slug="hidden-heron")
    unseen = {address for address in doors(center) if not is_seen(center, body(client, address))}
    assert unseen == set()


def is_seen(center: Center, text: str, *, asked: str = "") -> bool:
    """Whether a page shows the center. That it names the address it was asked for shows nothing."""
    shown = text.replace(asked.removeprefix("/es"), "")
    return any(sign in shown for sign in (NAME, center.slug, str(center.public_id)))


# -- Closed -----------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_a_closed_center_tells_what_it_was_since_when_and_where_else(client: Client, prefix: str) -> None:
    beside = factories.center(["php"], name="Still Open")
    factories.center(["detox"], name="Other Level")
    gone = factories.center(
        ["php"], name="Long Gone", name_detail="Day House", status="closed", closed_on=date(2026, 3, 4)
    )
    response = client.get(f"{prefix}{path_of(gone)}")
    text = response.content.decode()
    assert response.status_code == 410
    assert "Long Gone" in text
    assert "Phoenix, AZ" in text
    assert ("March 4, 2026" if not prefix else "4 de marzo de 2026") in text
    assert f"{prefix}{path_of(beside)}" in text
    assert "Other Level" not in text
    assert "application/ld+json" not in text
    assert 'content="noindex"' in text


def test_a_closed_center_with_nothing_near_names_the_helpline(client: Client) -> None:
    gone = factories.center(["php"], name="Long Gone", status="closed")
    text = client.get(path_of(gone)).content.decode()
    assert "Since when, nobody has told us." in text
    assert "1-800-662-4357" in text


# -- Merged -----------------------------------------------------------------------------------


def merge(center: Center, into: Center) -> None:
    Center.objects.filter(pk=center.pk).update(status="merged", merged_into=into)
    listings.rebuild([center.pk, into.pk])
    center.refresh_from_db()


@pytest.mark.parametrize("prefix", ["", "/es"])
@pytest.mark.parametrize("page", ["", "map/"])
def test_the_address_of_a_merged_center_leads_to_what_it_became(
    client: Client, prefix: str, page: str
) -> None:
    kept, gone = factories.center(name="Kept"), factories.center(name="Gone", slug="gone")
    merge(gone, kept)
    for slug in ("gone", "an-older-name"):
        old = f"{prefix}/programs/centers/{slug}-{gone.short_id}/{page}"
        response = client.get(f"{old}?place=85004")
        assert response.status_code == 301
        assert response.headers["Location"] == f"{prefix}{path_of(kept)}{page}?place=85004"


def test_merges_of_merges_are_followed_and_a_ring_of_them_ends(client: Client) -> None:
    first, second, third = (factories.center() for _ in range(3))
    merge(second, third)
    merge(first, second)
    assert survivor(first) == third
    merge(third, first)
    assert survivor(first) is None
    assert client.get(path_of(first)).status_code == 404


@pytest.mark.parametrize(("status", "code"), [("draft", 404), ("review", 404), ("closed", 301)])
def test_what_a_merged_center_became_shows_only_as_far_as_it_is_public(
    client: Client, status: str, code: int
) -> None:
    kept, gone = factories.center(status=status), factories.center()
    merge(gone, kept)
    response = client.get(path_of(gone))
    assert response.status_code == code
    if code == 301:
        assert client.get(response.headers["Location"]).status_code == 410


def test_a_comparison_that_names_a_merged_center_shows_the_other_once(client: Client) -> None:
    kept, gone = factories.center(name="Kept"), factories.center(name="Gone")
    merge(gone, kept)
    text = client.get(f"/programs/compare/?center={gone.short_id}&center={kept.short_id}").content.decode()
    assert "Kept" in text
    assert "Gone" not in text
    assert f"-{gone.short_id}/" not in text


def test_the_service_of_a_merged_center_leads_to_the_same_service_of_the_other(client: Client) -> None:
    kept, gone = factories.center(["iop", "php"]), factories.center(["iop", "detox"])
    Program.objects.create(center=kept, level="iop", track="Evenings")
    merge(gone, kept)
    iop, detox = gone.programs.get(level="iop"), gone.programs.get(level="detox")
    there = kept.programs.get(level="iop", track="")
    response = client.get(f"/api/hsds/services/{iop.public_id}")
    assert response.status_code == 301
    assert response.headers["Location"].endswith(f"/services/{there.public_id}")
    assert client.get(response.headers["Location"]).json()["id"] == str(there.public_id)
    # Where the other has no such service, it says that it is over.
    answer = client.get(f"/api/hsds/services/{detox.public_id}")
    assert (answer.status_code, answer.json()["status"]) == (200, "defunct")
    assert successor(there) is None


def test_the_pair_of_a_service_and_its_merged_place_leads_on_as_well(client: Client) -> None:
    kept, gone = factories.center(), factories.center()
    merge(gone, kept)
    listed = client.get("/api/hsds/service_at_locations").json()["contents"]
    [old] = [
        one["id"]
        for one in listed
        if one["location_id" if "location_id" in one else "id"] == str(gone.public_id)
    ]
    response = client.get(f"/api/hsds/service_at_locations/{old}")
    assert response.status_code == 301
    assert client.get(response.headers["Location"]).status_code == 200

#!/usr/bin/env python
"""The pictures of docs/coordinators.md: a morning at the desk. Run by `bin/pictures desk`.

Whoever imports this has set Django up on the scratch database that the running site uses. People, numbers and
addresses are invented.
"""

import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page

from programs import codes, listings
from programs.confirming import links
from programs.duplicates.finding import search_all
from programs.history import because
from programs.models import Center, Program, Report
from programs.visitors import sending
from programs.visitors.contents import Wanted
from tests.journeys.staff import sign_in
from tests.programs.accounts import account
from tests.programs.importing.workbooks import facility, workbook

Take = Callable[[Page, str], None]
DESK, PHONE = 1280, 390
STATES = ("AZ", "GA")
CALLED, EDITED, TWICE = "Velvet Peach Midtown", "Eastmere Downtown", "Glass Cactus"
WANTED = Wanted("me", "Jordan", "phone", "602-555-0187", "discreet", "Weekdays after five", "", "en")
STAFF = (
    ("ana", "Ana", "Fields", "coordinator"),
    ("ben", "Ben", "Okoro", "reviewer"),
    ("county", "Dana", "Reyes", "reader"),
    ("kim", "Kim", "Park", "center"),
    ("rosa", "Rosa", "Lind", "admin"),
)
"""Name of the account, name of the person, role."""


@dataclass(frozen=True)
class Scene:
    """Who works at the desk this morning."""

    admin: User
    coordinator: User


def people() -> Scene:
    own = [Center.objects.get(name=EDITED)]
    made = {
        name: account(
            role,
            name=name,
            states=STATES if role in ("coordinator", "reviewer") else (),
            centers=own if role == "center" else (),
        )
        for name, _first, _last, role in STAFF
    }
    for name, first, last, _role in STAFF:
        made[name].first_name, made[name].last_name = first, last
        made[name].email = f"{name}@example.org"
        made[name].save()
    return Scene(made["rosa"], made["ana"])


def visitors_wrote() -> None:
    """A wrong number since yesterday, a closed door since last week, and a person who asks for a call."""
    for name, kind, words, days in (
        (CALLED, "phone", "It rings, then a fax answers.", 1),
        ("Plain Door Counseling", "hours", "The evening group has ended.", 6),
    ):
        center = Center.objects.get(name=name)
        sending.send_report(center, codes.new(), kind, words)
        center.reports.update(created_at=timezone.now() - timedelta(days=days))
    center = Center.objects.get(name=EDITED)
    Center.objects.filter(pk=center.pk).update(takes_inquiries=True, email="desk@eastmere.example")
    sending.send_inquiry(Center.objects.get(pk=center.pk), codes.new(), WANTED)
    assert Report.objects.count() == 2


def changes_were_made(by: User) -> None:
    """By a person, and by a center itself."""
    center = Center.objects.get(name=EDITED)
    with because(None, by=by):
        center.website = "https://eastmere.example/downtown"
        center.save()
        program = Program.objects.filter(center=center, level="php").get()
        program.wait_days = 6
        program.save()
    link, _token = links.make(center, by=by)
    with because(f"link:{link.pk}"):
        center.street2 = "Suite 4"
        center.save()
    listings.rebuild([center.pk])


def a_place_is_listed_twice() -> None:
    twin = Center.objects.get(name=TWICE)
    twin.pk, twin.public_id = None, uuid.uuid4()
    twin._state.adding = True
    twin.name, twin.slug, twin.phone = (
        "Glass Cactus Counseling",
        "glass-cactus-counseling",
        "480-555-0146",
    )
    twin.website = "https://glass-cactus.example/"
    twin.save()
    Program.objects.create(center=twin, level="iop", track="Evening group")
    listings.rebuild([twin.pk])
    list(search_all())


def editions(folder: Path) -> Path:
    """The second edition of a small list; the first one is in the directory already."""

    def row(number: int, **other: str) -> dict[str, object]:
        return facility(number, **({"phone": f"217-555-01{number:02d}"} | other))

    first = workbook(folder, [row(number) for number in range(1, 13)], year=2025)
    call_command("import_directory", str(first), verbosity=0)
    changed = [row(1, phone="217-555-0150"), row(2), row(3, codes="SA * OP SF MD MC")]
    rest = [row(number) for number in range(4, 12)]
    return workbook(folder, [*changed, *rest, row(13), row(14), row(15, zip="6270x")], year=2026)


def prepare() -> Scene:
    scene = people()
    visitors_wrote()
    changes_were_made(scene.coordinator)
    a_place_is_listed_twice()
    return scene


class Camera:
    """Opens pages of the running site and pictures what is seen at first, or from `at` on."""

    def __init__(self, browser: Browser, site: str, take: Take) -> None:
        self.browser, self.site, self.take = browser, site, take

    def page(self, width: int = DESK) -> Page:
        page = self.browser.new_page(viewport={"width": width, "height": 700}, reduced_motion="reduce")
        page.set_default_timeout(60_000)
        return page

    def signed_in(self, user: User, width: int = DESK) -> Page:
        page = self.page(width)
        sign_in(page, self.site, user)
        # The list of tables at the side is folded away, and what was said once at the door is gone.
        page.evaluate("localStorage.setItem('django.admin.navSidebarIsOpen', 'false')")
        page.reload()
        return page

    def open(self, page: Page, address: str, name: str, *, height: int = 700) -> None:
        page.goto(self.site + address)
        self.look(page, name, height=height)

    def look(self, page: Page, name: str, *, at: Locator | None = None, height: int = 700) -> None:
        wide = page.viewport_size or {"width": DESK}
        page.set_viewport_size({"width": wide["width"], "height": height})
        page.evaluate("window.scrollTo(0, 0)")
        if at is not None:
            at.evaluate("one => one.scrollIntoView()")
        self.take(page, f"desk-{name}")


def walk(browser: Browser, site: str, take: Take) -> None:
    """Takes every picture. `take(page, name)` saves what the page shows."""
    scene, camera = prepare(), Camera(browser, site, take)
    camera.open(camera.page(), "/admin/", "sign-in", height=460)
    work_waits(camera, scene)
    a_center_speaks(camera)
    admin = camera.signed_in(scene.admin)
    camera.open(admin, "/admin/auth/user/", "accounts", height=540)
    with tempfile.TemporaryDirectory() as folder:
        an_edition_comes_in(camera, admin, editions(Path(folder)))


def work_waits(camera: Camera, scene: Scene) -> None:
    page = camera.signed_in(scene.coordinator)
    camera.look(page, "queue", height=690)
    page.goto(f"{camera.site}/admin/duplicates/")
    page.get_by_role("link", name=TWICE).first.click()
    page.get_by_role("heading", name="One center or two?").wait_for()
    camera.look(page, "duplicates", height=720)
    page.goto(f"{camera.site}/admin/openings/")
    page.get_by_label("Center, organization or city").fill("Eastmere")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Desert Typewriter").first.wait_for(state="detached")
    camera.look(page, "openings", height=640)
    camera.open(page, "/admin/visitors/", "inbox", height=400)
    center = Center.objects.get(name=EDITED)
    camera.open(page, f"/admin/history/center/{center.pk}/", "history", height=620)
    a_week_is_edited(camera, page, center)
    page.goto(f"{camera.site}/admin/")
    page.get_by_role("button", name=f"Take: {CALLED}").click()
    page.wait_for_url("**/admin/queue/*/")
    camera.look(page, "call", at=page.locator(".no-answer"), height=740)
    page.set_viewport_size({"width": PHONE, "height": 844})
    camera.look(page, "call-phone", height=844)


def a_week_is_edited(camera: Camera, page: Page, center: Center) -> None:
    page.goto(f"{camera.site}/admin/programs/center/{center.pk}/change/")
    camera.look(page, "center", height=640)
    program = page.locator("details.program").first
    program.locator("summary").first.click()
    program.locator(".week-grid").wait_for()
    # The grid begins at six in the morning; the groups of this program meet in the evening.
    program.locator(".week-frame").evaluate("frame => { frame.scrollTop = frame.scrollHeight }")
    camera.look(page, "week", at=program.locator(".week-row").first, height=860)


def a_center_speaks(camera: Camera) -> None:
    _link, token = links.make(Center.objects.get(name=EDITED))
    camera.open(camera.page(PHONE), f"/confirm/{token}/", "link", height=844)


def an_edition_comes_in(camera: Camera, page: Page, path: Path) -> None:
    page.goto(f"{camera.site}/admin/import/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Apply").wait_for()
    camera.look(page, "import", height=640)

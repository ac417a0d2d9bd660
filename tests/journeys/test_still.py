"""Nothing moves under a finger that aims: what scripts show has its place before they arrive."""

import pytest

from programs.models import Center

SHIFTS = """
(() => {
  window.shifts = [];
  const name = ({ node }) => node?.outerHTML?.slice(0, 80) ?? "";
  // A pixel that only a screen reader reads.
  const unseen = ({ node }) => (node?.closest ? node : node?.parentElement)?.closest(".visually-hidden");
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries())
      if (!sources.length || !sources.every(unseen)) window.shifts.push(`${value} ${sources.map(name)}`);
  }).observe({ type: "layout-shift", buffered: true });
})();
"""
PAINTED = """
() => new Promise((done) => {
  new PerformanceObserver(() => requestAnimationFrame(() => requestAnimationFrame(done)))
    .observe({ type: "largest-contentful-paint", buffered: true });
})
"""


def late_scripts(page):
    """Holds the scripts of a page back until what this gives is called."""
    waiting, late = [], []

    def hold(route):
        if late:
            route.continue_()
        else:
            waiting.append(route)

    def arrive():
        assert waiting
        late.append(True)
        for route in waiting:
            route.continue_()

    page.route("**/*.js", hold)
    return arrive


@pytest.mark.parametrize("prefix", ["", "/es"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_when_the_scripts_of_a_page_arrive(
    live_server, page_at, sample_directory, prefix, width
):
    centers = [center.get_absolute_url() for center in Center.objects.published().order_by("pk")[:2]]
    ids = "&".join(f"center={url.rstrip('/').rpartition('-')[2]}" for url in centers)
    around = "place=85004&radius=50&level=iop"
    moved = {}
    for address in (
        "/programs/",
        f"/programs/?{around}",
        f"/programs/map/?{around}",
        "/programs/week/",
        f"/programs/call/?{ids}",
        f"/programs/compare/?{ids}",
        centers[0],
        "/assessment/step-1/",
    ):
        page = page_at(width)
        page.add_init_script(SHIFTS)
        arrive = late_scripts(page)
        page.goto(live_server.url + prefix + address, wait_until="commit")
        page.evaluate(PAINTED)
        arrive()
        page.wait_for_load_state("networkidle")
        page.evaluate(PAINTED)
        if shifts := page.evaluate("window.shifts"):
            moved[address] = shifts
        page.close()
    assert moved == {}

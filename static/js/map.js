// Opens a map where it is asked for, and loads all it needs only then. Works without: the button is a link to a
// page with the map as a picture.

let open = false; // A search that follows a tick keeps the map open.

function sheet(address) {
  if (document.querySelector(`link[href="${address}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  document.head.append(link);
}

async function show(slot, button) {
  sheet(slot.dataset.sheet);
  button.setAttribute("aria-busy", "true");
  try {
    const reply = await fetch(button.dataset.map, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!reply.ok || reply.redirected) throw new Error(reply.status);
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    // Folded again, or replaced by another search, while the map was on its way.
    if (!open || !slot.isConnected) return;
    const section = page.querySelector(".map");
    section.id = button.getAttribute("aria-controls");
    slot.append(section);
    await start(slot, section);
  } catch {
    if (open && slot.isConnected && !slot.querySelector(".map")) location.assign(button.dataset.map);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

async function start(place, section) {
  const { start: move } = await import(new URL(place.dataset.view, document.baseURI));
  await move(section, place.dataset.leaflet);
}

function toggle(slot, button, shown) {
  open = shown;
  button.setAttribute("aria-expanded", shown);
  button.querySelector("span").textContent = shown ? button.dataset.hide : button.dataset.show;
  slot.querySelector(".map")?.remove();
  if (shown) show(slot, button);
}

function prepare() {
  const slot = document.querySelector("[data-map-slot]");
  const link = slot?.querySelector("a[data-map]");
  if (!link) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = link.className;
  button.append(...link.childNodes);
  Object.assign(button.dataset, { map: link.href, hide: link.dataset.hide, show: button.textContent.trim() });
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", "map");
  link.replaceWith(button);
  button.addEventListener("click", () => toggle(slot, button, button.getAttribute("aria-expanded") !== "true"));
  if (open) toggle(slot, button, true);
}

prepare();
document.addEventListener("htmx:afterSettle", () => {
  if (document.querySelector("a[data-map]")) prepare();
});

const page = document.querySelector("[data-map-open]");
// Without Leaflet the picture stays, and says the same.
if (page) start(page, page.querySelector(".map")).catch(() => {});

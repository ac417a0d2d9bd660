// The map that moves: Leaflet over the outlines that the picture was drawn from. Loaded by map.js when asked for.

const APART = [64, 44]; // pixels sideways and up: what fingers can tell apart; nearer pins share one mark
const CLOSEST = 14;
const BESIDE = [0, -28, 28]; // pixels a label may be moved up or down; as in css/map-theme.css
const DEGREES = 180 / Math.PI;

const still = matchMedia("(prefers-reduced-motion: reduce)");

function load(address) {
  if (window.L) return Promise.resolve();
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
}

function make(tag, name, ...inside) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...inside);
  return made;
}

// "1–4, 7": as programs/map_picture.py writes it.
function numbers(marks) {
  if (!marks.every((mark) => /^\d+$/.test(mark))) return marks[0];
  const runs = [];
  for (const number of marks.map(Number).sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  const told = runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  return told.slice(0, 2).join(", ") + (told.length > 2 ? " …" : "");
}

// The picture's paths back to places: tenths of a unit on Mercator's chart (programs/outlines/drawing.py).
function unprojector({ whole: [[, west], [north, east]], width }) {
  const chart = (lat) => Math.log(Math.tan(Math.PI / 4 + lat / DEGREES / 2)) * DEGREES;
  const unit = (east - west) / width / 10;
  const top = chart(north);
  return (x, y) => [
    (2 * Math.atan(Math.exp((top - y * unit) / DEGREES)) - Math.PI / 2) * DEGREES,
    west + x * unit,
  ];
}

function lines(path, place) {
  return (path?.getAttribute("d") ?? "").split("M").filter(Boolean).map((piece) => {
    const steps = piece.match(/-?\d+/g).map(Number);
    let [x, y] = [0, 0];
    const found = [];
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      found.push(place(x, y));
    }
    return found;
  });
}

function drawOutlines(map, picture, data) {
  const place = unprojector(data);
  const plain = { interactive: false, smoothFactor: 0.6 };
  L.polygon(lines(picture.querySelector(".map-land"), place), { ...plain, className: "map-land" }).addTo(map);
  for (const name of ["map-shore", "map-state"]) {
    L.polyline(lines(picture.querySelector(`.${name}`), place), { ...plain, className: name }).addTo(map);
  }
  for (const ring of picture.querySelectorAll(".map-ring")) {
    L.polygon(lines(ring, place), { ...plain, fill: false, className: "map-ring" }).addTo(map);
  }
}

// -- Labels: as many as find room, the largest city first --------------------------------------------

function labels(map, data) {
  const pane = map.createPane("labels");
  pane.classList.add("map-labels");
  pane.setAttribute("aria-hidden", "true");
  const wanted = [
    ...(data.middle ? [[data.middleLabel, data.middle, "map-here", BESIDE.slice(1)]] : []),
    ...data.rings.map(({ label, at }) => [label, at, "map-miles", [0]]).reverse(),
    ...data.cities.map(([name, ...at]) => [name, at, "map-city", BESIDE]),
  ];
  return wanted.map(([text, at, name, steps]) => {
    const label = make("span", name, text);
    const icon = L.divIcon({ html: label, className: "map-label", iconSize: [0, 0] });
    L.marker(at, { icon, pane: "labels", interactive: false, keyboard: false }).addTo(map);
    return { label, at, steps };
  });
}

function placeLabels(map, all, pins, middle) {
  const size = map.getSize();
  const taken = pins.map(({ marker, half }) => [map.latLngToContainerPoint(marker.getLatLng()), half, 18]);
  taken.push([{ x: size.x - 35, y: 57 }, 30, 50]); // the buttons that zoom
  if (middle) taken.push([map.latLngToContainerPoint(middle), 12, 12]);
  for (const { label, at, steps } of all) {
    const { x, y } = map.latLngToContainerPoint(at);
    const half = label.offsetWidth / 2;
    const isFree = (up) =>
      taken.every(([other, side, reach]) => Math.abs(other.x - x) > side + half || Math.abs(other.y - y - up) > reach + 8);
    const isSeen = (up) => x > half && x < size.x - half && y + up > 10 && y + up < size.y - 10;
    const step = steps.find((up) => isSeen(up) && isFree(up));
    label.classList.toggle("is-hidden", step === undefined);
    label.classList.toggle("is-above", step < 0);
    label.classList.toggle("is-below", step > 0);
    if (step !== undefined) taken.push([{ x, y: y + step }, half + 6, 10]);
  }
}

// -- Pins ------------------------------------------------------------------------------------------------

function groupsOf(map, pins) {
  const groups = [];
  for (const pin of pins) {
    const point = map.project(pin.at, map.getZoom());
    const near = groups.find(
      (group) => Math.abs(group.point.x - point.x) < APART[0] && Math.abs(group.point.y - point.y) < APART[1],
    );
    if (near) near.pins.push(pin);
    else groups.push({ point, pins: [pin] });
  }
  return groups;
}

function entry(pin) {
  const name = make("a", "tap", pin.name);
  name.href = pin.url;
  const facts = make("p", "");
  for (const [level, label] of pin.levels) facts.append(make("span", `level level-${level}`, label), " ");
  facts.append(make("span", "num", pin.where));
  const mark = make("span", "pin", pin.mark);
  mark.setAttribute("aria-hidden", "true");
  return make("li", "", mark, make("div", "", name, facts));
}

class Pins {
  constructor(map, data) {
    Object.assign(this, { map, data, layer: L.layerGroup().addTo(map), shown: [] });
    map.on("popupclose", () => this.closed());
  }

  // The groups change with the zoom; who was on a pin stays on the one that holds it.
  draw() {
    const held = this.shown.find(({ button }) => button === document.activeElement)?.pins[0];
    this.layer.clearLayers();
    this.shown = groupsOf(this.map, this.data.pins).map((group) => this.add(group.pins));
    if (held) this.buttonOf(held)?.focus({ preventScroll: true });
  }

  named(pins) {
    const every = pins.map(({ label }) => label).join("; ");
    const marks = numbers(pins.map(({ mark }) => mark));
    return pins.length > 1 ? `${this.data.words.several.replace("{numbers}", marks)}: ${every}` : every;
  }

  buttonOf(pin) {
    return this.shown.find(({ pins }) => pins.includes(pin))?.button;
  }

  add(pins) {
    const text = numbers(pins.map(({ mark }) => mark));
    const button = make("button", "map-button", make("span", "pin", text));
    button.type = "button";
    button.setAttribute("aria-label", this.named(pins));
    button.setAttribute("aria-haspopup", "dialog");
    button.classList.toggle("is-approximate", pins.some(({ approximate }) => approximate));
    const half = Math.max(22, 4.5 * text.length + 14);
    const icon = L.divIcon({ html: button, className: "map-spot", iconSize: [2 * half, 44] });
    const marker = L.marker(pins[0].at, { icon, interactive: false, keyboard: false }).addTo(this.layer);
    L.DomEvent.disableClickPropagation(button);
    button.addEventListener("click", () => this.open(pins));
    return { marker, button, pins, half };
  }

  open(pins) {
    const { words } = this.data;
    const list = make("ul", "map-list", ...pins.map(entry));
    const close = make("button", "map-close", "×");
    close.type = "button";
    close.setAttribute("aria-label", words.close);
    close.addEventListener("click", () => this.map.closePopup());
    const card = make("div", "map-card", close, list);
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-label", this.named(pins));
    card.tabIndex = -1;
    card.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.map.closePopup();
    });
    const room = this.map.getSize();
    this.opened = pins[0];
    L.popup({
      closeButton: false,
      className: "map-popup",
      offset: [0, -10],
      minWidth: Math.min(260, room.x - 40),
      maxWidth: Math.min(340, room.x - 40),
      maxHeight: Math.max(160, room.y * 0.6),
      autoPanPadding: [12, 12],
    })
      .setLatLng(pins[0].at)
      .setContent(card)
      .openOn(this.map);
    card.focus({ preventScroll: true });
  }

  closed() {
    const pin = this.opened;
    this.opened = null;
    const lost = document.activeElement === document.body || document.activeElement?.closest(".map-popup");
    if (pin && lost) this.buttonOf(pin)?.focus({ preventScroll: true });
  }
}

function diamond(map, { middle: at }) {
  if (!at) return;
  const icon = L.divIcon({ html: make("span", "map-diamond"), className: "map-spot", iconSize: [22, 22] });
  L.marker(at, { icon, interactive: false, keyboard: false, zIndexOffset: -1000 }).addTo(map);
}

function zoom(map, frame, words) {
  const button = (sign, label, step) => {
    const made = make("button", "map-zoom", sign);
    made.type = "button";
    made.setAttribute("aria-label", label);
    made.addEventListener("click", () => map.setZoom(map.getZoom() + step));
    return made;
  };
  const [closer, farther] = [button("+", words.closer, 1), button("−", words.farther, -1)];
  const bar = make("div", "map-bar", closer, farther);
  frame.append(bar);
  // What is told of a pin may reach under them.
  map.on("popupopen", () => (bar.hidden = true));
  map.on("popupclose", () => (bar.hidden = false));
  const limit = () => {
    // Disabled buttons lose the keyboard: they stay and say so.
    closer.setAttribute("aria-disabled", map.getZoom() >= map.getMaxZoom());
    farther.setAttribute("aria-disabled", map.getZoom() <= map.getMinZoom());
  };
  map.on("zoomend zoomlevelschange", limit);
  limit();
}

function chart(frame, data) {
  const home = make("div", "map-live");
  frame.prepend(home);
  home.setAttribute("role", "region");
  home.setAttribute("aria-label", data.words.map);
  const moves = !still.matches;
  const map = L.map(home, {
    attributionControl: false,
    zoomControl: false,
    scrollWheelZoom: false,
    zoomSnap: 0.5,
    maxZoom: data.tiles ? 18 : CLOSEST,
    maxBounds: data.whole,
    maxBoundsViscosity: 1,
    zoomAnimation: moves,
    fadeAnimation: moves,
    markerZoomAnimation: moves,
    inertia: moves,
  });
  const least = () => map.setMinZoom(Math.min(map.getBoundsZoom(data.whole, true), map.getMaxZoom()));
  map.fitBounds(data.view, { animate: false });
  least();
  map.on("resize", least);
  return map;
}

export async function start(section, leaflet) {
  const frame = section.querySelector(".map-frame");
  const picture = frame.querySelector("svg");
  const data = JSON.parse(section.querySelector("script").textContent);
  await load(leaflet);
  if (!section.isConnected) return;
  frame.classList.add("is-live");
  frame.classList.toggle("has-tiles", Boolean(data.tiles));
  const map = chart(frame, data);
  if (data.tiles) L.tileLayer(data.tiles, { maxZoom: 18 }).addTo(map);
  drawOutlines(map, picture, data);
  picture.remove();
  diamond(map, data);
  const names = labels(map, data);
  const pins = new Pins(map, data);
  const place = () => placeLabels(map, names, pins.shown, data.middle);
  const draw = () => {
    pins.draw();
    place();
  };
  map.on("zoomend", draw);
  map.on("moveend", place);
  zoom(map, frame, data.words);
  draw();
}

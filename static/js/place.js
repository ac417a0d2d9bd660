// Proposes places while one is typed (the combobox of the ARIA Authoring Practices: a list to choose from, by
// hand) and fills in the browser's own location when the visitor asks for it. Without this file the field is a
// plain text field, and a page asks which place was meant.

const PAUSE_MS = 150; // between two letters of someone who types
const SHORTEST = 2;
const DECIMALS = 2; // of a degree: about a mile
const GIVE_UP_MS = 10_000;
const STILL_HERE_MS = 300_000; // a location so old will do

const answers = new Map(); // what was proposed for what, while the page is open

async function places(url, typed, signal) {
  const key = typed.toLowerCase();
  if (!answers.has(key)) {
    const response = await fetch(`${url}?q=${encodeURIComponent(typed)}`, { signal });
    if (!response.ok) return [];
    answers.set(key, (await response.json()).places);
  }
  return answers.get(key);
}

function propose(input) {
  const list = document.createElement("ul");
  list.id = `${input.id}_places`;
  list.className = "place-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.list);
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.autocomplete = "off";

  let timer, asked;
  const options = () => [...list.children];
  const active = () => options().find((option) => option.getAttribute("aria-selected") === "true");

  function mark(option) {
    active()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function close() {
    clearTimeout(timer);
    asked?.abort();
    mark(null);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  }

  function show(found) {
    mark(null);
    list.replaceChildren(
      ...found.map(({ query, label }, number) => {
        const option = document.createElement("li");
        option.id = `${list.id}_${number}`;
        option.dataset.query = query;
        option.textContent = label;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        return option;
      }),
    );
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    const said = found.length ? input.dataset.some.replace("{n}", found.length) : input.dataset.none;
    document.querySelector("#found").textContent = said;
  }

  async function ask() {
    const typed = input.value.trim();
    asked?.abort();
    if (typed.length < SHORTEST) return close();
    asked = new AbortController();
    const { signal } = asked;
    try {
      const found = await places(input.dataset.places, typed, signal);
      if (!signal.aborted && document.activeElement === input) show(found);
    } catch {
      close(); // no signal: the field is a plain field
    }
  }

  function choose(option) {
    input.value = option.dataset.query;
    close();
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.indexOf(active());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else mark(all.at(event.key === "ArrowDown" ? (at + 1) % all.length : Math.max(at, 0) - 1));
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      choose(all[at]);
    } else if (event.key === "Escape" || event.key === "Enter") {
      close();
    } else if (event.key.length === 1 || ["Backspace", "ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      mark(null); // back in the text
    }
  });
  // The field keeps the keyboard while a finger or a mouse chooses.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
}

function near(box) {
  const [button, told] = [box.querySelector("button"), box.querySelector("[role=status]")];
  const input = box.closest("form").elements.place;
  box.hidden = false;
  button.addEventListener("click", () => {
    told.textContent = box.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        input.value = [coords.latitude, coords.longitude].map((degrees) => degrees.toFixed(DECIMALS)).join(", ");
        told.textContent = "";
        input.form.requestSubmit();
      },
      (error) => {
        const why = { [error.PERMISSION_DENIED]: "denied", [error.TIMEOUT]: "slow" }[error.code] ?? "unknown";
        told.textContent = box.dataset[why];
      },
      { enableHighAccuracy: false, timeout: GIVE_UP_MS, maximumAge: STILL_HERE_MS },
    );
  });
}

function wake() {
  document.querySelectorAll("input[data-places]:not([role])").forEach(propose);
  if (window.isSecureContext && navigator.geolocation) document.querySelectorAll("[data-near][hidden]").forEach(near);
}

wake();
document.addEventListener("htmx:afterSettle", wake);

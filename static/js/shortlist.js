// Programs kept to compare, in this browser only. Without it, ticked boxes post as a plain form.

const KEY = "iopfinder.shortlist";
const bar = document.querySelector("#kept");
const said = bar?.querySelector("[data-said]");
const MOST = Number(bar?.dataset.most);

// A browser that refuses storage throws: then a tick lasts as long as the page.
let kept = [];
function read() {
  try {
    kept = (JSON.parse(localStorage.getItem(KEY)) ?? []).filter((one) => /^[0-9a-f]{10}(-[a-z]+)?$/.test(one.token));
  } catch {}
}
function write() {
  try {
    if (kept.length) localStorage.setItem(KEY, JSON.stringify(kept));
    else localStorage.removeItem(KEY);
  } catch {}
}

const idOf = (token) => token.split("-")[0];
const held = (token) => kept.find((one) => idOf(one.token) === idOf(token));
const say = (which, words = {}) => {
  said.textContent = said.dataset[which].replace(/\{(\w+)\}/g, (_, name) => words[name]);
};

function off(token) {
  const gone = held(token);
  kept = kept.filter((one) => one !== gone);
  write();
  show();
  if (gone) say("off", gone);
}

function keep(token, name) {
  if (held(token)) kept = kept.map((one) => (idOf(one.token) === idOf(token) ? { token, name } : one));
  else if (kept.length >= MOST) {
    show();
    say("full", { names: kept.map((one) => one.name).join(", ") });
    bar.classList.add("is-full");
    bar.scrollIntoView({ block: "nearest" });
    return;
  } else kept = [...kept, { token, name }];
  write();
  show();
  say("kept", { name });
}

function chip({ token, name }) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.dataset.off = token;
  const cross = document.createElement("span");
  cross.setAttribute("aria-hidden", "true");
  cross.textContent = "×";
  const words = document.createElement("span");
  words.className = "visually-hidden";
  words.textContent = said.dataset.takeOff;
  button.append(`${name} `, cross, words);
  item.append(button);
  return item;
}

function show() {
  const query = new URLSearchParams(kept.map((one) => ["center", one.token]));
  // What was searched for goes along to our own pages, as it does everywhere on the site.
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (!["center", "show", "caller", "page"].includes(name)) query.append(name, value);
  }
  for (const link of bar.querySelectorAll("[data-go]")) link.href = `${bar.dataset[link.dataset.go]}?${query}`;
  bar.querySelector("[data-names]").replaceChildren(...kept.map(chip));
  bar.querySelector("[data-count]").textContent = `(${kept.length})`;
  bar.classList.remove("is-full");
  bar.hidden = !kept.length && !said.textContent;
  for (const group of bar.querySelectorAll("p")) group.hidden = !kept.length && group !== said;
  for (const box of document.querySelectorAll("input[data-keep]")) box.checked = Boolean(held(box.value));
  // The bar leads to the comparison: what does the same without a script steps back.
  for (const plain of document.querySelectorAll("[data-ticked], [data-unkept]")) plain.hidden = true;
  for (const button of document.querySelectorAll("button[data-keep]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(Boolean(held(button.value))));
  }
}

if (bar) {
  read();
  show();
  document.addEventListener("change", ({ target }) => {
    if (!target.matches?.("input[data-keep]")) return;
    if (target.checked) keep(target.value, target.dataset.keep);
    else off(target.value);
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button?.dataset.keep) {
      if (held(button.value)) off(button.value);
      else keep(button.value, button.dataset.keep);
    } else if (button?.dataset.off) {
      off(button.dataset.off);
      (bar.querySelector("button.chip") ?? document.querySelector("#main")).focus();
    } else if (button && "forget" in button.dataset) {
      kept = [];
      write();
      show();
      say("forgot");
      bar.hidden = false;
      document.querySelector("#main").focus({ preventScroll: true });
    }
  });
  // A new list has new boxes; another tab may have kept or forgotten; Back may bring an old page.
  document.addEventListener("htmx:afterSettle", show);
  const again = () => {
    read();
    show();
  };
  window.addEventListener("storage", again);
  window.addEventListener("pageshow", (event) => event.persisted && again());
}

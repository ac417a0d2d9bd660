// One key a line on the openings board. Without it the numbers are typed and saved as a plain form.

const board = document.querySelector("[data-board]");
const numbers = [...(board?.querySelectorAll("[data-number]") ?? [])];
const said = board?.querySelector("[data-said]");
const MOST = 99;
const USUAL = "7";

const lineOf = (field) => field.closest("tr");
const daysOf = (field) => lineOf(field).querySelector("select");

function tell() {
  const changed = [...board.querySelectorAll("tr.is-changed")].length;
  said.textContent = changed ? said.dataset[changed === 1 ? "one" : "many"].replace("{n}", changed) : "";
}

function mark(line) {
  const days = line.querySelector("select");
  const number = line.querySelector("[data-number]");
  line.classList.toggle("is-changed", number.value !== number.defaultValue || days.value !== "");
  tell();
}

function set(field, value) {
  field.value = value;
  const days = daysOf(field);
  if (value !== "" && days.value === "" && value !== field.defaultValue) days.value = USUAL;
  mark(lineOf(field));
}

function go(field, step) {
  const next = numbers[numbers.indexOf(field) + step] ?? (step > 0 ? board.querySelector("[data-last]") : field);
  next.focus();
  next.select?.();
}

const count = (field, step) => set(field, String(Math.min(MOST, Math.max(0, Number(field.value || 0) + step))));

const KEYS = {
  "+": (field) => count(field, 1),
  "=": (field) => count(field, 1),
  "-": (field) => count(field, -1),
  ArrowDown: (field) => go(field, 1),
  ArrowUp: (field) => go(field, -1),
  Delete: (field) => set(field, ""),
};

board?.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches("[data-number]") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^[0-9]$/.test(event.key)) {
    event.preventDefault();
    set(field, event.key);
    go(field, 1);
  } else if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key](field);
  }
});

// What a phone's own keyboard types comes as input, and stays on its line.
board?.addEventListener("input", (event) => {
  if (event.target.matches("[data-number]")) set(event.target, event.target.value);
  else if (event.target.matches("select")) mark(lineOf(event.target));
});

// A click on a line begins with its number: what is typed next takes its place.
board?.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-number]")) event.target.select();
});

document.querySelector("[data-keys]")?.removeAttribute("hidden");

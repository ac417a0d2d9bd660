// The comparison: which lines to show, at once; what was heard on the phone; the link to copy. Works without.
import { heard } from "./heard.js";

const area = document.querySelector("#lines");

function show(which) {
  for (const table of area.querySelectorAll("[data-section]")) {
    const rows = [...table.tBodies[0].rows];
    for (const row of rows) row.hidden = which !== "all" && !(which in row.dataset);
    table.hidden = rows.every((row) => row.hidden);
  }
  document.querySelector("#no-lines").hidden = [...area.querySelectorAll("[data-section]")].some((one) => !one.hidden);
}

for (const link of document.querySelectorAll("a[data-show]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link.dataset.show);
    for (const other of document.querySelectorAll("a[data-show]")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    history.replaceState(null, "", link.href);
  });
}

function day(on) {
  const [year, month, date] = on.split("-").map(Number);
  return new Date(year, month - 1, date).toLocaleDateString(document.documentElement.lang, { dateStyle: "medium" });
}

function fill() {
  const all = heard();
  for (const cell of area.querySelectorAll("[data-ask]")) {
    cell.querySelector(".heard")?.remove();
    const said = all[cell.dataset.center]?.[cell.dataset.ask];
    cell.classList.toggle("has-heard", Boolean(said));
    if (!said) continue;
    const line = document.createElement("p");
    line.className = "heard";
    const title = document.createElement("b");
    title.textContent = area.dataset.heard.replace("{date}", day(said.on));
    line.append(title, ` ${said.text}`);
    cell.prepend(line);
  }
}
fill();
window.addEventListener("storage", fill);
window.addEventListener("pageshow", fill);

const copy = document.querySelector("[data-copy]");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  document.querySelector("[data-share]").hidden = true;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(copy.dataset.copy);
      copy.textContent = copy.dataset.done;
    } catch {
      copy.hidden = true;
      document.querySelector("[data-share]").hidden = false;
    }
  });
}

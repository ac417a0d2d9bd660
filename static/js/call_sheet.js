// Room for what is heard on the phone. Without it the page is a sheet to print, with lines to write on.
import { forget, hear, heard } from "./heard.js";

const lines = [...document.querySelectorAll("[data-heard][data-center]")];
const note = document.querySelector("#heard-note");

const fit = (box) => {
  box.rows = Math.max(2, box.value.split("\n").length, Math.ceil(box.value.length / 40));
};

function fill() {
  const all = heard();
  for (const line of lines) {
    const box = line.querySelector("textarea");
    box.value = all[line.dataset.center]?.[line.dataset.heard]?.text ?? "";
    fit(box);
    line.classList.toggle("has-heard", Boolean(box.value));
    line.querySelector(".write").textContent = box.value;
  }
}

for (const line of lines) {
  const box = line.querySelector("textarea");
  line.querySelector(".hear").hidden = false;
  box.addEventListener("input", () => {
    const text = box.value.trim();
    hear(line.dataset.center, line.dataset.heard, text);
    line.classList.toggle("has-heard", Boolean(text));
    line.querySelector(".write").textContent = text;
    fit(box);
  });
}

if (note) {
  note.hidden = false;
  const button = note.querySelector("[data-clear]");
  button.addEventListener("click", () => {
    forget(new Set(lines.map((line) => line.dataset.center)));
    fill();
    note.querySelector("[data-cleared]").textContent = button.dataset.done;
  });
  window.addEventListener("storage", fill);
  window.addEventListener("pageshow", fill);
}

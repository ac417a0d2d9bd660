// The week on which hours are marked: both kinds on one table, whole parts at once, drawing, arrow keys.
// Without this file the boxes and buttons of the form do the same, one kind at a time.

const form = document.querySelector("form.week-form");
const table = form?.querySelector("table");
if (table) start();

function start() {
  const boxes = [...table.querySelectorAll("input[type=checkbox]")];
  const days = 7;
  const how = document.querySelector("#week-how");
  const told = document.querySelector("#week-told");
  const kinds = [...form.querySelectorAll("button[name=show]")];
  const parts = [...form.querySelectorAll("[data-cells]")];
  let kind = form.dataset.kind;
  // What each hour is marked as: "", "free" or "work". An hour is never both: the last mark counts.
  const marks = new Map(boxes.map((box) => [box.value, box.checked ? kind : ""]));
  for (const box of boxes) if (box.closest("td").classList.contains("is-other")) marks.set(box.value, other());

  function other() { return kind === "free" ? "work" : "free"; }

  function draw() {
    table.closest(".week-mark").dataset.shown = kind;
    for (const box of boxes) {
      const mark = marks.get(box.value);
      box.name = `${kind}_hour`;
      box.checked = mark === kind;
      const cell = box.closest("td");
      cell.classList.toggle("is-other", mark === other());
      cell.querySelector(".other").textContent = mark === other() ? `, ${how.dataset[mark]}` : "";
    }
    for (const button of kinds) button.setAttribute("aria-pressed", String(button.value === kind));
    for (const part of parts) {
      const whole = part.dataset.cells.split(" ").every((code) => marks.get(code) === kind);
      part.setAttribute("aria-pressed", String(whole));
    }
    table.caption.textContent = kinds.find((button) => button.value === kind).textContent;
  }

  function tell() {
    const count = (wanted) => [...marks.values()].filter((mark) => mark === wanted).length;
    told.textContent = told.dataset.told.replace("{free}", count("free")).replace("{work}", count("work"));
  }

  function mark(codes, on) {
    for (const code of codes) if (on || marks.get(code) === kind) marks.set(code, on ? kind : "");
    draw();
    tell();
  }

  table.addEventListener("change", (event) => mark([event.target.value], event.target.checked));

  for (const button of kinds) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      kind = button.value;
      draw();
    });
  }

  for (const part of parts) {
    part.addEventListener("click", () => mark(part.dataset.cells.split(" "), part.getAttribute("aria-pressed") !== "true"));
  }
  if (parts.length) parts[0].parentElement.hidden = false;

  const copy = form.querySelector("[data-copy]");
  copy.hidden = false;
  copy.addEventListener("click", () => {
    for (const [row, box] of boxes.filter((_, i) => i % days === 0).entries()) {
      for (let day = 1; day < 5; day += 1) marks.set(boxes[row * days + day].value, marks.get(box.value));
    }
    draw();
    tell();
  });

  const clear = form.querySelector("[data-clear]");
  clear.hidden = false;
  clear.addEventListener("click", () => {
    for (const code of marks.keys()) marks.set(code, "");
    draw();
    tell();
  });

  // One stop for the Tab key; the arrows move within. Screen readers hear of a grid.
  table.setAttribute("role", "grid");
  if (matchMedia("(pointer: fine)").matches) how.textContent = how.dataset.keys;
  boxes.forEach((box, i) => { box.tabIndex = i ? -1 : 0; });
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -days, ArrowDown: days };

  function move(from, key) {
    const at = boxes.indexOf(from);
    const column = at % days;
    if (key === "Home") return at - column;
    if (key === "End") return at - column + days - 1;
    if ((key === "ArrowLeft" && column === 0) || (key === "ArrowRight" && column === days - 1)) return at;
    return at + steps[key];
  }

  table.addEventListener("keydown", (event) => {
    const from = event.target;
    if (!(event.key in steps || event.key === "Home" || event.key === "End") || from.type !== "checkbox") return;
    event.preventDefault();
    const to = boxes[move(from, event.key)];
    if (!to) return;
    if (event.shiftKey) mark([from.value, to.value], true);
    rove(to);
    to.focus();
  });
  table.addEventListener("focusin", (event) => event.target.type === "checkbox" && rove(event.target));

  function rove(box) {
    for (const one of boxes) one.tabIndex = one === box ? 0 : -1;
  }

  // Drawing: the first hour decides whether hours are marked or wiped. A finger that moves up or down scrolls.
  let painting = null;
  table.addEventListener("pointerdown", (event) => {
    const box = event.target.closest("td")?.querySelector("input");
    if (!box || event.button !== 0) return;
    painting = { first: box, on: marks.get(box.value) !== kind, moved: false };
    if (event.target.hasPointerCapture?.(event.pointerId)) event.target.releasePointerCapture(event.pointerId);
  });
  table.addEventListener("pointermove", (event) => {
    if (!painting || !event.buttons) return;
    const box = document.elementFromPoint(event.clientX, event.clientY)?.closest?.("td")?.querySelector("input");
    if (!box || !table.contains(box) || (box === painting.first && !painting.moved)) return;
    painting.moved = true;
    mark([painting.first.value, box.value], painting.on);
  });
  // A drawn line ends with a click on its last hour, which must not turn that hour over again.
  table.addEventListener("click", (event) => {
    if (painting?.moved) event.preventDefault();
    painting = null;
  }, true);
  for (const end of ["pointercancel", "pointerup"]) {
    document.addEventListener(end, () => setTimeout(() => { painting = null; }, 0));
  }

  // Both kinds are sent, whichever is shown; the names of the boxes say which they are.
  form.addEventListener("formdata", (event) => {
    const data = event.formData;
    for (const name of ["sent", "free_hour", "work_hour"]) data.delete(name);
    data.append("sent", "free");
    data.append("sent", "work");
    for (const [code, mark_] of marks) if (mark_) data.append(`${mark_}_hour`, code);
  });

  draw();
}

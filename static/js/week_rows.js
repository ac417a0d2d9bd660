// A program's week as a grid over its rows: arrow keys move, Space begins a session and ends it. The rows stay
// the truth: whatever is drawn is written into their inputs, whatever is typed there is drawn. Without this
// file the rows do everything.

const HALVES = 48;
const PAGE = 12;
const DAYTIME = 12; // 6 in the morning: nobody's sessions begin at night.
const started = new WeakSet();

for (const box of document.querySelectorAll("[data-week]")) whenOpen(box);
document.addEventListener("formset:added", (event) => {
  for (const box of event.target.querySelectorAll("[data-week]")) whenOpen(box);
});

function whenOpen(box) {
  if (started.has(box) || box.closest(".empty-form")) return;
  const fold = box.closest("details:not([open])");
  if (fold) fold.addEventListener("toggle", () => whenOpen(box), { once: true });
  else start(box);
}

function start(box) {
  started.add(box);
  const words = box.dataset;
  const spell = new Intl.DateTimeFormat(document.documentElement.lang || "en", { hour: "numeric", minute: "2-digit" });
  const clock = (minute) => spell.format(new Date(2026, 0, 5, 0, minute));
  const say = (text, values) => { told.textContent = text.replace(/\{(\w+)\}/g, (_, name) => values[name]); };
  const days = [...rows()[0].querySelectorAll(".week-days label")].map((label) => ({
    short: label.querySelector("[aria-hidden]").textContent,
    long: label.querySelector(".visually-hidden").textContent,
  }));
  const history = [];
  let begun = null; // The cell at which a session was begun and not ended yet.
  let at = { day: 0, half: 36 }; // Where the keyboard is.

  // -- The rows -----------------------------------------------------------------------------------

  function rows() { return [...box.querySelectorAll(".week-row")]; }
  function boxes(row) { return [...row.querySelectorAll(".week-days input")]; }
  function part(row, name) { return row.querySelector(`[name$="-${name}"]`); }
  function minutes(text) {
    const match = /^(\d{1,2}):(\d{2})/.exec(text);
    return match ? Number(match[1]) * 60 + Number(match[2]) : null;
  }
  const typed = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  function isEmpty(row) {
    return !boxes(row).some((one) => one.checked) && !part(row, "starts").value && !part(row, "ends").value;
  }

  function blocks() {
    return rows().flatMap((row) => {
      const from = minutes(part(row, "starts").value);
      const to = minutes(part(row, "ends").value);
      if (from === null || to === null || from >= to || part(row, "DELETE")?.checked) return [];
      return boxes(row).flatMap((one, day) => (one.checked ? [{ row, day, from, to }] : []));
    });
  }
  const covers = (block, day, half) => block.day === day && block.from < (half + 1) * 30 && block.to > half * 30;

  function remember() {
    history.push(rows().map((row) => [...row.querySelectorAll("input:not([type=hidden]), select")].map((one) =>
      (one.type === "checkbox" ? one.checked : one.value))));
  }
  function undo() {
    const before = history.pop();
    if (!before) { say(words.nothing, {}); return; }
    rows().forEach((row, number) => {
      [...row.querySelectorAll("input:not([type=hidden]), select")].forEach((one, place) => {
        const value = before[number]?.[place];
        if (one.type === "checkbox") one.checked = value ?? false;
        else if (value !== undefined || one.tagName !== "SELECT") one.value = value ?? "";
      });
    });
    begun = null;
    draw();
    say(words.undone, {});
  }

  function addRow() {
    const last = rows().at(-1);
    const total = box.querySelector('[name$="-TOTAL_FORMS"]');
    const prefix = total.name.replace(/-TOTAL_FORMS$/, "");
    const row = last.cloneNode(true);
    const number = Number(total.value);
    for (const one of [row, ...row.querySelectorAll("*")]) {
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        const value = one.getAttribute(name);
        if (value) one.setAttribute(name, value.replace(new RegExp(`${prefix}-\\d+-`), `${prefix}-${number}-`));
      }
      if (one.type === "checkbox") one.checked = false;
      else if (one.type === "time") one.value = "";
      one.removeAttribute("aria-invalid");
    }
    for (const list of row.querySelectorAll(".errorlist")) list.remove();
    row.classList.remove("errors");
    const legend = row.querySelector("legend");
    legend.textContent = legend.textContent.replace(/\d+/, number + 1);
    part(row, "time_zone").value = part(last, "time_zone").value;
    last.after(row);
    total.value = number + 1;
    return row;
  }

  function put(day, from, to) {
    const groups = blocks().filter((one) => one.day === day && part(one.row, "kind").value === "group");
    for (const one of groups.filter((block) => block.from < to && block.to > from)) {
      from = Math.min(from, one.from);
      to = Math.max(to, one.to);
      takeOff(one);
    }
    const fits = (row) => part(row, "kind").value === "group" && !part(row, "DELETE")?.checked
      && minutes(part(row, "starts").value) === from && minutes(part(row, "ends").value) === to;
    const row = rows().find(fits) ?? rows().find(isEmpty) ?? addRow();
    part(row, "starts").value = typed(from);
    part(row, "ends").value = typed(to);
    boxes(row)[day].checked = true;
    return { day, from, to };
  }
  function takeOff(block) {
    boxes(block.row)[block.day].checked = false;
    if (boxes(block.row).some((one) => one.checked)) return;
    part(block.row, "starts").value = "";
    part(block.row, "ends").value = "";
  }

  // -- The grid -----------------------------------------------------------------------------------

  const told = element("p", { className: "week-told", role: "status" });
  const sum = element("p", { className: "week-sum" });
  const how = element("p", { className: "help", textContent: words.how, id: uniqueId("how") });
  const table = element("table", { className: "week-grid", role: "grid" });
  table.setAttribute("aria-label", words.grid);
  table.setAttribute("aria-describedby", how.id);
  const cells = [];
  const head = table.createTHead().insertRow();
  head.append(element("td", {}));
  for (const day of days) {
    const column = element("th", { scope: "col" });
    column.append(element("span", { textContent: day.short, ariaHidden: "true" }));
    column.append(element("span", { textContent: day.long, className: "visually-hidden" }));
    head.append(column);
  }
  const body = table.createTBody();
  for (let half = 0; half < HALVES; half += 1) {
    const line = body.insertRow();
    const hour = element("th", { scope: "row" });
    hour.append(element("span", { textContent: clock(half * 30), className: half % 2 ? "visually-hidden" : "" }));
    line.append(hour);
    cells.push(days.map((_, day) => {
      const cell = line.insertCell();
      cell.setAttribute("role", "gridcell");
      cell.dataset.day = day;
      cell.dataset.half = half;
      return cell;
    }));
  }
  const frame = element("div", { className: "week-frame" });
  frame.append(table);
  const undoButton = button(words.undo, undo);
  const moreButton = button(words.more, () => { remember(); part(addRow(), "starts").focus(); });
  const bar = element("p", { className: "week-bar" });
  bar.append(undoButton, moreButton);
  box.append(how, frame, sum, told, bar);
  frame.scrollTop = cells[DAYTIME][0].offsetTop - cells[0][0].offsetTop;

  function element(name, values) { return Object.assign(document.createElement(name), values); }
  function button(text, act) {
    const made = element("button", { type: "button", className: "button", textContent: text });
    made.addEventListener("click", act);
    return made;
  }
  function uniqueId(name) { return `${box.querySelector('[name$="-TOTAL_FORMS"]').id}-${name}`; }

  function draw() {
    const all = blocks();
    const low = begun && Math.min(begun.half, at.half);
    const high = begun && Math.max(begun.half, at.half);
    cells.forEach((line, half) => line.forEach((cell, day) => {
      const held = all.filter((block) => covers(block, day, half));
      const drawn = begun && begun.day === day && half >= low && half <= high;
      cell.className = [held.length && "is-held", held.some((one) => Math.floor(one.from / 30) === half) && "is-first",
        drawn && "is-drawn"].filter(Boolean).join(" ");
      cell.setAttribute("aria-selected", String(Boolean(held.length)));
      const state = held.map((one) => `${part(one.row, "kind").selectedOptions[0].text}, ${clock(one.from)}–${clock(one.to)}`);
      cell.setAttribute("aria-label", `${days[day].long} ${clock(half * 30)}: ${state.join("; ") || words.free}`);
      cell.tabIndex = day === at.day && half === at.half ? 0 : -1;
    }));
    const hours = all.reduce((count, one) => count + (one.to - one.from) / 60, 0);
    sum.textContent = all.length ? words.hours.replace("{hours}", String(Math.round(hours * 100) / 100)) : "";
  }

  function go(day, half) {
    at = { day: Math.max(0, Math.min(days.length - 1, day)), half: Math.max(0, Math.min(HALVES - 1, half)) };
    draw();
    cells[at.half][at.day].focus();
  }

  function names(block) { return { day: days[block.day].long, from: clock(block.from), to: clock(block.to) }; }

  function act() {
    const here = blocks().filter((block) => covers(block, at.day, at.half));
    if (begun && begun.day === at.day) { end(); return; }
    if (here.length) { remove(here); return; }
    begun = { ...at };
    draw();
    say(words.begun, { day: days[at.day].long, from: clock(at.half * 30) });
  }
  function end() {
    remember();
    const from = Math.min(begun.half, at.half) * 30;
    const to = Math.min((Math.max(begun.half, at.half) + 1) * 30, HALVES * 30 - 1);
    const day = begun.day;
    begun = null;
    const block = put(day, from, to);
    draw();
    say(words.added, names(block));
  }
  function remove(some) {
    remember();
    some.forEach(takeOff);
    begun = null;
    draw();
    say(words.removed, names(some[0]));
  }
  function letGo() {
    if (!begun) return;
    begun = null;
    draw();
    say(words.letGo, {});
  }

  const moves = {
    ArrowLeft: () => go(at.day - 1, at.half),
    ArrowRight: () => go(at.day + 1, at.half),
    ArrowUp: () => go(at.day, at.half - 1),
    ArrowDown: () => go(at.day, at.half + 1),
    PageUp: () => go(at.day, at.half - PAGE),
    PageDown: () => go(at.day, at.half + PAGE),
    Home: () => go(0, at.half),
    End: () => go(days.length - 1, at.half),
    " ": act,
    Enter: act,
    Escape: letGo,
    Delete: clear,
    Backspace: clear,
  };
  function clear() {
    const here = blocks().filter((block) => covers(block, at.day, at.half));
    if (here.length) remove(here);
  }

  table.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      undo();
    } else if (event.key in moves && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      moves[event.key]();
    }
  });
  function cellOf(target) {
    const cell = target?.closest?.("td[data-day]");
    return cell && table.contains(cell) ? { day: Number(cell.dataset.day), half: Number(cell.dataset.half) } : null;
  }
  // A mouse draws from where it is pressed to where it is let go; a finger taps the two ends.
  let pressed = null;
  table.addEventListener("pointerdown", (event) => {
    pressed = event.pointerType === "mouse" && event.button === 0 ? cellOf(event.target) : null;
  });
  table.addEventListener("pointerup", (event) => {
    const to = pressed && cellOf(event.target);
    if (!to || to.day !== pressed.day || to.half === pressed.half) return;
    begun = pressed;
    at = to;
    end();
    pressed = null;
    drawn = true;
  });
  let drawn = false;
  table.addEventListener("click", (event) => {
    const to = cellOf(event.target);
    if (drawn || !to) { drawn = false; return; }
    go(to.day, to.half);
    act();
  });

  box.addEventListener("input", (event) => { if (event.target.closest(".week-row")) draw(); });
  draw();
}

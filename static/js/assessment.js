// Works without: forms post by themselves. With it, an answer survives a weak signal, a page left open
// does not show answers for longer than the server would, and "none" unticks the others.

const TIMEOUT = 20000;
const PIECE = 2048;

// Quick exit (site.js): an answer that is still on its way is called off, and nothing here happens after.
const leaving = new AbortController();
document.addEventListener("leaving", () => leaving.abort());

// For a screen reader: what changed on the page without a new page.
function say(form, words) {
  const status = form.querySelector("[data-say]");
  if (status) status.textContent = words;
}

function sayUnsent(form, button) {
  if (leaving.signal.aborted) return;
  say(form, "");
  const note = form.querySelector("[data-unsent]");
  note.classList.remove("d-none");
  note.focus();
  button.textContent = button.dataset.again;
  button.removeAttribute("aria-disabled");
  delete form.dataset.sending;
}

function callOff() {
  const sending = new AbortController();
  setTimeout(() => sending.abort(), TIMEOUT);
  leaving.signal.addEventListener("abort", () => sending.abort());
  return sending.signal;
}

// Encryption hides what is sent, not how long it is: every answer is filled up to one length.
function evenedOut(form) {
  const body = `${new URLSearchParams(new FormData(form))}&pad=`;
  return body + ".".repeat(PIECE - (body.length % PIECE));
}

function addHidden(form, name, value) {
  const field = form.querySelector(`input[name=${name}]`) ?? form.appendChild(document.createElement("input"));
  Object.assign(field, { type: "hidden", name, value });
}

// The same for a form the browser sends by itself.
function fillUp(form) {
  form.querySelector("input[name=pad]")?.remove();
  addHidden(form, "pad", evenedOut(form).replace(/^.*&pad=/, ""));
}

async function send(form, button) {
  const reply = await fetch(form.action, {
    method: "POST",
    body: evenedOut(form),
    headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
    credentials: "same-origin",
    signal: callOff(),
  });
  if (leaving.signal.aborted) return;
  const kind = reply.headers.get("Content-Type") || "";
  if (reply.ok && kind.startsWith("application/json")) {
    const { next } = await reply.json();
    if (leaving.signal.aborted) return;
    window.location.assign(next);
  } else if (reply.status >= 502 && reply.status <= 504) {
    sayUnsent(form, button);
  } else {
    // A page to show (an error to put right, a notice): let the browser fetch it the plain way.
    fillUp(form);
    HTMLFormElement.prototype.submit.call(form);
  }
}

function keepThroughWeakSignal(form) {
  const button = form.querySelector("button[type=submit]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.busy;
    say(form, button.dataset.busy);
    form.querySelector("[data-unsent]").classList.add("d-none");
    send(form, button).catch(() => sayUnsent(form, button));
  });
}

// "None of these" and "I'm not sure" stand alone: choosing one unticks the rest, and the other way round.
function standAlone(form) {
  form.addEventListener("change", ({ target }) => {
    say(form, "");
    if (target.type !== "checkbox" || !target.checked) return;
    for (const box of form.querySelectorAll(`input[type=checkbox][name="${target.name}"]`)) {
      const apart = "alone" in target.dataset || "alone" in box.dataset;
      if (box === target || !apart || !box.checked) continue;
      box.checked = false;
      say(form, form.dataset.cleared);
    }
  });
}

// Another language, with ticks that were not sent yet: the screen comes back with them, and nothing is saved.
function keepTicksInAnotherLanguage(form) {
  let touched = false;
  form.addEventListener("change", () => {
    touched = true;
  });
  for (const link of document.querySelectorAll("a[hreflang]")) {
    link.addEventListener("click", (event) => {
      if (!touched || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      form.action = link.href;
      addHidden(form, "only_show", "on");
      fillUp(form);
      HTMLFormElement.prototype.submit.call(form);
    });
  }
}

function leaveWhenIdle(frame) {
  const limit = Number(frame.dataset.idleSeconds) * 1000;
  const opened = Date.now();
  const leave = () => {
    if (!leaving.signal.aborted && Date.now() - opened >= limit) window.location.replace(frame.dataset.idleAddress);
  };
  window.setTimeout(leave, limit);
  // Timers sleep with the device: look again when the page comes back to the front.
  document.addEventListener("visibilitychange", leave);
}

// A page kept in the browser's memory could show answers that were erased meanwhile.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && !leaving.signal.aborted) window.location.reload();
});

for (const form of document.querySelectorAll("form[data-send]")) {
  keepThroughWeakSignal(form);
  standAlone(form);
  keepTicksInAnotherLanguage(form);
}
for (const form of document.querySelectorAll("main form[method=post]:not([data-send])")) {
  form.addEventListener("submit", () => fillUp(form));
}
const frame = document.querySelector("[data-idle-seconds]");
if (frame) leaveWhenIdle(frame);
document.querySelector(".problem")?.focus();

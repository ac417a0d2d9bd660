// Works without: forms post by themselves. With it, an answer survives a weak signal, a page left open
// does not show answers for longer than the server would, and "none" unticks the others.

const TIMEOUT = 20000;

function sayUnsent(form, button) {
  const note = form.querySelector("[data-unsent]");
  note.classList.remove("d-none");
  note.focus();
  button.textContent = button.dataset.again;
  button.removeAttribute("aria-disabled");
  delete form.dataset.sending;
}

async function send(form, button) {
  const reply = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
    credentials: "same-origin",
    signal: AbortSignal.timeout ? AbortSignal.timeout(TIMEOUT) : undefined,
  });
  const kind = reply.headers.get("Content-Type") || "";
  if (reply.ok && kind.startsWith("application/json")) {
    const { next } = await reply.json();
    window.location.assign(next);
  } else if (reply.status >= 502 && reply.status <= 504) {
    sayUnsent(form, button);
  } else {
    // A page to show (an error to put right, a notice): let the browser fetch it the plain way.
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
    form.querySelector("[data-unsent]").classList.add("d-none");
    send(form, button).catch(() => sayUnsent(form, button));
  });
}

// "None of these" and "I'm not sure" stand alone: choosing one unticks the rest, and the other way round.
function standAlone(form) {
  form.addEventListener("change", ({ target }) => {
    if (target.type !== "checkbox" || !target.checked) return;
    for (const box of form.querySelectorAll(`input[type=checkbox][name="${target.name}"]`)) {
      const apart = "alone" in target.dataset || "alone" in box.dataset;
      if (box !== target && apart) box.checked = false;
    }
  });
}

function leaveWhenIdle(frame) {
  const limit = Number(frame.dataset.idleSeconds) * 1000;
  const opened = Date.now();
  const leave = () => {
    if (Date.now() - opened >= limit) window.location.replace(frame.dataset.idleAddress);
  };
  window.setTimeout(leave, limit);
  // Timers sleep with the device: look again when the page comes back to the front.
  document.addEventListener("visibilitychange", leave);
}

// A page kept in the browser's memory could show answers that were erased meanwhile.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

for (const form of document.querySelectorAll("form[data-send]")) {
  keepThroughWeakSignal(form);
  standAlone(form);
}
const frame = document.querySelector("[data-idle-seconds]");
if (frame) leaveWhenIdle(frame);
document.querySelector(".problem")?.focus();

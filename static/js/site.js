// Leaving quickly, and two small kindnesses. Every page works without this file: the quick-exit
// button is a form that posts by itself, the menu is a <details>.

const PATIENCE_MS = 700; // how long a blank page waits for the server to forget, on a weak signal
const ESCAPES = 3;
const ESCAPES_WITHIN_MS = 1500;

const exit = document.querySelector("form[data-away]");
let gone = false;

function forgetHere() {
  // A browser that refuses storage throws here; then there is nothing to forget.
  try {
    localStorage.clear();
    sessionStorage.clear();
  } catch {}
}

async function leave(away) {
  if (gone) return;
  gone = true;
  // Whatever is still on its way would bring answers back: it is called off before anything is erased.
  document.dispatchEvent(new Event("leaving"));
  window.stop();
  // What is on the screen goes first. Nothing that follows may keep it there.
  document.title = new URL(away).hostname;
  document.body.textContent = "";
  forgetHere();
  const forgotten = fetch(exit.action, { method: "POST", keepalive: true, redirect: "manual" }).catch(() => {});
  await Promise.race([forgotten, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
  // replace(), so that Back does not lead to this page.
  location.replace(away);
}

if (exit) {
  exit.addEventListener("submit", (event) => {
    event.preventDefault();
    leave(exit.dataset.away);
  });
  let escapes = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    escapes = [...escapes.filter((at) => event.timeStamp - at < ESCAPES_WITHIN_MS), event.timeStamp];
    if (escapes.length >= ESCAPES) leave(exit.dataset.away);
  });
  // A browser may bring the blank page back from memory: it leads away again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && gone) location.replace(exit.dataset.away);
  });
}

// The menu folds when the reader is done with it.
const menu = document.querySelector("details.menu");
if (menu) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

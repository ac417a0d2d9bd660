// On a wide screen the list follows each tick. Everything works without this file: the form is a plain GET.

const PATIENCE_MS = 1500; // how long a search waits for htmx on a weak signal; then it is sent the plain way
const wide = matchMedia("(min-width: 62rem)");
const ours = (element) => element.closest?.("form.search-form");

// htmx swaps the list in place. It weighs twice what the page does, so it comes with the first touch of the form.
let coming;
let settled = false;

function bring() {
  coming ??= new Promise((come) => {
    const script = document.createElement("script");
    script.src = document.querySelector("script[data-htmx]").dataset.htmx;
    script.onload = script.onerror = come;
    // Before the page is complete it would wait for an event that has passed.
    if (document.readyState === "complete") document.head.append(script);
    else addEventListener("load", () => document.head.append(script));
    setTimeout(come, PATIENCE_MS);
  }).then(() => {
    settled = true;
  });
  return coming;
}

for (const kind of ["pointerdown", "focusin", "keydown"]) {
  document.addEventListener(kind, ({ target }) => ours(target) && bring(), { passive: true });
}

// What is sent while it is on its way waits for it.
document.addEventListener(
  "submit",
  (event) => {
    const { target: form, submitter } = event;
    if (settled || !ours(form)) return;
    event.preventDefault();
    event.stopPropagation();
    bring().then(() => form.requestSubmit(submitter));
  },
  { capture: true },
);

document.addEventListener("change", (event) => {
  const form = ours(event.target);
  // Typing a place is finished with Enter or the button, not by leaving the field.
  if (form && wide.matches && document.querySelector("#list") && event.target.name !== "place") form.requestSubmit();
});

// htmx notes the last address in the tab's storage, for a history that is switched off here. Nobody asked for that.
document.addEventListener("htmx:pushedIntoHistory", () => sessionStorage.removeItem("htmx-current-path-for-history"));

// A page that says what is wrong and whom to call is no list to put in place: it is opened as a page.
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (ours(detail.elt)) location.assign(detail.pathInfo.finalRequestPath);
});

// Without a signal the page stays as it is, ticks and all.
document.addEventListener("htmx:sendError", ({ detail }) => {
  const lost = ours(detail.elt)?.querySelector("[data-lost]");
  if (!lost) return;
  lost.hidden = false;
  lost.scrollIntoView({ block: "center" });
});

// Who cannot see the list change hears its new heading; on a phone the reader is taken back to the list.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "search" && event.target.id !== "search") return;
  const heading = document.querySelector("#search h1");
  const problem = document.querySelector("#problem")?.closest("[tabindex]");
  document.querySelector("#found").textContent = heading?.textContent ?? "";
  if (problem) problem.focus();
  else if (!wide.matches) heading?.scrollIntoView({ block: "center" });
});

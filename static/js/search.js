// On a wide screen the list follows each tick. Everything works without this file: the form is a plain GET.

const wide = matchMedia("(min-width: 62rem)");

document.addEventListener("change", (event) => {
  const form = event.target.closest("form.search-form");
  // Typing a place is finished with Enter or the button, not by leaving the field.
  if (form && wide.matches && document.querySelector("#list") && event.target.name !== "place") form.requestSubmit();
});

// htmx notes the last address in the tab's storage, for a history that is switched off here. Nobody asked for that.
document.addEventListener("htmx:pushedIntoHistory", () => sessionStorage.removeItem("htmx-current-path-for-history"));

// Who cannot see the list change hears its new heading; on a phone the reader is taken back to the list.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "search" && event.target.id !== "search") return;
  const heading = document.querySelector("#search h1");
  const problem = document.querySelector("#problem")?.closest("[tabindex]");
  document.querySelector("#found").textContent = heading?.textContent ?? "";
  if (problem) problem.focus();
  else if (!wide.matches) heading?.scrollIntoView({ block: "center" });
});

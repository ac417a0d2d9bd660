// The field in which one searches among many rows gets the name of the choice it belongs to: the script that
// makes it leaves it without one, and nobody who listens to a page would know what it is for.
const name = (field) => {
  const select = field.closest(".select2").previousElementSibling;
  const label = select.labels[0];
  if (label) field.setAttribute("aria-label", label.textContent.trim().replace(/:$/, ""));
};

window.addEventListener("load", () => document.querySelectorAll(".select2 .select2-search__field").forEach(name));

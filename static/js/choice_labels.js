// The field in which one searches among many rows gets the name of the choice it belongs to: the script that
// makes it, whenever that is, leaves it without one, and nobody who listens would know what it is for.
const FIELD = ".select2 .select2-search__field:not([aria-label])";

const name = (field) => {
  const label = field.closest(".select2").previousElementSibling?.labels?.[0];
  if (label) field.setAttribute("aria-label", label.textContent.trim().replace(/:$/, ""));
};
const nameAll = () => document.querySelectorAll(FIELD).forEach(name);

new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
nameAll();

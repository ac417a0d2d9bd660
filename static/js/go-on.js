// Sends the form that asks for the next step, a moment after the page is shown.
const form = document.querySelector("form[data-go-on]");
if (form) setTimeout(() => form.requestSubmit(), 400);

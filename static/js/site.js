// Works without: the button posts by itself. With it, leaving is quicker and Esc three times leaves too.
const form = document.querySelector("form[data-exit]");

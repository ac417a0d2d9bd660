// ruleid: script-writes-markup
list.innerHTML = typed;
// ruleid: script-writes-markup
list.insertAdjacentHTML("beforeend", typed);
// ruleid: script-writes-markup
eval(typed);
// ruleid: script-asks-elsewhere
fetch("https://evil.example/");
// ruleid: script-asks-elsewhere
navigator.sendBeacon("/here", typed);

// ok: script-writes-markup
list.textContent = typed;
// ok: script-writes-markup
list.append(document.createElement("li"));
// ok: script-asks-elsewhere
fetch("/programs/places/?q=" + typed);

// What a person heard on the phone, by center and question: { center: { question: { text, on } } }. It is kept in
// this browser alone; nothing here asks the network for anything.

const KEY = "iopfinder.heard";

export function heard() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export function hear(center, question, text) {
  const all = heard();
  const now = new Date();
  // The day on the person's own clock.
  const on = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  const { [question]: before, ...others } = all[center] ?? {};
  all[center] = text ? { ...others, [question]: { text, on } } : others;
  if (!Object.keys(all[center]).length) delete all[center];
  store(all);
}

export function forget(centers) {
  const all = heard();
  for (const center of centers) delete all[center];
  store(all);
}

function store(all) {
  try {
    if (Object.keys(all).length) localStorage.setItem(KEY, JSON.stringify(all));
    else localStorage.removeItem(KEY);
  } catch {}
}

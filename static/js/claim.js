// While someone types on the page of a call, the center stays theirs: asks for that every few minutes at most.
const EVERY = 5 * 60 * 1000;
const claim = document.getElementById("claim");

function keeping() {
  let last = Date.now();
  return async () => {
    if (Date.now() - last < EVERY) {
      return;
    }
    last = Date.now();
    const form = claim.querySelector("form");
    await fetch(claim.dataset.keep, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-Requested-With": "fetch" },
    });
  };
}

if (claim) {
  const keep = keeping();
  for (const act of ["input", "keydown"]) {
    document.addEventListener(act, keep);
  }
}

// Prints or copies the recovery codes on this page. Without a script they are read off the screen.
const codes = [...document.querySelectorAll("#recovery-codes code")].map((one) => one.textContent);
const print = document.getElementById("print-codes");
const copy = document.getElementById("copy-codes");

print.hidden = false;
print.addEventListener("click", () => window.print());
if (navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(codes.join("\n"));
    document.getElementById("copied").textContent = copy.dataset.done;
  });
}

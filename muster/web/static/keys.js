// Deciding on one pair after the other by single keys. Every key is a button or link on the page,
// so nothing here is needed; who speaks to a computer can turn it off, and it stays off.
const OFF = "muster-keys-off";
const toggle = document.querySelector("[data-keys-toggle]");

function say() {
  const off = localStorage.getItem(OFF) === "yes";
  toggle.textContent = off ? toggle.dataset.turnOn : toggle.dataset.turnOff;
  toggle.setAttribute("aria-pressed", String(!off));
}

function move(step) {
  const links = [...document.querySelectorAll("#results tbody a")];
  const next = links.indexOf(document.activeElement) + step;
  links[Math.max(0, Math.min(links.length - 1, next))]?.focus();
}

if (toggle) {
  toggle.hidden = false;
  say();
  toggle.addEventListener("click", () => {
    localStorage.setItem(OFF, localStorage.getItem(OFF) === "yes" ? "no" : "yes");
    say();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || localStorage.getItem(OFF) === "yes") return;
    if (event.target.closest("input, textarea, select")) return;
    const named = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (named) {
      event.preventDefault();
      const reason = named.form?.elements.reason;
      if (reason && !reason.value.trim()) reason.focus();
      else named.click();
    } else if (event.key === "j" || event.key === "k") {
      move(event.key === "j" ? 1 : -1);
    }
  });
}

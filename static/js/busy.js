// A form that is on its way shows it on the button that sent it, and is not sent twice.

/** @type {Map<HTMLFormElement, HTMLElement | null>} */
const underway = new Map();

/** @param {HTMLFormElement} form */
function done(form) {
  underway.get(form)?.removeAttribute("aria-busy");
  underway.delete(form);
}

/** @param {SubmitEvent} event */
function send(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.method === "dialog" || form.method === "get") return;
  if (underway.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  underway.set(form, event.submitter);
  event.submitter?.setAttribute("aria-busy", "true");
  // A download never leaves the page: let go after a while.
  setTimeout(() => done(form), 15000);
}

document.addEventListener("submit", send, true);
addEventListener("pageshow", () => [...underway.keys()].forEach(done));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = /** @type {Element} */ (event.target).closest("form");
  if (form) done(form);
  [...underway.keys()].filter((other) => !other.isConnected).forEach(done);
});

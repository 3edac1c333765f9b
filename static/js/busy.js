// A form that is on its way shows it on the button that sent it, and is not sent twice.

/** @type {Map<Element, Element | null>} */
const underway = new Map();

/** @param {Element} form @param {Element | null} [button] */
function begin(form, button = null) {
  underway.set(form, button);
  button?.setAttribute("aria-busy", "true");
  // A download never leaves the page: let go after a while.
  setTimeout(() => done(form), 15000);
}

/** @param {Element} form */
function done(form) {
  underway.get(form)?.removeAttribute("aria-busy");
  underway.delete(form);
}

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  // What opens beside this page leaves the form as it is.
  if (form.method !== "post" || event.submitter?.getAttribute("formtarget")) return;
  if (underway.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else if (!form.matches("[hx-post]")) {
    begin(form, event.submitter);
  }
}, true);
addEventListener("pageshow", () => [...underway.keys()].forEach(done));

// htmx may still ask before it sends, so its forms and buttons begin when it does.
document.addEventListener("htmx:beforeRequest", (event) => {
  const sender = /** @type {Element} */ (event.target);
  const cause = /** @type {CustomEvent} */ (event).detail.requestConfig.triggeringEvent;
  if (sender.matches("form[hx-post]")) begin(sender, cause?.submitter);
  if (sender.matches("button[hx-post]")) begin(sender, sender);
});
document.addEventListener("htmx:afterRequest", (event) => {
  done(/** @type {Element} */ (event.target));
  [...underway.keys()].filter((form) => !form.isConnected).forEach(done);
});

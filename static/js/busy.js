// What is on its way shows it on the button, switch or drop-down that sent it, and is not sent twice.

/** What was sent, and what shows it. @type {Map<Element, Element | null | undefined>} */
const underway = new Map();

/** @param {Element} sent @param {Element | null} [shower] */
function begin(sent, shower = null) {
  underway.set(sent, shower);
  shower?.setAttribute("aria-busy", "true");
  // What never leaves the page, a download, is let go after a while.
  setTimeout(() => done(sent), 60_000);
}

/** @param {Element} sent */
function done(sent) {
  underway.get(sent)?.removeAttribute("aria-busy");
  underway.delete(sent);
}

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  // What opens beside this page leaves the form as it is, and a passkey may not come.
  if (form.method !== "post" || form.dataset.passkey || event.submitter?.getAttribute("formtarget")) return;
  if (underway.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else if (!form.matches("[hx-post]")) {
    begin(form, event.submitter);
  }
}, true);
// A choice made meanwhile would be lost with the row that the answer replaces. Pointers are kept off by table.css.
document.addEventListener("keydown", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (event.key !== "Tab" && target.matches('select[aria-busy="true"]')) event.preventDefault();
}, true);
// A page that one comes back to is as it was left: busy.
addEventListener("pageshow", (event) => {
  if (event.persisted) [...underway.keys()].forEach(done);
});

// htmx may still ask before it sends, so what it sends begins when it does.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = /** @type {CustomEvent} */ (event).detail;
  const cause = requestConfig.triggeringEvent;
  if (requestConfig.verb !== "get") begin(elt, cause?.submitter ?? cause?.target?.closest?.("button, select"));
});
document.addEventListener("htmx:afterRequest", (event) => {
  done(/** @type {CustomEvent} */ (event).detail.elt);
  [...underway.keys()].filter((sent) => !sent.isConnected).forEach(done);
});

// Who chose before htmx was there sees it chosen, so it is sent. Values that a browser kept from the last visit would
// be sent as well: `autocomplete="off"`.
document.addEventListener("DOMContentLoaded", () => {
  for (const choice of document.querySelectorAll("select")) {
    const drawn = [...choice.options].find((option) => option.defaultSelected) ?? choice.options[0];
    if (choice.closest("[hx-post]") && choice.selectedOptions[0] !== drawn) {
      choice.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
});

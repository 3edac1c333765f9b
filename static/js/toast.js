// Toasts go by themselves (not while somebody points at one, or stands in it with the keyboard) and say when a request
// has failed.

const region = document.getElementById("messages");
/** Where one was before one stepped into a toast. @type {HTMLElement | null} */
let before = null;

/** @param {HTMLElement} toast */
function startTimer(toast) {
  toast.dataset.timed = "";
  const held = () => toast.matches(":hover, :has(:focus-visible)");
  const go = () => (held() ? setTimeout(go, 2000) : toast.remove());
  setTimeout(go, 1000 * Number(toast.dataset.timeout));
}

function startTimers() {
  region?.querySelectorAll(".toast[data-timeout]:not([data-timed])").forEach((toast) => startTimer(/** @type {HTMLElement} */ (toast)));
}

function sayFailed() {
  const words = /** @type {HTMLTemplateElement | null} */ (document.getElementById("request-failed"));
  if (words) region?.replaceChildren(words.content.cloneNode(true));
}

region?.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (!target.closest("[data-dismiss]")) return;
  target.closest(".toast")?.remove();
  (before?.isConnected ? before : document.getElementById("main"))?.focus();
});
region?.addEventListener("focusin", (event) => {
  if (!region.contains(/** @type {Node | null} */ (event.relatedTarget))) before = /** @type {HTMLElement | null} */ (event.relatedTarget);
});
if (region) new MutationObserver(startTimers).observe(region, { childList: true, subtree: true });
startTimers();

for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, sayFailed);
}

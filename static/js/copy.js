// A button[data-copy] copies that address. Without the clipboard it opens its popover, where the address stands selected.
// A button[data-share] hands it to another app, and shows itself where the browser can do that.

/** @param {HTMLButtonElement} button */
function sayCopied(button) {
  const label = button.querySelector("[data-copy-label]") ?? button;
  const before = label.textContent;
  const said = button.dataset.copied ?? "Copied";
  label.textContent = said;
  button.classList.add("copied");
  announce(said);
  setTimeout(() => {
    label.textContent = before;
    button.classList.remove("copied");
  }, 2000);
}

/** @param {string} sentence */
function announce(sentence) {
  const region = document.getElementById("announcements");
  if (region) region.textContent = sentence;
}

/** @param {HTMLButtonElement} button */
function showAddress(button) {
  const popover = document.getElementById(button.getAttribute("popovertarget") ?? "");
  if (!popover) return;
  if (!popover.matches(":popover-open")) /** @type {any} */ (popover).showPopover({ source: button });
  const field = popover.querySelector("input");
  field?.focus();
  field?.select();
}

document.addEventListener("click", async (event) => {
  const target = /** @type {Element} */ (event.target);
  const button = /** @type {HTMLButtonElement | null} */ (target.closest("button[data-copy]"));
  if (!button || button.classList.contains("copied")) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? "");
    sayCopied(button);
  } catch {
    showAddress(button);
  }
});

document.addEventListener("beforetoggle", (event) => {
  const menu = /** @type {Element} */ (event.target);
  for (const button of menu.querySelectorAll("[data-share]")) button.toggleAttribute("hidden", !navigator.share);
}, true);

document.addEventListener("click", async (event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-share]"));
  if (!button) return;
  /** @type {HTMLElement | null} */ (button.closest(".menu"))?.hidePopover();
  try {
    await navigator.share({ title: button.dataset.shareTitle, url: button.dataset.share });
  } catch {
    // Thought better of it.
  }
});

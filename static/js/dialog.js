// A dialog[data-open] that arrives (with the page or through htmx) opens; [data-close] and a press beside it close it.
// What opened it has the focus again afterwards.

/** @type {HTMLElement | null} */
let opener = null;

function openNew() {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog[data-open]"));
  if (!dialog || dialog.matches(":modal")) return;
  opener ??= /** @type {HTMLElement | null} */ (document.activeElement);
  dialog.removeAttribute("open");
  dialog.showModal();
  dialog.addEventListener("close", () => {
    dialog.remove();
    giveBackFocus();
  });
}

function giveBackFocus() {
  const again = opener?.isConnected ? opener : document.getElementById(opener?.id ?? "");
  again?.focus();
  opener = null;
}

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const dialog = target.closest("dialog");
  if (dialog && (target === dialog || target.closest("[data-close]"))) {
    event.preventDefault();
    dialog.close();
  }
});
document.addEventListener("htmx:afterSettle", () => {
  openNew();
  if (opener && !document.querySelector("dialog[open]")) giveBackFocus();
});
openNew();

// What htmx swaps may take with it what had the focus. Then the row that came in its place has it, or the next one;
// after a menu its button. What came may name what is to have it, by [data-focus]: `autofocus` is for whole pages.

const CONTROLS = "a[href], button:not(:disabled), input:not([type=hidden]), select, textarea";

/** @type {{ part: string, row: number, opener: string } | null} */
let place = null;

/** @param {Element} part */
function rowsOf(part) {
  return [...part.querySelectorAll("tbody > tr, li")];
}

/** @param {Element} focused */
function openerOf(focused) {
  const menu = focused.closest("[popover]");
  return (menu && document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`)?.id) ?? "";
}

/** @param {Element | undefined} near @returns {HTMLElement | undefined} */
function controlIn(near) {
  const controls = /** @type {NodeListOf<HTMLElement>} */ (near?.querySelectorAll(CONTROLS) ?? []);
  return [...controls].find((control) => control.checkVisibility());
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const part = /** @type {Element} */ (/** @type {CustomEvent} */ (event).detail.target);
  const focused = document.activeElement;
  if (!focused || !part.id || !(part.contains(focused) || focused.closest("dialog"))) return;
  const row = Math.max(0, rowsOf(part).findIndex((row) => row.contains(focused)));
  place = { part: part.id, row, opener: openerOf(focused) };
});

document.addEventListener("htmx:afterSettle", () => {
  const named = /** @type {HTMLElement | null} */ (document.querySelector("[data-focus]"));
  named?.removeAttribute("data-focus");
  named?.focus();
  const part = place && document.getElementById(place.part);
  if (place && part && document.activeElement === document.body) {
    const rows = rowsOf(part);
    const near = document.getElementById(place.opener) ?? controlIn(rows[Math.min(place.row, rows.length - 1)]) ?? controlIn(part);
    (near ?? document.getElementById("main"))?.focus();
  }
  place = null;
});

// Keys for menus (arrows, Home, End, first letter), and their place where CSS cannot anchor them.

const anchored = CSS.supports("position-area: block-end");

/** @param {Element} popover */
function openerOf(popover) {
  return document.querySelector(`[popovertarget="${CSS.escape(popover.id)}"]`);
}

/** @param {HTMLElement} menu @returns {HTMLElement[]} */
function itemsOf(menu) {
  // What is not shown takes no focus: one would be stuck before it.
  const shown = [...menu.querySelectorAll("a[href], button:not(:disabled)")].filter((item) => item.checkVisibility());
  return shown.map((item) => /** @type {HTMLElement} */ (item));
}

/** @param {HTMLElement} popover */
function place(popover) {
  const opener = openerOf(popover)?.getBoundingClientRect();
  if (!opener) return;
  const { offsetWidth: width, offsetHeight: height } = popover;
  const rightToLeft = getComputedStyle(popover).direction === "rtl";
  const left = rightToLeft ? opener.left : opener.right - width;
  const below = opener.bottom + 4;
  const top = below + height > innerHeight ? opener.top - height - 4 : below;
  popover.style.inset = "auto";
  popover.style.margin = "0";
  popover.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  popover.style.top = `${Math.max(8, top)}px`;
}

/** @param {HTMLElement[]} items @param {number} at @param {string} key */
function next(items, at, key) {
  if (key === "ArrowDown") return items[(at + 1) % items.length];
  if (key === "ArrowUp") return items[(Math.max(at, 0) - 1 + items.length) % items.length];
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (key.length !== 1 || key === " ") return undefined;
  const after = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return after.find((item) => item.textContent?.trim().toLowerCase().startsWith(key.toLowerCase()));
}

document.addEventListener("toggle", (event) => {
  const popover = /** @type {HTMLElement} */ (event.target);
  if (!popover.matches?.(".menu, .popover") || !popover.matches(":popover-open")) return;
  if (!anchored) place(popover);
  if (popover.matches(".menu") && !popover.contains(document.activeElement)) itemsOf(popover)[0]?.focus();
}, true);

document.addEventListener("keydown", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown" && target.matches("button[popovertarget]:not([data-copy])")) {
    event.preventDefault();
    /** @type {HTMLElement} */ (target).click();
    return;
  }
  const menu = /** @type {HTMLElement | null} */ (target.closest(".menu:popover-open"));
  if (!menu) return;
  if (event.key === "Tab") return menu.hidePopover();
  const items = itemsOf(menu);
  const chosen = next(items, items.indexOf(/** @type {HTMLElement} */ (target)), event.key);
  if (!chosen) return;
  event.preventDefault();
  chosen.focus();
});

// A menu whose entry has been chosen is done. Its opener has the focus by now, and keeps it in the answer.
document.addEventListener("htmx:beforeRequest", (event) => {
  const menu = /** @type {Element} */ (event.target).closest(".menu:popover-open");
  /** @type {HTMLElement | null} */ (menu)?.hidePopover();
});

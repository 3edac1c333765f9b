// The rows that are ticked: how many they are, a range with Shift, the whole page, all that is found, none with Escape.
// Enter on a row's box goes to what can be done with them. A row that is drawn anew stays ticked.

/** @type {Set<string>} */
let chosen = new Set();
/** @type {string | undefined} */
let latest; // where a range begins

/** @returns {HTMLInputElement[]} */
function boxes() {
  return [...document.querySelectorAll("input[name='links'][form='selection']")].map((box) => /** @type {HTMLInputElement} */ (box));
}
/** @param {string} id */
function part(id) {
  return document.getElementById(id);
}
/** @returns {HTMLInputElement | null} */
function everything() {
  return document.querySelector("#selection [name='all']");
}

/** @param {boolean} [aloud] */
function show(aloud = false) {
  const number = document.querySelector("#selected strong");
  if (!(number instanceof HTMLElement)) return;
  const rows = boxes();
  chosen = new Set(rows.filter((box) => box.checked).map((box) => box.value));
  const isWhole = rows.length > 0 && chosen.size === rows.length;
  const all = everything();
  if (all && !isWhole) all.checked = false;
  number.textContent = all?.checked ? number.dataset.all ?? "" : String(chosen.size);
  all?.closest("label")?.toggleAttribute("hidden", !isWhole);
  part("select-page")?.toggleAttribute("hidden", isWhole);
  const head = part("pick-page");
  if (head instanceof HTMLInputElement) {
    head.checked = isWhole;
    head.indeterminate = chosen.size > 0 && !isWhole;
  }
  const words = part("selected")?.textContent ?? "";
  const region = part("announcements");
  if (aloud && region) region.textContent = words.replace(/\s+/g, " ").trim();
}

/** @param {boolean} checked @param {HTMLInputElement[]} [which] */
function tick(checked, which = boxes()) {
  which.forEach((box) => (box.checked = checked));
  show(true);
}

function clear() {
  const isHere = document.activeElement?.closest("#selection");
  tick(false);
  if (isHere) part(`pick-${latest}`)?.focus();
}

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target.closest("#select-none")) clear();
  if (target.closest("#select-page")) {
    tick(true);
    everything()?.focus();
  }
  if (!(target instanceof HTMLInputElement) || !target.matches("[name='links']")) return;
  const rows = boxes();
  const [from, to] = [rows.findIndex((box) => box.value === latest), rows.indexOf(target)];
  if (event.shiftKey && from >= 0) tick(target.checked, rows.slice(Math.min(from, to), Math.max(from, to) + 1));
  latest = target.value;
});
document.addEventListener("change", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target instanceof HTMLInputElement && target.id === "pick-page") tick(target.checked);
  else if (target.matches("[name='links'], #selection [name='all']")) show(true);
});
document.addEventListener("keydown", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (event.key === "Enter" && target.matches("[name='links'], #pick-page, #selection [name='all']")) {
    event.preventDefault();
    if (chosen.size) /** @type {HTMLElement | null} */ (document.querySelector("#selection button[name]"))?.focus();
  }
  const isInside = document.querySelector("dialog[open], :popover-open") || target.matches("[type='search'], select");
  if (event.key === "Escape" && chosen.size && !isInside) clear();
});
// Its menu is done when it has been chosen from.
document.addEventListener("submit", (event) => {
  const menu = /** @type {HTMLElement | null | undefined} */ (event.submitter?.closest("#selection .menu:popover-open"));
  menu?.hidePopover();
});
document.addEventListener("htmx:afterSwap", () => {
  boxes().filter((box) => chosen.has(box.value)).forEach((box) => (box.checked = true));
  show();
});
addEventListener("pageshow", () => show());
show();

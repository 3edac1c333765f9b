// [data-stream="/r/7/stream"]: shows what the server says of this page, as it says it.
// Events: "me", "people", "place" replace the part with that id; "out" is the last word; "go" comes in;
// "changed" has [data-live] fetch itself again, or, of a room that is deleted, goes to [data-home]; "reload" loads the page.

const root = /** @type {HTMLElement | null} */ (document.querySelector("[data-stream]"));
const aSelectIsOpen = CSS.supports("selector(select:open)") ? "select:open" : "select:focus";
/** @type {EventSource | undefined} */
let stream;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let later;
let patience = 1000; // milliseconds, more after each refusal
let pointerMovedAt = 0;

/** @param {boolean} lost */
function sayReconnecting(lost) {
  document.querySelectorAll("[data-reconnecting]").forEach((note) => note.toggleAttribute("hidden", !lost));
}

/** @param {string} id @param {string} html */
function show(id, html) {
  const part = document.getElementById(id);
  if (!part || part.innerHTML.trim() === html) return;
  part.innerHTML = html;
  const own = root?.dataset.person && part.querySelector(`li[data-person="${root.dataset.person}"] .name`);
  if (own && !own.querySelector(".you")) {
    const you = document.createElement("span");
    you.className = "you";
    you.textContent = ` ${root?.dataset.you ?? ""}`;
    own.append(you);
  }
}

/** @param {string} html */
function sayGoodbye(html) {
  stream?.close();
  const main = document.querySelector("main");
  if (!main) return;
  // An alert is heard when something comes into it.
  const words = document.createElement("div");
  words.setAttribute("role", "alert");
  main.replaceChildren(words);
  words.innerHTML = html;
  main.tabIndex = -1;
  main.focus();
}

function loadAgain() {
  // With its fragment it would only scroll.
  location.replace(location.href.split("#")[0]);
}

/** An open menu or drop-down, or what the hand is about to press, is not taken from under it. @param {Element} part */
function isInUse(part) {
  const isPointedAt = Date.now() - pointerMovedAt < 2000 && part.matches(":has(:is(a, button, select):hover)");
  return isPointedAt || part.matches(`:has(:popover-open, ${aSelectIsOpen})`) || document.querySelector("dialog[open]") !== null;
}

function refreshLater() {
  clearTimeout(later);
  later = setTimeout(refresh, 250);
}

function refresh() {
  const parts = [...document.querySelectorAll("[data-live]")];
  // Not while one is fetched: htmx forgets what waits for a part that is replaced.
  if (parts.some((part) => isInUse(part) || part.matches(".htmx-request, :has(.htmx-request)"))) refreshLater();
  else parts.forEach((part) => part.dispatchEvent(new CustomEvent("changed")));
}

function open() {
  if (!root?.isConnected) return;
  stream?.close();
  stream = new EventSource(/** @type {string} */ (root.dataset.stream));
  stream.addEventListener("open", () => {
    patience = 1000;
    sayReconnecting(false);
  });
  stream.addEventListener("error", () => {
    sayReconnecting(true);
    // Refused, and not only interrupted: the page itself knows why.
    if (stream?.readyState === EventSource.CLOSED) setTimeout(check, patience * (1 + Math.random() * 4));
    patience = Math.min(patience * 2, 60_000);
  });
  for (const part of ["me", "people", "place"]) stream.addEventListener(part, (event) => show(part, event.data));
  stream.addEventListener("out", (event) => sayGoodbye(event.data));
  stream.addEventListener("reload", loadAgain);
  stream.addEventListener("go", () => /** @type {HTMLFormElement} */ (root).requestSubmit());
  stream.addEventListener("changed", (event) => {
    if (root.dataset.home && event.data.endsWith("deleted")) location.replace(root.dataset.home);
    else refresh();
  });
}

/** After a refusal: is it the server that is away, or we who are out? */
async function check() {
  try {
    const answer = await fetch(location.href, { method: "HEAD", redirect: "manual" });
    // Whoever waits at a door may have lost their place meanwhile, which only the page can take again.
    if (answer.status >= 500 || (answer.ok && !root?.matches("form"))) open();
    else loadAgain();
  } catch {
    setTimeout(check, 2000 + Math.random() * 3000);
  }
}

if (root) {
  open();
  addEventListener("offline", () => sayReconnecting(true));
  addEventListener("online", open);
  document.addEventListener("visibilitychange", () => {
    // A phone that slept finds its connection dead.
    if (!document.hidden && stream?.readyState !== EventSource.OPEN) open();
  });
  addEventListener("pointermove", () => (pointerMovedAt = Date.now()), { passive: true });
  // From the browser's back-forward cache a page comes with a stream that has ended.
  addEventListener("pageshow", (event) => event.persisted && loadAgain());
}

/** A link that somebody else has added, or a row that was just deleted here. @param {{ serverResponse: string }} answer */
function leaveOutWhatHasNoPlace(answer) {
  const spans = /<span id="([^"]+)"[^>]* hx-swap-oob[^>]*>[^<]*<\/span>/g;
  answer.serverResponse = answer.serverResponse.replace(spans, (span, id) => (document.getElementById(id) ? span : ""));
}

/** @param {Event} event */
function isOurs(event) {
  return /** @type {CustomEvent} */ (event).detail.requestConfig?.elt?.matches("[data-live]");
}

// What nobody asked for is not heard of: it closes no menu, and when it fails the next change tries again.
for (const name of ["afterRequest", "responseError", "sendError", "timeout"]) {
  document.addEventListener(`htmx:${name}`, (event) => isOurs(event) && event.stopImmediatePropagation(), true);
}
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isOurs(event)) return;
  const { target, pathInfo } = /** @type {CustomEvent} */ (event).detail;
  const isElsewhere = pathInfo.responsePath && pathInfo.responsePath.split("?")[0] !== pathInfo.requestPath.split("?")[0];
  // The session has ended: the whole page goes to the login, which does not come into a part of this one.
  if (isElsewhere) loadAgain();
  else if (isInUse(target)) refreshLater();
  else return leaveOutWhatHasNoPlace(/** @type {CustomEvent} */ (event).detail);
  event.preventDefault();
});

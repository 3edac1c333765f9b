// <time datetime data-local-time="Europe/Berlin" data-local-words="%s your time">: the reader's own time beside the room's.
// [data-own-time="Europe/Berlin" data-own-words="%s your time" data-instants="… …"]: a line that says them to those in another zone.
// [data-countdown="2026-11-30T08:00:00Z"]: counts down and loads the page again at zero.

const language = document.documentElement.lang || undefined;

/** @param {Date} moment @param {string} [zone] @param {Date} [end] */
function words(moment, zone, end) {
  const format = new Intl.DateTimeFormat(language, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: zone,
  });
  return end ? format.formatRange(moment, end) : format.format(moment);
}

/** @param {HTMLTimeElement} time */
function addLocalTime(time) {
  const moment = new Date(time.dateTime);
  const here = words(moment);
  if (Number.isNaN(moment.valueOf()) || here === words(moment, time.dataset.localTime)) return;
  const note = document.createElement("span");
  note.className = "local-time";
  note.textContent = ` (${(time.dataset.localWords ?? "%s").replace("%s", here)})`;
  time.after(note);
}

/** @param {HTMLElement} line */
function addOwnTime(line) {
  if (!line.dataset.instants) return;
  const [first, last] = line.dataset.instants.split(" ").map((instant) => new Date(instant));
  const here = words(first, undefined, last);
  if (here === words(first, line.dataset.ownTime, last)) return;
  line.textContent = (line.dataset.ownWords ?? "%s").replace("%s", here);
  line.hidden = false;
}

/** @param {number} seconds */
function clock(seconds) {
  const days = Math.floor(seconds / 86400);
  if (days >= 2) return new Intl.RelativeTimeFormat(language).format(days, "day");
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** @param {HTMLElement} place */
function countDown(place) {
  const opens = Date.parse(place.dataset.countdown ?? "");
  // The server's clock decides: a phone that is five minutes wrong must not knock early or late.
  const ahead = place.dataset.now ? Date.now() - Date.parse(place.dataset.now) : 0;
  const late = opens <= Date.now() - ahead;
  const tick = () => {
    const seconds = Math.ceil((opens - Date.now() + ahead) / 1000);
    place.textContent = clock(Math.max(seconds, 0));
    if (seconds > 0) return setTimeout(tick, 1000 - (Date.now() % 1000));
    // Not all at once, and not in a circle when the server is not of our mind yet.
    setTimeout(() => location.reload(), (late ? 5000 : 300) + Math.random() * 1500);
  };
  tick();
}

document.querySelectorAll("time[data-local-time]").forEach((time) => addLocalTime(/** @type {HTMLTimeElement} */ (time)));
document.querySelectorAll("[data-countdown]").forEach((place) => countDown(/** @type {HTMLElement} */ (place)));
const addOwnTimes = () => document.querySelectorAll("[data-own-time][hidden]").forEach((line) => addOwnTime(/** @type {HTMLElement} */ (line)));
document.addEventListener("htmx:afterSettle", addOwnTimes);
addOwnTimes();

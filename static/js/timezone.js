// A select[data-browser-timezone] that nobody touched takes the reader's time zone, if it offers it.

document.querySelectorAll("select[data-browser-timezone]").forEach((element) => {
  const select = /** @type {HTMLSelectElement} */ (element);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const untouched = !select.querySelector("option[selected]") || select.value === select.dataset.browserTimezone;
  if (untouched && [...select.options].some((option) => option.value === zone)) select.value = zone;
});

// A date in #window-inputs counts as wrong for as long as what is wrong with it (#…_error) stands in the sentence's place.

document.addEventListener("htmx:afterSettle", () => {
  document.querySelectorAll("#window-inputs .field input").forEach((field) => {
    const fault = document.getElementById(`${field.id}_error`);
    for (const [name, value] of [["aria-invalid", "true"], ["aria-describedby", fault?.id ?? ""]]) {
      if (fault) field.setAttribute(name, value);
      else field.removeAttribute(name);
    }
  });
});

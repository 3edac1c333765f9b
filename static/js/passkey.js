// A form[data-passkey] asks the browser for a passkey, "create" a new one or "get" one that is there, and sends what it says.
// What to ask for stands in the element that data-options names, or is fetched from the form's address.

/** @param {HTMLFormElement} form @returns {Promise<any>} */
async function optionsOf(form) {
  const element = document.getElementById(form.dataset.options ?? "");
  if (element) return JSON.parse(element.textContent ?? "");
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  return answer.json();
}

/** @param {HTMLFormElement} form @returns {Promise<any>} */
async function passkeyFor(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey === "get") {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.request_options.publicKey);
    return navigator.credentials.get({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.creation_options.publicKey);
  const alone = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("passwordless"));
  if (alone?.checked) {
    // It has to know whose it is, and that it is them.
    Object.assign(publicKey.authenticatorSelection ??= {}, { residentKey: "required", requireResidentKey: true, userVerification: "required" });
  }
  return navigator.credentials.create({ publicKey });
}

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.dataset.passkey) return;
  event.preventDefault();
  const failed = form.querySelector("[data-passkey-failed]");
  failed?.setAttribute("hidden", "");
  try {
    const credential = /** @type {HTMLInputElement} */ (form.elements.namedItem("credential"));
    credential.value = JSON.stringify(await passkeyFor(form));
    form.submit();
  } catch {
    failed?.removeAttribute("hidden");
  }
});

// What both checkouts share: sending the form, and saying what is wrong.

/** @param {HTMLFormElement} form @param {Record<string, string>} [more] */
export async function send(form, more = {}) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  return fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
}

/** @param {HTMLFormElement} form @param {Record<string, string[]>} fields */
export function showErrors(form, fields) {
  for (const place of form.querySelectorAll("[data-error]")) {
    const message = fields[place.dataset.error]?.[0] ?? "";
    place.textContent = message;
    place.parentElement.classList.toggle("has-error", message !== "");
  }
  form.querySelector(".has-error input")?.focus();
}

/** @param {string} title @param {string} text */
export function showFailure(title, text) {
  const box = document.getElementById("failure");
  const heading = document.createElement("b");
  heading.textContent = title;
  box.replaceChildren(heading, text);
  box.hidden = false;
  box.scrollIntoView({ block: "center" });
}

export function hideFailure() {
  document.getElementById("failure").hidden = true;
}

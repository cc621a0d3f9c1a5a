// Paying through the provider's frame: it keeps the card and gives out a token.
import { hideFailure, send, showErrors, showFailure } from "./forms.js";

const form = document.getElementById("checkout");
const frame = document.getElementById("provider");
const button = form.querySelector(".pay");
const providerOrigin = new URL(frame.src).origin;

/** Ask the frame for a token; resolves to null when it shows the person what is wrong with the card. */
function askForToken() {
  return new Promise((resolve) => {
    const hear = (event) => {
      if (event.origin !== providerOrigin || event.source !== frame.contentWindow) return;
      removeEventListener("message", hear);
      resolve(event.data?.kind === "skipper:token" ? event.data.token : null);
    };
    addEventListener("message", hear);
    frame.contentWindow.postMessage({ kind: "skipper:tokenise" }, providerOrigin);
  });
}

async function pay() {
  const token = await askForToken();
  if (token === null) return;
  const answer = await send(form, { token });
  const result = await answer.json();
  if (answer.ok) location.assign(result.next);
  else if (result.error.fields) showErrors(form, result.error.fields);
  else showFailure("That did not work", "Your card was not charged. Please try again.");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  hideFailure();
  showErrors(form, {});
  button.disabled = true;
  try {
    await pay();
  } finally {
    button.disabled = false;
  }
});

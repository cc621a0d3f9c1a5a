// Paying by card over the shop's own form. What happens on E4021 is the demo's deliberate bug.
import { hideFailure, send, showErrors, showFailure } from "./forms.js";

class PaymentError extends Error {
  name = "PaymentError";
}

const form = document.getElementById("checkout");
const button = form.querySelector(".pay");

for (const [id, tidy] of [
  ["id_number", (text) => text.replace(/\D/g, "").slice(0, 19).replace(/(\d{4})(?=\d)/g, "$1 ")],
  ["id_expiry", (text) => text.replace(/\D/g, "").slice(0, 4).replace(/^(\d{2})(?=\d)/, "$1 / ")],
]) {
  const input = document.getElementById(id);
  input.addEventListener("input", () => {
    if (input.selectionStart === input.value.length) input.value = tidy(input.value);
  });
}

async function pay() {
  console.info("checkout: sending payment");
  const answer = await send(form);
  if (answer.ok) {
    location.assign((await answer.json()).next);
    return;
  }
  const { error } = await answer.json();
  if (error.code === "invalid") {
    showErrors(form, error.fields);
    return;
  }
  console.error(`payment failed: ${error.code} issuer timeout`);
  showFailure("Payment failed", "Your card was not charged. Please try again later.");
  // Outside the promise, so that it arrives where uncaught errors do.
  setTimeout(() => {
    throw new PaymentError(`${error.code}: no answer from the issuer`);
  });
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

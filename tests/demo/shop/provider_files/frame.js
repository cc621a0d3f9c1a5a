// Speaks to nobody but the shop that it was made for.
const shop = document.documentElement.dataset.shop;
const form = document.getElementById("card");
const wrong = document.getElementById("wrong");

function problem() {
  const number = form.elements.number.value.replace(/\D/g, "");
  if (number.length < 13) return "Please check the card number.";
  if (!/^\s*\d{2}\s*\/?\s*\d{2}\s*$/.test(form.elements.expiry.value)) return "Please check the expiry date.";
  if (!/^\d{3,4}$/.test(form.elements.cvc.value)) return "Please check the security code.";
  return "";
}

async function tokenise() {
  wrong.textContent = problem();
  if (wrong.textContent) return { kind: "skipper:invalid" };
  const answer = await fetch("/tokenise", { method: "POST", body: JSON.stringify(Object.fromEntries(new FormData(form))) });
  const { token } = await answer.json();
  return { kind: "skipper:token", token };
}

addEventListener("message", async (event) => {
  if (event.origin !== shop || event.data?.kind !== "skipper:tokenise") return;
  const answer = await tokenise();
  event.source.postMessage(answer, shop);
});
form.addEventListener("submit", (event) => event.preventDefault());

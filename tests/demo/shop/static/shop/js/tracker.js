// The same again, routed by the fragment: /tracker#/orders/1007. The router is greedy on purpose, as many are:
// what it does not know it rewrites to "#/".
import { make, way } from "./parcels.js";

const place = document.getElementById("parcel");
const form = document.getElementById("find");

async function show() {
  const number = /^#\/orders\/(\d+)$/.exec(location.hash)?.[1];
  if (!number) {
    if (location.hash !== "#/") history.replaceState(history.state, "", "#/");
    place.replaceChildren();
    return;
  }
  form.elements.number.value = number;
  const answer = await fetch(`/api/track/${number}`);
  if (!answer.ok) {
    place.replaceChildren(make("p", { class: "failure" }, "We know of no such parcel. Is there a digit missing?"));
    return;
  }
  const order = await answer.json();
  place.replaceChildren(
    make(
      "section",
      { class: "box" },
      make("h2", {}, `Order ${order.number}: ${order.state_name.toLowerCase()}`),
      make("p", { class: "muted" }, `Ordered on ${order.placed}, ${order.lines.length} kinds of goods.`),
      way(order.state),
    ),
  );
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  location.hash = `#/orders/${form.elements.number.value.replace(/\D/g, "")}`;
});
addEventListener("hashchange", show);
await show();

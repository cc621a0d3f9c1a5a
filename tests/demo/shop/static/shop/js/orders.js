// A single-page part: /orders and /orders/1007, routed with history.pushState.
import { contents, make, money, way } from "./parcels.js";

const root = document.getElementById("orders");
const pictures = root.dataset.pictures;
let orders = [];

function list() {
  const rows = orders.map((order) =>
    make(
      "a",
      { class: "order-row box", href: `/orders/${order.number}`, "data-route": "" },
      make(
        "span",
        { class: "order-pictures" },
        ...order.lines.map((line) => make("img", { src: `${pictures}${line.slug}.svg`, alt: "" })),
      ),
      make(
        "span",
        {},
        make("b", {}, `Order ${order.number}`),
        make("span", { class: "muted" }, `${order.placed} · ${money(order.total_cents)}`),
      ),
      make("span", { class: `state ${order.state}` }, order.state_name),
    ),
  );
  const none = make("p", { class: "empty" }, "No orders yet.");
  return [make("h1", { class: "page-title" }, "Your orders"), ...(rows.length ? rows : [none])];
}

function detail(order) {
  const back = make("a", { href: "/orders", "data-route": "" }, "← All orders");
  return [
    make("p", { class: "crumbs" }, back),
    make("h1", { class: "page-title" }, `Order ${order.number}`),
    make("section", { class: "box" }, way(order.state)),
    make(
      "section",
      { class: "box" },
      contents(order, pictures),
      make("p", {}, make("b", {}, `Together ${money(order.total_cents)}`)),
      make("p", { class: "muted" }, `To ${order.address}`),
    ),
  ];
}

function show() {
  const number = Number(/^\/orders\/(\d+)$/.exec(location.pathname)?.[1] ?? 0);
  const order = orders.find((one) => one.number === number);
  if (number && !order) {
    root.replaceChildren(make("h1", { class: "page-title" }, "No such order of yours"));
    return;
  }
  root.replaceChildren(...(order ? detail(order) : list()));
  document.title = order ? `Order ${order.number} · Harbour Shop` : "Your orders · Harbour Shop";
}

root.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-route]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  history.pushState({}, "", link.href);
  show();
});
addEventListener("popstate", show);

const answer = await fetch("/api/orders");
orders = answer.ok ? (await answer.json()).orders : [];
show();

// Pieces of a page about an order, built without innerHTML.

/** @param {string} tag @param {Record<string, string>} attributes @param {...(Node | string)} children */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export const money = (cents) => `€${(cents / 100).toFixed(2)}`;

const STATES = ["packing", "sent", "delivered"];
const WORDS = { packing: "Being packed", sent: "On its way", delivered: "Delivered" };

export function way(state) {
  const reached = STATES.indexOf(state);
  return make(
    "ol",
    { class: "way" },
    ...STATES.map((name, place) => make("li", place <= reached ? { class: "done" } : {}, WORDS[name])),
  );
}

export function contents(order, pictures) {
  return make(
    "ul",
    { class: "mini" },
    ...order.lines.map((line) =>
      make(
        "li",
        {},
        make("img", { src: `${pictures}${line.slug}.svg`, alt: "", width: "48", height: "48" }),
        make("span", {}, `${line.quantity} × ${line.name}${line.size ? `, ${line.size}` : ""}`),
        make("b", {}, money(line.cents)),
      ),
    ),
  );
}

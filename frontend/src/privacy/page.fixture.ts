// A page for the gate's tests: HTML becomes the events that a recorder would make of it.
import { Window } from "happy-dom";

interface Snapshot {
  type: number;
  data: unknown;
  timestamp: number;
}

/** A page that is changed by its methods; each answers the event of the change. */
export function page(html: string) {
  const { document } = new Window();
  document.body.innerHTML = html;
  const ids = new Map<unknown, number>();
  const idOf = (node: unknown): number => {
    const id = ids.get(node) ?? ids.size + 1;
    ids.set(node, id);
    return id;
  };
  // biome-ignore lint/suspicious/noExplicitAny: happy-dom's nodes are not the browser's
  const serialised = (node: any, deep = true): Record<string, unknown> => {
    const id = idOf(node);
    if (node.nodeType === 3) return { type: 3, id, textContent: node.data };
    if (node.nodeType === 8) return { type: 5, id, textContent: node.data };
    const attributes = Object.fromEntries(
      [...node.attributes].map(({ name, value }: { name: string; value: string }) => [name, value]),
    );
    const childNodes = deep ? [...node.childNodes].map((child) => serialised(child)) : [];
    return { type: 2, id, tagName: node.localName, attributes, childNodes };
  };
  const event = (data: Record<string, unknown>): Snapshot => ({
    type: 3,
    data: { source: 0, texts: [], attributes: [], removes: [], adds: [], ...data },
    timestamp: 1_790_000_000_000,
  });
  const named = (id: string) => {
    const element = document.getElementById(id);
    if (!element) throw new Error(`no #${id}`);
    return element;
  };
  return {
    snapshot: (): Snapshot => ({
      type: 2,
      data: {
        node: { type: 0, id: idOf(document), childNodes: [serialised(document.documentElement)] },
        initialOffset: { left: 0, top: 0 },
      },
      timestamp: 1_790_000_000_000,
    }),
    /** As `textContent =` does it: the old text goes, a new one comes. */
    replaceText: (id: string, text: string): Snapshot => {
      const element = named(id);
      const old = idOf(element.firstChild);
      element.textContent = text;
      return event({
        removes: [{ parentId: idOf(element), id: old }],
        adds: [{ parentId: idOf(element), nextId: null, node: serialised(element.firstChild) }],
      });
    },
    /** As `data =` does it: the text stays, and says something else. */
    tell: (id: string, value: string): Snapshot =>
      event({ texts: [{ id: idOf(named(id).firstChild), value }] }),
    append: (id: string, inner: string): Snapshot => {
      const element = named(id);
      element.insertAdjacentHTML("beforeend", inner);
      return event({
        adds: [{ parentId: idOf(element), nextId: null, node: serialised(element.lastChild) }],
      });
    },
    /** Children come each by themselves, as a recorder tells of a moved tree. */
    move: (id: string, to: string): Snapshot => {
      const element = named(id);
      const from = idOf(element.parentNode);
      named(to).append(element);
      return event({
        removes: [{ parentId: from, id: idOf(element) }],
        adds: [
          { parentId: idOf(named(to)), nextId: null, node: serialised(element, false) },
          { parentId: idOf(element), nextId: null, node: serialised(element.firstChild) },
        ],
      });
    },
    attribute: (id: string, name: string, value: string): Snapshot => {
      named(id).setAttribute(name, value);
      return event({ attributes: [{ id: idOf(named(id)), attributes: { [name]: value } }] });
    },
  };
}

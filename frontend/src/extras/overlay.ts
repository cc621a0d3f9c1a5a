// A layer over the page, inside the bar's own root, so that it is never recorded; and what is read off the page for it.

const LAYER_STYLE = "position:fixed;inset:0;overflow:hidden;z-index:-1;";
export const HIDDEN_STYLE =
  "border:3px solid #b3261e;background:repeating-linear-gradient(45deg,rgb(23 37 29/.4) 0 6px,rgb(23 37 29/.12) 6px 12px)";

export function hostOf(acts: HTMLElement): Element {
  return (acts.getRootNode() as ShadowRoot).host;
}

export function createLayer() {
  const element = document.createElement("div");
  element.className = "layer";
  return {
    element,
    box: (style = HIDDEN_STYLE): HTMLElement => {
      const box = element.appendChild(document.createElement("i"));
      box.style.cssText = `position:fixed;box-sizing:border-box;border-radius:3px;${style}`;
      return box;
    },
    /** Under the bar and over the page. The bar takes it away with whatever it says next. */
    open: (acts: HTMLElement, more: string): void => {
      element.style.cssText = LAYER_STYLE + more;
      acts.append(element);
    },
  };
}

export function put(box: HTMLElement, element: Element | Range): void {
  const { left, top, width, height } = element.getBoundingClientRect();
  Object.assign(box.style, {
    left: `${left}px`,
    top: `${top}px`,
    width: `${width}px`,
    height: `${height}px`,
  });
}

export const attributesOf = (element: Element): Record<string, string> =>
  Object.fromEntries(Array.from(element.attributes, ({ name, value }) => [name, value]));

export function isValid(selector: string): boolean {
  try {
    document.createDocumentFragment().querySelector(selector);
    return true;
  } catch {
    return false;
  }
}

const PICK = 'input.pick[type="checkbox"]';

function picks(root: ParentNode): HTMLInputElement[] {
  return [...root.querySelectorAll<HTMLInputElement>(PICK)];
}

/** How many are ticked, in words for eyes and screen readers alike; the box for all says whether all are. */
function count(root: ParentNode): void {
  const all = picks(root);
  const ticked = all.filter((pick) => pick.checked).length;
  const said = root.querySelector("[data-count]");
  if (said !== null) said.textContent = `${ticked} ticked`;
  const box = root.querySelector<HTMLInputElement>("[data-pick-all]");
  if (box === null) return;
  box.checked = ticked > 0 && ticked === all.length;
  box.indeterminate = ticked > 0 && ticked < all.length;
}

/** Show the boxes for all: without script they could do nothing. */
export function showPickAll(root: ParentNode): void {
  for (const box of root.querySelectorAll<HTMLInputElement>("[data-pick-all]")) box.hidden = false;
  count(root);
}

export function tick(pick: HTMLInputElement, on: boolean): void {
  pick.checked = on;
  pick.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Counts what is ticked, and ticks all of a page at once. */
export function countPicks(root: Document): () => void {
  const onChange = (event: Event): void => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement)) return;
    const list = box.closest("[data-picks]");
    if (list === null || !box.matches(`${PICK}, [data-pick-all]`)) return;
    if (box.matches("[data-pick-all]")) for (const pick of picks(list)) pick.checked = box.checked;
    count(list);
  };
  root.addEventListener("change", onChange);
  return () => root.removeEventListener("change", onChange);
}

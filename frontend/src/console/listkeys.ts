import { tick } from "./picks";

const HERE = "is-here";

function rows(root: ParentNode): HTMLTableRowElement[] {
  return [...root.querySelectorAll<HTMLTableRowElement>("[data-rows] tbody tr")];
}

/** The row `by` further on than the present one; none at all: the first. */
export function next(length: number, present: number, by: number): number {
  if (length === 0) return -1;
  return present < 0 ? 0 : Math.min(length - 1, Math.max(0, present + by));
}

function present(all: HTMLTableRowElement[]): number {
  const focused = all.findIndex((row) => row.contains(document.activeElement));
  return focused >= 0 ? focused : all.findIndex((row) => row.classList.contains(HERE));
}

/** Focus goes along: Enter opens, and a screen reader reads the subject. */
function go(all: HTMLTableRowElement[], to: number): void {
  for (const [at, row] of all.entries()) row.classList.toggle(HERE, at === to);
  const row = all[to];
  row?.querySelector<HTMLAnchorElement>("th a")?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
}

function pick(all: HTMLTableRowElement[]): void {
  const box = all[present(all)]?.querySelector<HTMLInputElement>("input.pick");
  if (box) tick(box, !box.checked);
}

/** Press a button of the ticked rows; with none ticked, the present row is. */
function press(root: Document, all: HTMLTableRowElement[], which: string): void {
  const list = root.querySelector<HTMLFormElement>("[data-picks]");
  const button = list?.querySelector<HTMLButtonElement>(which);
  if (!list || !button) return;
  if (list.querySelector("input.pick:checked") === null) pick(all);
  if (list.querySelector("input.pick:checked") !== null) list.requestSubmit(button);
}

function assignToMe(root: Document, all: HTMLTableRowElement[]): void {
  const select = root.querySelector<HTMLSelectElement>("#bulk-assignee");
  if (select) select.value = "me";
  press(root, all, ".bulk button:not([data-resolve])");
}

function act(root: Document, key: string): boolean {
  const all = rows(root);
  const acts: Record<string, () => void> = {
    j: () => go(all, next(all.length, present(all), 1)),
    k: () => go(all, next(all.length, present(all), -1)),
    x: () => pick(all),
    o: () => all[present(all)]?.querySelector<HTMLAnchorElement>("th a")?.click(),
    a: () => assignToMe(root, all),
    e: () => press(root, all, "[data-resolve]"),
    "/": () => root.querySelector<HTMLInputElement>("#q")?.focus(),
  };
  const found = acts[key];
  found?.();
  return found !== undefined;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input:not([type=checkbox]), select, textarea") !== null;
}

function number(row: HTMLTableRowElement): string | undefined {
  return row.querySelector<HTMLInputElement>("input.pick")?.value;
}

/** When the list is fetched anew, the present row and what is ticked stay so, where they are still in it. */
export function keepPlace(root: Document): () => void {
  let here: string | undefined;
  let ticked = new Set<string | undefined>();
  let focused = false;
  const before = (): void => {
    const all = rows(root);
    const row = all[present(all)];
    here = row && number(row);
    focused = row?.contains(document.activeElement) ?? false;
    ticked = new Set(all.filter((one) => one.querySelector("input.pick:checked")).map(number));
  };
  const after = (): void => {
    const all = rows(root);
    const at = here === undefined ? -1 : all.findIndex((row) => number(row) === here);
    if (focused) go(all, at);
    else all[at]?.classList.add(HERE);
    for (const row of all) {
      const box = row.querySelector<HTMLInputElement>("input.pick");
      if (box && ticked.has(box.value)) tick(box, true);
    }
  };
  root.addEventListener("htmx:beforeSwap", before);
  root.addEventListener("htmx:afterSwap", after);
  return () => {
    root.removeEventListener("htmx:beforeSwap", before);
    root.removeEventListener("htmx:afterSwap", after);
  };
}

/** Keys of the list of tickets, as mail programs have them. Never while somebody types. */
export function listKeys(root: Document): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (root.querySelector("[data-rows]") === null && event.key !== "/") return;
    if (act(root, event.key)) event.preventDefault();
  };
  root.addEventListener("keydown", onKey);
  return () => root.removeEventListener("keydown", onKey);
}

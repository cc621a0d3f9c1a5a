/** The keyboard, as people know it from other players. Never while typing in a field. */

export interface Keys {
  toggle(): void;
  leap(by: "back" | "forward"): void;
  step(by: "back" | "forward"): void;
  frame(by: "back" | "forward"): void;
  /** Go to a tenth of the whole. */
  tenth(n: number): void;
  marker(which: "next" | "previous"): void;
  problem(): void;
  faster(by: 1 | -1): void;
  copyLink(): void;
  range(): void;
  remark(): void;
  fullScreen(): void;
  help(): void;
}

export function action(key: string, keys: Keys): (() => void) | undefined {
  if (/^[0-9]$/.test(key)) return () => keys.tenth(Number(key));
  const table: Record<string, () => void> = {
    " ": () => keys.toggle(),
    k: () => keys.toggle(),
    j: () => keys.leap("back"),
    l: () => keys.leap("forward"),
    ArrowLeft: () => keys.step("back"),
    ArrowRight: () => keys.step("forward"),
    ",": () => keys.frame("back"),
    ".": () => keys.frame("forward"),
    n: () => keys.marker("next"),
    p: () => keys.marker("previous"),
    e: () => keys.problem(),
    "<": () => keys.faster(-1),
    ">": () => keys.faster(1),
    u: () => keys.copyLink(),
    r: () => keys.range(),
    c: () => keys.remark(),
    f: () => keys.fullScreen(),
    "?": () => keys.help(),
  };
  return table[key] ?? table[key.toLowerCase()];
}

const TYPES_TEXT = "input:not([type=range],[type=checkbox],[type=button]),textarea,select,[contenteditable]";
const PRESSABLE = "button,a[href],summary,[type=checkbox],[role=tab]";

/** Whether `target` wants this key for itself. */
export function isTaken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(TYPES_TEXT) || target.closest("dialog[open]")) return true;
  if (target.closest("[role=tab],[role=separator]") && key.startsWith("Arrow")) return true;
  return key === " " && target.closest(PRESSABLE) !== null;
}

export function listenToKeys(keys: Keys): () => void {
  const heard = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTaken(event.target, event.key)) return;
    const run = action(event.key, keys);
    if (run === undefined) return;
    event.preventDefault();
    run();
  };
  document.addEventListener("keydown", heard);
  return () => document.removeEventListener("keydown", heard);
}

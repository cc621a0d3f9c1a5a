/** What lies beside the picture: steps, console, network, errors, privacy. In step with it both ways. */

import { make, part } from "./dom";
import { bytes, clock, fill, shortUrl, took } from "./format";
import { type Row, rowList } from "./rows";
import { isProblem } from "./schedule";
import type { Times } from "./times";
import type { MarkerKind, WireIndex } from "./types";
import { type Bar, waterfall } from "./waterfall";
import { named, type Words } from "./words";

export interface Panels {
  follow(ms: number): void;
  /** One line more among the steps. */
  tell(atMs: number, kind: MarkerKind, text: string): void;
}

const span = (className: string, text: string): HTMLElement => make("span", { class: className }, text);

function line(at: number, kind: string, tone: string, text: string): Row {
  return {
    at,
    text: text.toLowerCase(),
    group: kind,
    tone,
    whole: text,
    draw: () => [span("row-main row-wrap", text)],
  };
}

function toneOf(kind: MarkerKind): string {
  if (kind === "remark") return "accent";
  return isProblem(kind) ? "danger" : "plain";
}

/** What the person did and what went wrong, as one story. */
function stepRows(index: WireIndex, words: Words): Row[] {
  const did = index.steps.map((step) => line(step.at_ms - index.start_ms, step.kind, "plain", step.text));
  const happened = index.markers
    .filter((marker) => marker.kind !== "navigate")
    .map(({ at_ms, kind, text }) =>
      line(at_ms - index.start_ms, kind, toneOf(kind), named(kind, text, words)),
    );
  return [...did, ...happened];
}

function consoleRows(index: WireIndex, words: Words): Row[] {
  return index.console.map((entry) => ({
    at: entry.at_ms - index.start_ms,
    text: entry.text.toLowerCase(),
    group: entry.level,
    tone: entry.level === "error" ? "danger" : entry.level === "warn" ? "warning" : "plain",
    whole: entry.text,
    draw: () => {
      const times = (entry.count ?? 1) > 1 ? ` ${fill(words.times, { count: entry.count ?? 1 })}` : "";
      return [
        span("row-tag", words.levels[entry.level] ?? entry.level),
        span("row-main row-code", entry.text + times),
      ];
    },
  }));
}

/** The hundreds of an HTTP status, or "failed" when there was no answer. */
function statusClass(status: number): string {
  return status >= 100 ? `${Math.floor(status / 100)}xx` : "failed";
}

/** When it was under way, among the requests of the same moment; the figures say the same in words. */
function barOf(bar: Bar | undefined): HTMLElement {
  const inner = make("span");
  if (bar) {
    inner.style.insetInlineStart = `${bar.from * 100}%`;
    inner.style.inlineSize = `${bar.size * 100}%`;
  }
  return make("span", { class: "row-fall", "aria-hidden": "true" }, inner);
}

function networkRows(index: WireIndex, words: Words): Row[] {
  const bars = waterfall(index.network.map((call) => ({ at: call.at_ms, took: call.duration_ms ?? 0 })));
  return index.network.map((call, at) => {
    const group = statusClass(call.status);
    const bad = group === "4xx" || group === "5xx" || (group === "failed" && Boolean(call.error));
    const facts = [
      typeof call.duration_ms === "number" ? took(call.duration_ms) : "",
      typeof call.response_bytes === "number" ? bytes(call.response_bytes) : "",
    ].filter(Boolean);
    return {
      at: call.at_ms - index.start_ms,
      text: `${call.method} ${call.url} ${call.status} ${call.error ?? ""}`.toLowerCase(),
      group: bad ? "bad" : "good",
      tone: bad ? "danger" : group === "3xx" ? "warning" : "plain",
      whole: [`${call.method} ${call.url}`, String(call.status || words.noAnswer), call.error ?? "", ...facts]
        .filter(Boolean)
        .join("\n"),
      draw: () => [
        span(`row-tag status-${group}`, call.status >= 100 ? String(call.status) : words.noAnswer),
        span("row-main row-code", `${call.method} ${shortUrl(call.url)}`),
        span("row-side", [call.error ?? "", ...facts].filter(Boolean).join(" · ")),
        barOf(bars[at]),
      ],
    };
  });
}

function errorRows(index: WireIndex): Row[] {
  return index.errors.map((error) => ({
    at: error.at_ms - index.start_ms,
    text: `${error.message} ${error.source ?? ""}`.toLowerCase(),
    group: "error",
    tone: "danger",
    whole: [error.message, error.source ?? "", error.stack ?? ""].filter(Boolean).join("\n"),
    draw: () => [span("row-main row-code", error.message), span("row-side", error.source ?? "")],
  }));
}

function counts(
  root: HTMLElement,
  numbers: Record<string, number>,
  names: Record<string, string>,
  none: string,
): void {
  const entries = Object.entries(numbers).filter(([, n]) => n > 0);
  if (entries.length === 0) {
    root.replaceChildren(make("p", { class: "soft" }, none));
    return;
  }
  entries.sort((a, b) => b[1] - a[1]);
  const rows = entries.flatMap(([rule, n]) => [
    make("dt", {}, names[rule] ?? rule),
    make("dd", {}, String(n)),
  ]);
  root.replaceChildren(make("dl", { class: "counts" }, ...rows));
}

/** The places that the second gate cleaned, each a way to its moment. */
function catches(root: HTMLElement, index: WireIndex, words: Words, seek: (ms: number) => void): void {
  const rows = (index.caught ?? []).map((one) => {
    const at = one.at_ms - index.start_ms;
    const [kind = "", name = ""] = one.place.split(" ");
    const where = [fill(words.places[kind] ?? one.place, { name }), one.element].filter(Boolean).join(", ");
    const go = make("button", { type: "button", class: "button button-small button-quiet" }, clock(at));
    go.addEventListener("click", () => seek(at));
    return make("li", {}, go, span("row-wrap", `${words.gate[one.class] ?? one.class}: ${where}`));
  });
  root.replaceChildren(...(rows.length > 0 ? [make("ul", { class: "catches" }, ...rows)] : []));
}

interface ListPanel {
  name: string;
  rows: Row[];
}

interface Listed {
  follow(ms: number): void;
  add(row: Row): void;
}

/** A panel with a list, its search and its filters. */
function listPanel(
  root: HTMLElement,
  { name, rows }: ListPanel,
  words: Words,
  seek: (ms: number) => void,
  times: Times,
): Listed {
  const panel = part(root, `panel-${name}`);
  const empty = part(panel, "empty");
  const count = root.querySelector<HTMLElement>(`[data-count="${name}"]`);
  const search = panel.querySelector<HTMLInputElement>("input[type=search]");
  const filter = panel.querySelector<HTMLSelectElement>("select");
  const detail = panel.querySelector<HTMLElement>("[data-part=detail]");
  const picked = (row: Row) => {
    seek(row.at);
    if (detail) detail.hidden = row.whole === undefined;
    detail?.replaceChildren(make("pre", { tabindex: "0" }, row.whole ?? ""));
  };
  const list = rowList(part(panel, "list"), picked, times.write);
  times.onChange(list.draw);
  const apply = () => {
    const wanted = search?.value.trim().toLowerCase() ?? "";
    const group = filter?.value ?? "";
    const kept = rows.filter((row) => (group === "" || row.group === group) && row.text.includes(wanted));
    empty.hidden = kept.length > 0;
    empty.textContent = rows.length > 0 ? words.nothingFound : (empty.dataset.none ?? words.nothing);
    list.show(kept);
  };
  search?.addEventListener("input", apply);
  filter?.addEventListener("change", apply);
  const tally = () => {
    if (count) count.textContent = rows.length > 0 ? String(rows.length) : "";
  };
  tally();
  apply();
  return {
    follow: list.follow,
    add(row) {
      const after = rows.findIndex((one) => one.at > row.at);
      rows.splice(after < 0 ? rows.length : after, 0, row);
      tally();
      apply();
    },
  };
}

/** Tabs by the WAI-ARIA pattern: arrows move, one tab stop. */
function newTabs(root: HTMLElement): void {
  const tabs = [...root.querySelectorAll<HTMLElement>("[role=tab]")];
  const choose = (chosen: HTMLElement, focus: boolean) => {
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
      if (panel) panel.hidden = !on;
    }
    if (focus) chosen.focus();
  };
  for (const [at, tab] of tabs.entries()) {
    tab.addEventListener("click", () => choose(tab, false));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const to =
        event.key === "Home"
          ? 0
          : event.key === "End"
            ? tabs.length - 1
            : step && (at + step + tabs.length) % tabs.length;
      const next = to === undefined ? undefined : tabs[to];
      if (next === undefined) return;
      event.preventDefault();
      choose(next, true);
    });
  }
}

export function newPanels(
  root: HTMLElement,
  index: WireIndex,
  words: Words,
  seek: (ms: number) => void,
  times: Times,
): Panels {
  newTabs(root);
  const panels = [
    { name: "steps", rows: stepRows(index, words) },
    { name: "console", rows: consoleRows(index, words) },
    { name: "network", rows: networkRows(index, words) },
    { name: "errors", rows: errorRows(index) },
  ].map((panel) =>
    listPanel(root, { ...panel, rows: panel.rows.sort((a, b) => a.at - b.at) }, words, seek, times),
  );
  counts(part(root, "masked"), index.masked, words.masked, words.nothing);
  counts(part(root, "second-gate"), index.second_gate, words.gate, words.nothing);
  catches(part(root, "caught"), index, words, seek);
  return {
    follow(ms) {
      for (const panel of panels) panel.follow(ms);
    },
    tell(atMs, kind, text) {
      panels[0]?.add(line(atMs, kind, toneOf(kind), named(kind, text, words)));
    },
  };
}

// The recorder's vocabulary, and the checks by which an unknown shape is refused.
export const TYPE = { fullSnapshot: 2, incremental: 3, meta: 4, custom: 5 } as const;
export const SOURCE = {
  mutation: 0,
  mouseMove: 1,
  mouseInteraction: 2,
  scroll: 3,
  viewportResize: 4,
  input: 5,
  touchMove: 6,
  styleSheetRule: 8,
  drag: 12,
  styleDeclaration: 13,
  adoptedStyleSheet: 15,
} as const;
export const NODE = { document: 0, doctype: 1, element: 2, text: 3, cdata: 4, comment: 5 } as const;

export type Fields = Record<string, unknown>;

/** An event as the recorder hands it over, and as it leaves. */
export interface Event {
  type: number;
  data: unknown;
  timestamp: number;
}

/** What the gate does not know. It is dropped, never passed. */
export class Unknown extends Error {}

export function fields(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Unknown("no object");
  return value as Fields;
}

export function list(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Unknown("no list");
  return value;
}

export function number(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new Unknown("no number");
  return value;
}

export function string(value: unknown): string {
  if (typeof value !== "string") throw new Unknown("no string");
  return value;
}

/** The named fields that are numbers, and no others. */
export function numbers(from: Fields, ...names: string[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const name of names) {
    const value = from[name];
    if (typeof value === "number" && Number.isFinite(value)) result[name] = value;
  }
  return result;
}

/** Canonical JSON (RFC 8785) of a value that `JSON.parse` gave: what a signature of ours covers. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    // The default order of sort is that of UTF-16 code units, as the RFC wants.
    const members = Object.keys(value)
      .sort()
      .map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`);
    return `{${members.join(",")}}`;
  }
  // Numbers and strings: ECMAScript's own serialisation is the RFC's.
  return JSON.stringify(value);
}

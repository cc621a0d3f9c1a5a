// The fields of an answer that a site has named (JSON pointers, RFC 6901). The gate reads their texts.

/** Larger answers are not looked into. */
const MOST_LETTERS = 200_000;

function at(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"))
    .reduce<unknown>(
      (inside, name) =>
        typeof inside === "object" && inside !== null && Object.hasOwn(inside, name)
          ? (inside as Record<string, unknown>)[name]
          : undefined,
      value,
    );
}

/** What stands there, by pointer: plain values only, never an object or a list. */
export function fieldsOf(value: unknown, pointers: readonly string[]): Record<string, unknown> | undefined {
  const found = pointers
    .map((pointer) => [pointer, at(value, pointer)] as const)
    .filter(([, field]) => ["string", "number", "boolean"].includes(typeof field));
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

const parsed = (text: string): unknown => (text.length <= MOST_LETTERS ? JSON.parse(text) : undefined);

/** Rejects where the answer is no JSON. A response must be a copy: what the page reads stays as it was. */
export async function readFields(
  answer: Response | XMLHttpRequest,
  pointers: readonly string[],
): Promise<Record<string, unknown> | undefined> {
  if (answer instanceof Response) return fieldsOf(parsed(await answer.text()), pointers);
  const { responseType } = answer;
  if (responseType === "json") return fieldsOf(answer.response, pointers);
  return responseType === "" || responseType === "text"
    ? fieldsOf(parsed(answer.responseText), pointers)
    : undefined;
}

// The same value in other clothes: full-width digits, invisible characters, percent signs, entities.

const ENTITIES: Record<string, string> = { amp: "&", nbsp: " ", commat: "@", period: ".", plus: "+" };

/** Digits of other scripts stand in blocks of ten, in order. */
function asciiDigit(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  for (let value = 0; value < 10; value++)
    if (!/\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) return String(value);
  return char;
}

const character = (code: number): string => (code > 0 && code < 0x110000 ? String.fromCodePoint(code) : "");

function decodedOnce(text: string): string {
  return text
    .replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
      try {
        return decodeURIComponent(run);
      } catch {
        return run;
      }
    })
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (all, decimal, hex, name) =>
      name
        ? (ENTITIES[name.toLowerCase()] ?? all)
        : character(hex ? Number.parseInt(hex, 16) : Number(decimal)),
    )
    .replace(/\\u\{([0-9a-f]{1,6})\}|\\(?:u00|x)([0-9a-f]{2})/gi, (_, wide, narrow) =>
      character(Number.parseInt(wide ?? narrow, 16)),
    );
}

/** A text as the rules read it: one spelling for each character, and nothing that cannot be seen. */
export function plain(text: string): string {
  let result = text;
  // Twice, for what was encoded on its way through two hands.
  for (let round = 0; round < 2 && /%[0-9a-f]{2}|&#?\w+;|\\[ux]/i.test(result); round++)
    result = decodedOnce(result);
  if (/^[\n\r\t -~]*$/.test(result)) return result;
  return result
    .normalize("NFKC")
    .replace(/[\p{Cf}\p{Variation_Selector}]|\u034f|\u115f/gu, "")
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/[^\P{Nd}0-9]/gu, asciiDigit);
}

// Checks that tell a number that means somebody from one that merely looks like it.

/** ISO/IEC 7812-1 Annex B, on a string of digits. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}

/** ISO 13616: the rearranged number leaves 1 when divided by 97. */
export function mod97(iban: string): boolean {
  let rest = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest === 1;
}

/** The sum of the digits, each by its weight. The weights are written in base 36, one character each. */
function weigh(digits: string, weights: string): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += Number(digits[i]) * Number.parseInt(weights[i] ?? "0", 36);
  return sum;
}

/** Norway's birth number: a date and two weighted checks. */
export function fodselsnummer(digits: string): boolean {
  return (
    /^[0-7]\d[014589]\d/.test(digits) &&
    weigh(digits, "3761894521") % 11 === 0 &&
    weigh(digits, "54327654321") % 11 === 0
  );
}

/** Letters and digits so mixed that nobody wrote them by hand: keys, session ids, signatures. */
export function isHighEntropy(token: string): boolean {
  if (token.length < 16) return false;
  const digits = token.replace(/\D/g, "").length;
  const letters = token.replace(/[^a-z]/gi, "").length;
  if (letters === 0) return false;
  if (token.length >= 32 && digits > 0 && /^[0-9a-f]+$/i.test(token)) return true;
  // A hash shortened for people, a version or a slug changes between letters and digits only a few times.
  const changes = token.match(/[a-z](?=\d)|\d(?=[a-z])/gi)?.length ?? 0;
  if (token.length < 20 ? changes >= 5 && digits >= 4 : changes >= 4 && digits >= 3) return true;
  // Without digits: names in code have a capital here and there, random letters every other one.
  const capitals = token.replace(/[^A-Z]/g, "").length / letters;
  return token.length >= 20 && /^[a-z\d]+$/i.test(token) && capitals > 0.25 && capitals < 0.75;
}

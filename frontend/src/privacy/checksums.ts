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
    const code = char.charCodeAt(0);
    const value = code >= 65 ? code - 55 : code - 48;
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest === 1;
}

/** Letters and digits so mixed that nobody wrote them by hand: keys, session ids, signatures. */
export function isHighEntropy(token: string): boolean {
  if (token.length < 20) return false;
  const digits = token.replace(/\D/g, "").length;
  const letters = token.replace(/[^a-z]/gi, "").length;
  if (digits === 0 || letters === 0) return false;
  if (token.length >= 32 && /^[0-9a-f]+$/i.test(token)) return true;
  // A hash shortened for people, a version or a slug changes between letters and digits only a few times.
  const changes = token.match(/[a-z](?=\d)|\d(?=[a-z])/gi)?.length ?? 0;
  return changes >= 4 && digits >= 3;
}

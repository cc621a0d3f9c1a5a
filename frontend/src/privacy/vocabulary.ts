// The phrases that shipped with a site's application to everybody, as a Bloom filter (docs/wire.md, "Vocabulary").
// Built by apps/sites/vocabulary.py; tests/vectors/vocabulary.json holds both to the same.

/** Whether a text stands word for word in the application's own files: "perhaps" or "certainly not". */
export type Vocabulary = (text: string) => boolean;

const MAGIC = 0x31564c50; // "PLV1"
const HEADER_BYTES = 12;
const LONGEST = 200;
const SEEDS = [0x811c9dc5, 0x9747b28c] as const;

const encoder = new TextEncoder();

/** A text as it is looked up: NFC, one space for many, "0" for a number. */
export function normal(text: string): string {
  return text
    .normalize("NFC")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[0-9]+/g, "0");
}

/** FNV-1a of 32 bits with MurmurHash3's last mix. */
function hash(data: Uint8Array, seed: number): number {
  let value = seed;
  for (const byte of data) value = Math.imul(value ^ byte, 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** Reads a filter; nothing when it is none, so that a strict page then shows what it shows without one. */
export function readVocabulary(content: Uint8Array): Vocabulary | undefined {
  if (content.byteLength < HEADER_BYTES) return undefined;
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const hashes = view.getUint8(4);
  const bits = view.getUint32(8, true);
  if (view.getUint32(0, true) !== MAGIC || hashes === 0 || bits === 0) return undefined;
  if (content.byteLength !== HEADER_BYTES + Math.ceil(bits / 8)) return undefined;
  return (text) => {
    const phrase = normal(text);
    if (phrase === "" || phrase.length > LONGEST) return false;
    const data = encoder.encode(phrase);
    const first = hash(data, SEEDS[0]);
    const step = hash(data, SEEDS[1]) | 1;
    for (let index = 0; index < hashes; index++) {
      const place = (first + index * (step >>> 0)) % bits;
      if (((content[HEADER_BYTES + (place >>> 3)] ?? 0) & (1 << (place & 7))) === 0) return false;
    }
    return true;
  };
}

// The same value has the same number within one recording, and nobody can go back from the number to the value:
// the key is made in the browser and goes with the grant.

let key: [number, number] = [0, 0];

/** The recording's own key: any text that nobody can guess. */
export function useKey(secret: string): void {
  key = [0x6c7967, 0x746564];
  key = [half(`${secret}0`), half(`${secret}1`)];
}

const turn = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

/** HalfSipHash-2-4 (Aumasson and Bernstein), over UTF-16 units; 32 bits. */
function half(text: string): number {
  let [v0, v1] = key;
  let v2 = 0x6c796765 ^ v0;
  let v3 = 0x74656462 ^ v1;
  const round = () => {
    v0 = (v0 + v1) | 0;
    v1 = turn(v1, 5) ^ v0;
    v0 = turn(v0, 16);
    v2 = (v2 + v3) | 0;
    v3 = turn(v3, 8) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = turn(v3, 7) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = turn(v1, 13) ^ v2;
    v2 = turn(v2, 16);
  };
  const take = (word: number) => {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  };
  for (let i = 0; i < text.length; i += 2)
    take(text.charCodeAt(i) | ((i + 1 < text.length ? text.charCodeAt(i + 1) : 0) << 16));
  take(text.length);
  v2 ^= 0xff;
  for (let i = 0; i < 4; i++) round();
  return (v1 ^ v3) >>> 0;
}

/** 1 to 9,999. Two values of one page rarely share one; a number says "the same", never who. */
export function numberOf(value: string): number {
  return (half(value) % 9_999) + 1;
}

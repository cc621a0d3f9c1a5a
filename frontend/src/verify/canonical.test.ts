import { expect, test } from "vitest";
import { canonical, type Json } from "./canonical";

// The examples of RFC 8785, 3.2.2 and 3.2.3, and what JSON may hold besides.
const TABLE: [Json, string][] = [
  [null, "null"],
  [[1, "a", true, null], '[1,"a",true,null]'],
  [{ b: 1, a: { d: [], c: {} } }, '{"a":{"c":{},"d":[]},"b":1}'],
  [
    { numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27] },
    '{"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}',
  ],
  [{ string: '\u20ac$\u000f\u000aA\'B"\\\\"/' }, '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'],
  [
    { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7 },
    '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
  ],
];

test.each(TABLE)("%j is written as the RFC writes it", (value, text) => {
  expect(canonical(value)).toBe(text);
});

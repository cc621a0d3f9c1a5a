import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { placet } from "./placet.mjs";

const digest = createHash("sha384").update(readFileSync(process.env.PLACET_WORDS)).digest("base64");

export default {
  ...placet({ mode: "strict", vocabulary: { url: "", integrity: `sha384-${digest}` } }),
  masksAllText: true,
};

// The pinned @rrweb/replay as our own pages bundle it: without PostCSS, which it carries twice. What it did is done by
// src/player/hover.ts. As in rrweb.mjs a new version of the package stops the build, so that somebody looks again.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { apply, cut } from "./rrweb.mjs";

const PLAYER = join(dirname(fileURLToPath(import.meta.url)), "src/player");
const SHA256 = "218e07e0599420fdef8d2d672f20b6488cac66d5a6f0ad5e74f040e58d23263f";

const EDITS = [
  cut("const MEDIA_SELECTOR = ", "const tagMap = {"),
  cut("function getDefaultExportFromCjs(", "var NodeType$1 = "),
  cut(
    "function adaptCssForReplay(",
    "function createCache(",
    `function adaptCssForReplay(cssText, cache) {
  const known = cache?.stylesWithHoverClass.get(cssText);
  if (known !== void 0) return known;
  const adapted = adaptCss(cssText);
  cache?.stylesWithHoverClass.set(cssText, adapted);
  return adapted;
}
`,
  ),
];

function patched(text) {
  const digest = createHash("sha256").update(text).digest("hex");
  if (digest !== SHA256)
    throw new Error(`@rrweb/replay is not the file that these edits were made for: ${digest}`);
  return `import { adaptCss } from "./hover";\n${EDITS.reduce(apply, text)}`;
}

/** For esbuild. */
export const replay = {
  name: "replay",
  setup({ onLoad }) {
    onLoad({ filter: /@rrweb[\\/]replay[\\/]dist[\\/]replay\.js$/ }, async ({ path }) => ({
      contents: patched(await readFile(path, "utf8")),
      loader: "js",
      resolveDir: PLAYER,
    }));
  },
};

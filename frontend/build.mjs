// Bundles every entry that exists and holds those that customers' pages pay for to their budgets.
//
//   dist/static/<entry>.js, <sheet>.css, fonts/…   for our own pages, collected by Django
//   dist/embed/extras-<hash>.js                    an ES module, served as /r/extras-<hash>.js, for what is seldom needed
//   dist/embed/recorder-<hash>.js                  another, as /r/recorder-<hash>.js, with that name and integrity inside
//   dist/embed/placet.js                           a classic script, served as /placet.js, with the recorder's inside
//   dist/embed/manifest.json                       what they are and weigh
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";
import { replay } from "./replay.mjs";
import { PARTS, rrweb } from "./rrweb.mjs";

const ROOT = dirname(fileURLToPath(import.meta.url));
const EMBED = join(ROOT, "dist/embed");
const STATIC = join(ROOT, "dist/static");
// Bytes, gzipped. What a customer's page pays without a grant, with one, and when something seldom is asked for.
const BUDGET = { "placet.js": 1_024, recorder: 40_960, extras: 10_240 };

// Names between our own parts, in no event and in nothing that is kept: in the bundle they are short.
const OURS = new RegExp(
  `^(?:topicOf\\w+|${[
    ...[
      "isShownInStrict",
      "rootOf",
      "textsOf",
      "wasPassword",
      "mayUnmask",
      "openTypes",
      "queryKeys",
      "labelOf",
    ],
    ...["byName", "breaks", "exposure", "tightened", "places", "reach", "overBudget", "isVisible", "notMe"],
    ...[
      "topic",
      "model",
      "context",
      "holds",
      "unseen",
      "strict",
      "snapshotSoon",
      "settle",
      "follow",
      "avoid",
    ],
    ...["drained", "large", "clean", "known", "marked", "typed", "written", "unsure", "asset"],
    // rrweb's, which the capture calls by name.
    ...["mirror", "getId", "getNode", "takeFullSnapshot"],
  ].join("|")})$`,
);

const shared = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  target: "es2020",
  legalComments: "none",
  logLevel: "warning",
  define: { "process.env.NODE_ENV": '"production"' },
};

/** Texts that a bundle knows from its build. */
const defined = (texts) => ({
  ...shared.define,
  ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, JSON.stringify(text)])),
});

const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** One bundle in memory. */
async function bundle(entry, options) {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: [`src/entries/${entry}.ts`],
    write: false,
    ...options,
  });
  return outputFiles[0].contents;
}

/** Make it smaller still: esbuild looks at one statement at a time. */
async function squeeze(bytes) {
  const { code } = await minify(Buffer.from(bytes).toString(), {
    module: true,
    ecma: 2020,
    compress: {
      passes: 6,
      inline: 1,
      unsafe_arrows: true,
      unsafe_methods: true,
      keep_fargs: false,
    },
  });
  return Buffer.from(code);
}

/** A file that is named after what is in it, and may be kept for ever. */
function hashed(kind, bytes) {
  const digest = createHash("sha384").update(bytes);
  const integrity = `sha384-${digest.copy().digest("base64")}`;
  const name = `${kind}-${digest.digest("hex").slice(0, 16)}.js`;
  writeFileSync(join(EMBED, name), bytes);
  tidy(kind, name);
  return { name, integrity, bytes: gzipped(bytes) };
}

/** Remove all of a kind but the current and the one before it: a loader from a cache still names that one. */
function tidy(kind, current) {
  const others = readdirSync(EMBED)
    .filter((name) => name.startsWith(`${kind}-`) && name.endsWith(".js") && name !== current)
    .sort((a, b) => statSync(join(EMBED, b)).mtimeMs - statSync(join(EMBED, a)).mtimeMs);
  for (const name of others.slice(1)) rmSync(join(EMBED, name));
}

async function embed() {
  mkdirSync(EMBED, { recursive: true });
  const module = {
    format: "esm",
    // The bar's own style sheet is a constructed one, and browsers that know those know this syntax.
    target: "es2022",
  };
  const extras = hashed("extras", await squeeze(await bundle("extras", module)));
  const recorder = hashed(
    "recorder",
    await squeeze(
      await bundle("recorder", {
        ...module,
        plugins: [rrweb],
        mangleProps: new RegExp(`${PARTS.source}|${OURS.source}`),
        define: defined({ EXTRAS: extras.name, EXTRAS_INTEGRITY: extras.integrity }),
      }),
    ),
  );
  const loader = await bundle("placet", {
    format: "iife",
    define: defined({ RECORDER: recorder.name, INTEGRITY: recorder.integrity }),
  });
  writeFileSync(join(EMBED, "placet.js"), loader);
  const manifest = {
    recorder: recorder.name,
    integrity: recorder.integrity,
    extras: extras.name,
    loader_bytes: gzipped(loader),
    recorder_bytes: recorder.bytes,
    extras_bytes: extras.bytes,
  };
  writeFileSync(join(EMBED, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return [
    ["placet.js", manifest.loader_bytes, BUDGET["placet.js"]],
    ["recorder", recorder.bytes, BUDGET.recorder],
    ["extras", extras.bytes, BUDGET.extras],
  ];
}

async function pages() {
  rmSync(STATIC, { recursive: true, force: true });
  const entries = readdirSync(join(ROOT, "src/entries"))
    .filter((file) => file.endsWith(".ts") && !["placet.ts", "recorder.ts", "extras.ts"].includes(file))
    .map((file) => `src/entries/${file}`);
  const styles = join(ROOT, "styles");
  const sheets = existsSync(styles)
    ? readdirSync(styles)
        .filter((file) => file.endsWith(".css"))
        .map((file) => `styles/${file}`)
    : [];
  if (entries.length + sheets.length === 0) return [];
  const { metafile } = await build({
    ...shared,
    entryPoints: [...entries, ...sheets],
    outdir: STATIC,
    entryNames: "[name]",
    assetNames: "fonts/[name]-[hash]",
    format: "iife",
    metafile: true,
    plugins: [replay],
    loader: { ".woff2": "file", ".woff": "file", ".svg": "dataurl" },
    // The static files of Django, referred to by sheets as they are served.
    external: ["/static/*"],
  });
  for (const path of Object.keys(metafile.outputs).filter((name) => name.endsWith(".js"))) {
    // rrweb carries a worker as text, with the name of a source map that is not there; Django's hashed
    // static files refuse to be collected over it.
    const text = readFileSync(join(ROOT, path), "utf8");
    writeFileSync(join(ROOT, path), text.replace(/^\/\/# sourceMappingURL=\S+\.map$/gm, ""));
  }
  return Object.keys(metafile.outputs)
    .filter((path) => /\.(js|css)$/.test(path))
    .map((path) => [basename(path), gzipped(readFileSync(join(ROOT, path)))]);
}

const rows = [...(await embed()), ...(await pages())];
for (const [name, bytes, budget] of rows) {
  const verdict =
    budget === undefined ? "" : bytes <= budget ? ` of ${budget}` : ` of ${budget}  OVER BUDGET`;
  console.log(`  ${name.padEnd(16)} ${String(bytes).padStart(7)} B gzip${verdict}`);
}
if (rows.some(([, bytes, budget]) => budget !== undefined && bytes > budget)) process.exit(1);

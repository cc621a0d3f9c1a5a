// What recording costs the page, beside other recorders, in one run: `make bench-gate`.
//
//     PLAYWRIGHT_CORE=… node run.mjs [--rounds 5] [--only rrweb,placet] [--pages typing]
//
// Each page is loaded afresh for each recorder, in turns. Once the first snapshot is over, the page works; measured is the time
// of its main thread (TaskDuration of the DevTools protocol, which compressing and sending are part of) until all is sent;
// of several rounds the least counts.
import http from "node:http";
import { createRequire } from "node:module";
import { build } from "../../../frontend/node_modules/esbuild/lib/main.js";
import { placet as placetAdapter } from "../../leakbench/adapters/placet.mjs";

const { chromium } = await import(process.env.PLAYWRIGHT_CORE || "playwright-core");
const arg = (name, other) => {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : other;
};
const rounds = Number(arg("rounds", 5));
const SETTLE_MS = 2_600;

// --- The pages --------------------------------------------------------------------------------------

const row = (n) => `<tr id="r${n}"><td>${n}</td><td class="item">Rope of hemp, ${n % 40} m</td><td>€ ${n % 90}.50</td><td><a href="/orders/${n}">Order ${n}</a></td><td><button>Open</button></td></tr>`;
const rows = (count) => Array.from({ length: count }, (_, n) => row(n)).join("");
const PAGES = {
  // Some 9,000 nodes, of which 200 bursts change a part each.
  bursts: {
    html: `<h1>Orders</h1><table><tbody id="t">${rows(680)}</tbody></table>`,
    work: async () => {
      const body = document.getElementById("t");
      for (let burst = 0; burst < 200; burst++) {
        for (let n = 0; n < 20; n++) {
          const line = body.children[(burst * 31 + n * 17) % body.children.length];
          line.children[2].textContent = `€ ${burst}.${n}0`;
          line.className = n % 2 ? "odd" : "even";
        }
        for (let n = 0; n < 5; n++) {
          const copy = body.firstElementChild.cloneNode(true);
          copy.children[1].textContent = `Lamp ${burst}-${n} of brass`;
          body.firstElementChild.remove();
          body.append(copy);
        }
        await new Promise((next) => setTimeout(next, 15));
      }
    },
  },
  // A form of 20 fields that is typed into, letter by letter, and that says so beside each field.
  typing: {
    html: `<form>${Array.from({ length: 20 }, (_, n) => `<p><label for="f${n}">Field ${n}</label><input id="f${n}" name="f${n}"><small id="s${n}"></small></p>`).join("")}</form>`,
    work: async () => {
      for (let n = 0; n < 20; n++) {
        const field = document.getElementById(`f${n}`);
        for (const letter of "some words of a person, typed slowly") {
          field.value += letter;
          field.dispatchEvent(new Event("input", { bubbles: true }));
          document.getElementById(`s${n}`).textContent = `${field.value.length} of 80 letters`;
          await new Promise((next) => setTimeout(next, 4));
        }
      }
    },
  },
  // A long table that is scrolled, and makes its lines as they come into sight.
  scrolling: {
    html: `<div id="box" style="height:600px;overflow:auto"><div id="long" style="position:relative;height:90000px"></div></div>`,
    work: async () => {
      const [box, long] = [document.getElementById("box"), document.getElementById("long")];
      const draw = () => {
        const first = Math.floor(box.scrollTop / 30);
        long.innerHTML = Array.from({ length: 24 }, (_, n) => `<div style="position:absolute;top:${(first + n) * 30}px"><span>${first + n}</span> <b>Rope ${(first + n) % 40} m</b> <i>paid on 2026-03-${10 + ((first + n) % 20)}</i></div>`).join("");
      };
      draw();
      for (let step = 0; step < 200; step++) {
        box.scrollTop += 390;
        draw();
        await new Promise((next) => setTimeout(next, 15));
      }
    },
  },
};

// --- The recorders ----------------------------------------------------------------------------------

const HERE = new URL(".", import.meta.url).pathname;
const has = (name) => {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
};
const bundle = async (contents, resolveDir = HERE) =>
  (
    await build({
      stdin: { contents, resolveDir }, bundle: true, minify: true, format: "iife", write: false, logLevel: "error",
      define: { "process.env.NODE_ENV": '"production"' },
    })
  ).outputFiles[0].text;
const FRONTEND = new URL("../../../frontend/", import.meta.url).pathname;

/** Plain rrweb with our own sampling and checkouts; what it makes is written as JSON and sent every two seconds. */
const rrweb = (sink) => bundle(`
  import { record } from "@rrweb/record";
  let events = [], weight = 0;
  const count = (list) => list?.length ?? 0;
  const emit = (event) => {
    events.push(JSON.stringify(event));
    const { adds, attributes, texts } = event.data;
    weight = event.type === 2 ? 0 : weight + 100 + 250 * count(adds) + 120 * count(attributes) + 80 * count(texts);
    if (weight > 1_500_000) {
      weight = 0;
      setTimeout(() => record.takeFullSnapshot(true), 0);
    }
  };
  record({ emit, checkoutEveryNms: 90_000, sampling: { mousemove: 50, scroll: 150 } });
  setInterval(() => {
    if (events.length) fetch("${sink}/events", { method: "POST", mode: "no-cors", body: "[" + events.splice(0).join() + "]" });
  }, 2_000);`, FRONTEND);
const OTHERS = {
  sentry: ["@sentry/browser", (sink) => `
    import * as Sentry from "@sentry/browser";
    Sentry.init({ dsn: "${sink.replace("//", "//key@")}/1", integrations: [Sentry.replayIntegration({ minReplayDuration: 0 })],
      replaysSessionSampleRate: 1, replaysOnErrorSampleRate: 1 });`],
  posthog: ["posthog-js", (sink) => `
    import posthog from "posthog-js/dist/module.full.no-external.js";
    posthog.init("phc_bench", { api_host: "${sink}", autocapture: false, capture_pageview: false,
      disable_surveys: true, session_recording: { maskAllInputs: true } });
    posthog.startSessionRecording();`],
  openreplay: ["@openreplay/tracker", (sink) => `
    import Tracker from "@openreplay/tracker";
    const tracker = new Tracker({ projectKey: "bench", ingestPoint: "${sink}", __DISABLE_SECURE_MODE: true });
    tracker.start();`],
};

// --- Measuring --------------------------------------------------------------------------------------

const sent = { bytes: 0, requests: 0 };
const placet = placetAdapter();
/** What the others' servers say: enough for each to go on recording. */
const ANSWERS = [
  [/\/decide|\/flags/, { sessionRecording: { endpoint: "/s/", consoleLogRecordingEnabled: false }, supportedCompression: ["gzip-js"], featureFlags: {} }],
  [/\/array\/.*config/, { sessionRecording: { endpoint: "/s/" }, supportedCompression: ["gzip-js"] }],
  [/\/v1\/web\/start/, { token: "t", sessionID: "1", beaconSizeLimit: 1_000_000, delay: 0, startTimestamp: Date.now(), userUUID: "u", projectID: "1", compressionThreshold: 24000 }],
];
const listen = (handler) =>
  new Promise((ready) => {
    const server = http.createServer(handler).listen(0, "127.0.0.1", () => ready(server));
  });
const sink = await listen(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts);
  sent.bytes += body.length;
  sent.requests += 1;
  const cors = {
    "access-control-allow-origin": request.headers.origin ?? "*", "access-control-allow-credentials": "true",
    "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "*", "access-control-allow-methods": "*",
  };
  const known = ANSWERS.find(([path]) => path.test(request.url))?.[1];
  const answer = known ? { body: JSON.stringify(known) } : placet.respond({ method: request.method, url: request.url, body });
  response.writeHead(200, { "content-type": "application/json", ...cors, ...answer.headers }).end(answer.body);
});
const base = `http://127.0.0.1:${sink.address().port}`;
const scripts = { page: "", rrweb: await rrweb(base) };
for (const [name, [module, source]] of Object.entries(OTHERS))
  if (has(module)) scripts[name] = await bundle(source(base));
const app = await listen((request, response) => {
  const [, name, recorder] = new URL(request.url, "http://x").pathname.split("/");
  if (name === "sdk.js") return response.writeHead(200, { "content-type": "text/javascript" }).end(scripts[recorder]);
  const page = PAGES[name] ?? { html: "<p>start</p>" };
  const head = recorder === "placet" || !recorder ? placetHead : `<script src="/sdk.js/${recorder}"></script>`;
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  return response.end(`<!doctype html><html lang="en"><head><title>Bench</title>${head}</head><body>${page.html}</body></html>`);
});
const origin = `http://127.0.0.1:${app.address().port}`;
const { head: placetHead, open } = await placet.prepare({ sink: base, app: origin });
const wanted = (arg("only") ?? [...Object.keys(scripts), "placet"].join()).split(",");

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"],
});

async function once(name, recorder) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0.0.0" });
  const tab = await context.newPage();
  if (recorder === "placet") await open(tab);
  sent.bytes = sent.requests = 0;
  await tab.goto(`${origin}/${name}/${recorder}`, { waitUntil: "load" });
  if (recorder === "placet") await placet.ready(tab);
  await tab.waitForTimeout(SETTLE_MS);
  const snapshot = sent.bytes;
  const devtools = await context.newCDPSession(tab);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const spent = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return metrics.find((metric) => metric.name === "TaskDuration").value * 1_000;
  };
  await tab.evaluate(() => {
    window.long = [];
    new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
  });
  const before = await spent();
  await tab.evaluate(PAGES[name].work);
  await tab.waitForTimeout(SETTLE_MS);
  const ms = (await spent()) - before;
  const long = await tab.evaluate(() => long);
  await context.close();
  return { ms, long, bytes: sent.bytes - snapshot, before: snapshot };
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
/** What other work on the machine adds is never less than nothing: the least of several is nearest to the truth. */
const least = (list) => Math.min(...list);
const result = {};
for (const name of arg("pages", Object.keys(PAGES).join()).split(",")) {
  const runs = Object.fromEntries(wanted.map((recorder) => [recorder, []]));
  for (let round = 0; round < rounds; round++) for (const recorder of wanted) runs[recorder].push(await once(name, recorder));
  result[name] = Object.fromEntries(
    wanted.map((recorder) => {
      const all = runs[recorder];
      const row = {
        ms: Math.round(least(all.map(({ ms }) => ms))),
        long_tasks: least(all.map(({ long }) => long.length)),
        longest_ms: Math.round(least(all.map(({ long }) => Math.max(0, ...long)))),
        sent_bytes: median(all.map(({ bytes }) => bytes)),
        sent_before: median(all.map(({ before }) => before)),
      };
      return [recorder, row];
    }),
  );
  const plain = result[name].rrweb?.ms;
  const alone = result[name].page?.ms ?? 0;
  for (const [recorder, row] of Object.entries(result[name]))
    if (plain) {
      row.to_rrweb = +(row.ms / plain).toFixed(2);
      row.added_to_rrweb = +((row.ms - alone) / (plain - alone)).toFixed(2);
      // One that sent nothing has not recorded, whatever it cost.
      row.recorded = row.sent_bytes > 0;
    }
}
await browser.close();
sink.close();
app.close();
console.log(JSON.stringify(result, null, 1));
process.exit(0);

// The real loader and the real recorder, as they are built, against a server that takes whatever they send.
import { readFileSync } from "node:fs";

const EMBED = new URL("../../../frontend/dist/embed/", import.meta.url);
const file = (name) => readFileSync(new URL(name, EMBED), "utf8");
const SCRIPT = { "content-type": "text/javascript", "cross-origin-resource-policy": "cross-origin" };

export const MARKS = {
  mask: "data-placet-mask",
  block: "data-placet-block",
  setMask: "el.setAttribute('data-placet-mask','')",
};
/** The same pages as their developers left them: nothing is marked. */
export const NO_MARKS = { mask: "", block: "", setMask: "" };

/** A server's side of docs/wire.md, as far as a recorder notices: it agrees to everything and keeps nothing. */
export function server(policy, origins) {
  const status = { state: "recording", watchers: 0, seconds_left: 1800, flush_ms: 500, retry_after: 0 };
  let pages = 1;
  const grant = () => ({
    ...status, recording: "rec_bench", token: "bench", page: pages++, server_ms: Date.now(),
    person_url: "about:blank", origins: origins(), site: "Bench", agent: "alice", ticket: 1, live: false,
    sign_out_paths: [], never_paths: [],
    policy: {
      console: true, network: true, query_keys: [], unmask: false, mask_selectors: [], block_selectors: [],
      open_input_types: [], asset_origins: [], mode: "standard", ...policy,
    },
  });
  return ({ url, method }) => {
    const path = new URL(url, "http://x").pathname;
    if (path === "/placet.js") return { headers: SCRIPT, body: file("placet.js") };
    if (path === "/r/words.bin") return { headers: {}, body: readFileSync(process.env.PLACET_WORDS) };
    if (path.startsWith("/r/")) return { headers: SCRIPT, body: file(path.slice(3)) };
    if (path === "/own") {
      const to = new URL(url, "http://x").searchParams.get("to");
      return {
        headers: { "content-type": "text/html", "referrer-policy": "strict-origin" },
        body: `<!doctype html><a id="go" href="${to}">go on</a>`,
      };
    }
    if (method === "POST" && path.endsWith("/exchange")) return { body: JSON.stringify(grant()) };
    if (method === "POST" && path.endsWith("/pages")) return { body: JSON.stringify({ ...status, page: pages++ }) };
    return { body: JSON.stringify(status) };
  };
}

/** A chunk is one line of its own, then JSON, compressed where the page had time to. */
export function decode({ url, body }, inflate) {
  if (!url.includes("/chunks/")) return body.toString("utf8");
  return inflate(body.subarray(body.indexOf(10) + 1)).toString("utf8");
}

export function placet(policy = {}, marks = MARKS) {
  let app = "";
  return {
    marks,
    respond: server(policy, () => [app]),
    decode,
    async prepare({ sink, app: origin }) {
      app = origin;
      if (policy.vocabulary) policy.vocabulary.url = `${sink}/r/words.bin`;
      return {
        head: `<script async src="${sink}/placet.js" data-site="pk_bench"></script>`,
        // As the person's own page does it: the browser that agreed comes by a link from our origin.
        async open(tab) {
          await tab.goto(`${sink}/own?to=${encodeURIComponent(`${app}/start#~placet=code`)}`);
          await tab.click("#go");
          await tab.waitForFunction(() => window.placet?.state() === "recording");
        },
      };
    },
    ready: (tab) => tab.waitForFunction(() => window.placet?.state() === "recording"),
    flush: (tab) => tab.evaluate(() => window.placet.flush()),
  };
}

export default placet();

// node run.mjs --adapter NAME --set first|second [--json FILE] [--dump FILE]
// Drives every page of a corpus set with one SDK recording, and scores what reached the network.
import http from 'node:http';
import fs from 'node:fs';
import zlib from 'node:zlib';
// Playwright of the Python tests, which brings one; npm's playwright-core elsewhere.
const { chromium } = await import(process.env.PLAYWRIGHT_CORE || 'playwright-core');
import { build } from './corpus.mjs';

const arg = (k, d) => { const i = process.argv.indexOf('--' + k); return i > 0 ? process.argv[i + 1] : d; };
const name = arg('adapter', 'rrweb'), set = arg('set', 'first');
const adapter = (await import(new URL(arg('adapter-file', `./adapters/${name}.mjs`), import.meta.url))).default;
const { manifest, pages } = build(set);
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==', 'base64');
const body = (req) => new Promise((ok) => { const b = []; req.on('data', (c) => b.push(c)); req.on('end', () => ok(Buffer.concat(b))); });
const listen = (handler) => new Promise((ok) => { const s = http.createServer(handler).listen(+(process.env[handler.port] || 0), '127.0.0.1', () => ok(s)); });

// Everything the SDK sends, whole: url, headers, body.
const sent = [];
const sink = await listen(async (req, res) => {
  const b = await body(req);
  const cors = { 'access-control-allow-origin': req.headers.origin || '*', 'access-control-allow-credentials': 'true', 'access-control-allow-headers': req.headers['access-control-request-headers'] || '*', 'access-control-allow-methods': '*', 'access-control-expose-headers': '*' };
  if (req.method === 'OPTIONS') return res.writeHead(204, cors).end();
  sent.push({ method: req.method, url: req.url, headers: req.headers, body: b });
  const r = adapter.respond?.({ method: req.method, url: req.url, body: b }) || { body: '{}' };
  res.writeHead(r.status || 200, { 'content-type': 'application/json', ...cors, ...r.headers }).end(r.body);
});
const ctx = { set, sink: `http://127.0.0.1:${sink.address().port}`, app: '' };
let setup = { head: '', files: {} };
const app = await listen(async (req, res) => {
  const u = new URL(req.url, 'http://x'), b = await body(req);
  if (u.pathname === '/px.gif' || u.pathname.startsWith('/photo')) return res.writeHead(200, { 'content-type': 'image/gif' }).end(GIF);
  if (u.pathname.startsWith('/api/status/')) return res.writeHead(+u.pathname.split('/')[3]).end('busy');
  if (u.pathname.startsWith('/api/')) { let r = { ok: true }; try { r = JSON.parse(b).__reply || r; } catch {} return res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(r)); }
  if (setup.files[u.pathname]) return res.writeHead(200, { 'content-type': 'text/javascript' }).end(setup.files[u.pathname]);
  const p = Object.values(pages).find((p) => p.html && u.pathname === (p.path || '').split('?')[0]);
  if (!p) return res.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html>${u.pathname === '/start' ? setup.head : ''}<p>blank</p>`);
  const { mask, block, setMask } = adapter.marks;
  const hook = `<script>window.__markAttr=${JSON.stringify(mask)};window.__mark=(el)=>{${setMask}}</script>`;
  const html = p.html.replace('{{SNIPPET}}', p.frame ? '' : hook + setup.head).replaceAll('{{MASK}}', mask).replaceAll('{{BLOCK}}', block);
  res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
});
ctx.app = `http://127.0.0.1:${app.address().port}`;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const context = await browser.newContext({ userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36', viewport: { width: 1200, height: 800 } });
setup = { files: {}, ...(await adapter.prepare({ ...ctx, context })) };
const tab = await context.newPage();
if (process.env.VERBOSE) tab.on('console', (m) => console.error('  [page]', m.text().slice(0, 200)));
if (setup.open) await setup.open(tab); // e.g. follow a magic link and consent, ending on the recorded origin
const seen = {};
for (const [id, p] of Object.entries(pages)) {
  if (p.frame) continue;
  const from = sent.length;
  await tab.goto((setup.url || ((u) => u))(ctx.app + p.path), { waitUntil: 'load' });
  await adapter.ready?.(tab);
  await tab.evaluate((code) => new Function(code)(), p.drive);
  for (const s of p.steps) {
    if (s.type) { await tab.click(s.type); await tab.locator(s.type).pressSequentially(s.text, { delay: 4 }); } else await tab.click(s.click);
  }
  await tab.waitForTimeout(900);
  await adapter.flush?.(tab);
  await tab.waitForTimeout(adapter.settle || 600);
  seen[id] = from;
}
await tab.goto('about:blank'); await tab.waitForTimeout(800);
if (setup.close) await setup.close(tab);
await browser.close(); sink.close(); app.close();

const inflate = (b) => { for (const f of [zlib.gunzipSync, zlib.inflateSync, zlib.inflateRawSync]) { try { return f(b); } catch {} } return b; };
const external = setup.collect ? await setup.collect() : [];
const text = sent.map((r) => `${r.method} ${r.url}\n${JSON.stringify(r.headers)}\n${adapter.decode ? adapter.decode(r, inflate) : inflate(r.body).toString('utf8')}`).concat(external).join('\n');
if (arg('dump')) fs.writeFileSync(arg('dump'), text);
const has = (s) => text.includes(s);
const leaked = (m) => {
  const forms = [m.value, encodeURIComponent(m.value), Buffer.from(m.value).toString('base64').replace(/=+$/, '').slice(0, -1)];
  const bare = m.value.replace(/[ -]/g, ''); if (/^[A-Z0-9]{9,}$/i.test(bare)) forms.push(bare);
  if (/typed|char by char/.test(m.sink)) for (const f of [m.value, bare]) { const cut = f.slice(0, Math.ceil(f.length * 0.6)); if (cut.length >= 8) forms.push(cut); }
  if (/split over/.test(m.sink) && new RegExp(m.value.split(' ').join('[\\s\\S]{1,400}')).test(text)) return true;
  return forms.some(has);
};
const control = Object.keys(pages).filter((id) => !pages[id].frame && !has(`CONTROL-${set}-${id}`));
const secrets = manifest.filter((m) => m.kind === 'secret'), useful = manifest.filter((m) => m.kind === 'useful');
const out = secrets.filter(leaked), lost = useful.filter((m) => !has(m.value) && !has(JSON.stringify(m.value).slice(1, -1)));
const by = (k) => Object.fromEntries(Object.entries(Object.groupBy ? Object.groupBy(out, (m) => m[k]) : out.reduce((a, m) => ((a[m[k]] ||= []).push(m), a), {})).map(([x, y]) => [x, y.length]));
const n = (l, c) => l.filter((m) => m.class === c).length;
const result = { adapter: name, set, valid: adapter.masksAllText ? sent.length > 0 : control.length === 0, control_missing: control, secrets: secrets.length, leaked: out.length, leaked_auto: `${n(out, 'auto')}/${n(secrets, 'auto')}`, leaked_marked: `${n(out, 'marked')}/${n(secrets, 'marked')}`, useful_kept: `${useful.length - lost.length}/${useful.length}`, wire_bytes: sent.reduce((a, r) => a + r.body.length, 0), requests: sent.length, by_category: by('category'), by_sink: by('sink'), leaked_ids: out.map((m) => `${m.id} ${m.sink}`), lost: lost.map((m) => `${m.id} ${m.sink}: ${m.value}`) };
if (arg('json')) fs.writeFileSync(arg('json'), JSON.stringify(result, null, 1));
const { leaked_ids, lost: l, by_sink, ...short } = result;
console.log(JSON.stringify(short));
if (!process.argv.includes('--quiet')) { console.log('leaked sinks:', Object.keys(by_sink).join(' · ')); console.log('lost useful:', l.join(' · ').slice(0, 1500)); }
process.exit(0);

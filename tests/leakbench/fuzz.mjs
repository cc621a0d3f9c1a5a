// Random pages with random secrets in random places, recorded in Chromium: none may leave.
//
//     PLAYWRIGHT_CORE=… node fuzz.mjs --seed 7 --documents 20
//
// A document holds ten small pages, so that one load tries many. The seed is printed and gives the same run again.
import http from "node:http";
import zlib from "node:zlib";
import { decode, server } from "./adapters/placet.mjs";

const { chromium } = await import(process.env.PLAYWRIGHT_CORE || "playwright-core");
const arg = (name, other) => {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : other;
};
const seed = Number(arg("seed", Math.floor(Math.random() * 1e9)));
const documents = Number(arg("documents", 20));
const PAGES = 10;
const PLANTS = 6;

// --- Chance -----------------------------------------------------------------------------------------

let state = seed >>> 0;
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];
const some = (n, set) => Array.from({ length: n }, () => set[below(set.length)]).join("");
const digits = (n) => some(n, "0123456789");
const letters = "abcdefghijklmnopqrstuvwxyz";
const word = () => some(3, "bdfgklmnprst").replace(/./g, (c) => c + pick([..."aeiou"]));
const Word = () => word().replace(/^./, (c) => c.toUpperCase());

// --- What is secret ---------------------------------------------------------------------------------

const luhnDigit = (body) => {
  let sum = 0;
  [...body].reverse().forEach((c, i) => {
    const d = i % 2 === 0 ? c * 2 : +c;
    sum += d > 9 ? d - 9 : d;
  });
  return (10 - (sum % 10)) % 10;
};
const card = () => {
  const body = pick(["4", "53", "6011", "2223", "35"]) + digits(15);
  const number = body.slice(0, 15);
  return (number + luhnDigit(number)).match(/.{4}/g).join(pick([" ", "-", "", "\u00a0", "\u2009"]));
};
const iban = () => {
  const bban = digits(18);
  const rest = [...`${bban}131400`].reduce((r, c) => (r * 10 + +c) % 97, 0);
  return `DE${String(98 - rest).padStart(2, "0")}${bban}`.match(/.{1,4}/g).join(pick([" ", ""]));
};
const codice = () =>
  some(6, "BCDFGLMNPRST") + digits(2) + pick([..."ABCDEHLMPRST"]) + String(1 + below(28)).padStart(2, "0") + pick([..."ABCDEFGHIL"]) + digits(3) + pick([..."ABCDEFGH"]);
const dni = () => {
  const n = 10000000 + below(89999999);
  return n + "TRWAGMYFPDXBNJZSQVHLCKE"[n % 23];
};
const b64 = (text) => Buffer.from(text).toString("base64url");

/** Found by their form, wherever they stand. */
const FORMED = {
  card,
  iban,
  "tax code": codice,
  dni,
  ssn: () => `${100 + below(500)}-${10 + below(89)}-${1000 + below(8999)}`,
  nino: () => `${pick(["HK", "JM", "RW", "TP"])}${[pick([" ", ""])].map((s) => s + digits(2) + s + digits(2) + s + digits(2) + s)[0]}${pick([..."ABCD"])}`,
  "e-mail": () => `${word()}${pick([".", "_", "+", ""])}${word()}@${word()}.${pick(["org", "co.uk", "museum", "io"])}`,
  phone: () => pick([`+33 6 ${digits(2)} ${digits(2)} ${digits(2)} ${digits(2)}`, `+1-212-555-${digits(4)}`, `(646) 555-${digits(4)}`, `+47 9${digits(7)}`]),
  jwt: () => `${b64('{"alg":"ES256"}')}.${b64(`{"id":"${digits(9)}"}`)}.${some(40, letters + letters.toUpperCase() + "0123456789_-")}`,
  key: () => pick([() => `xoxb-${digits(12)}-${some(24, letters + "0123456789")}`, () => `glpat-${some(20, letters + "0123456789")}`, () => `AKIA${some(14, letters.toUpperCase())}${digits(2)}`, () => `pk_live_${some(24, letters + "0123456789")}`])(),
  session: () => some(48, "0123456789abcdef"),
};
/** Known only by what the page calls them. */
const CALLED = {
  health: ["Diagnosis", "Allergies", "Current medication", "Medical history", "Blood type"],
  name: ["Full name", "First name", "Patient", "Account holder", "Nachname", "Next of kin"],
  address: ["Home address", "Delivery address", "Postcode", "Anschrift"],
  birth: ["Date of birth", "DOB", "Geburtsdatum", "Birthday"],
  message: ["Message", "Internal note", "Comments", "Reason for visit"],
  secret: ["Security answer", "Recovery phrase", "Client secret", "Password"],
  private: ["Religion", "Nationality", "Marital status", "Salary"],
};
const CLASSES = {
  health: ["diagnosis", "allergy-text", "medicalHistory", "symptoms"],
  name: ["customer-name", "patientName", "full_name", "lastname", "user-name"],
  address: ["home-address", "streetAddress", "shipping_address"],
  birth: ["dob", "date-of-birth", "birthDate"],
  message: ["chat-bubble", "message-body", "conversation", "comment-text"],
  secret: ["secret", "api-key", "recovery-code"],
  private: ["religion", "gender", "salary"],
};
const sentence = () => `${Word()} ${word()} ${word()} ${word()}`;

// --- Where it stands --------------------------------------------------------------------------------

const html = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const js = JSON.stringify;
let marks = 0;
const id = () => `n${marks++}`;
/** A value into an element of its own, now or a little later. */
const later = (code) => `setTimeout(()=>{${code}},${20 + below(260)});`;
const make = (tag, text, attributes = "") => `<${tag}${attributes}>${html(text)}</${tag}>`;
const wrap = (inner) => {
  let result = inner;
  for (let depth = below(3); depth > 0; depth--) result = `<${pick(["div", "section", "span", "article"])}>${result}</${pick(["div", "section", "span", "article"])}>`;
  return result;
};

/** Any text of the page: [name, markup, script]. */
const TEXTS = [
  ["text", (v) => [wrap(make(pick(["p", "span", "td", "li", "b"]), `${Word()} ${v} ${word()}`))]],
  ["heading", (v) => [make(pick(["h2", "h4"]), `${Word()} ${v}`)]],
  ["button", (v) => [make("button", `${Word()} ${v}`)]],
  ["table", (v) => [`<table><tr><td>${Word()}</td><td>${html(v)}</td></tr></table>`]],
  ["details", (v) => [`<details><summary>${Word()}</summary>${make("p", v)}</details>`]],
  ["dialog", (v) => [`<dialog id="${id()}">${make("p", v)}</dialog>`]],
  ["svg", (v) => [`<svg width="90" height="20"><title>${html(v)}</title><text y="15">${html(v)}</text></svg>`]],
  ["title", (v) => [`<p title="${html(v)}">${Word()}</p>`]],
  ["alt", (v) => [`<img alt="${html(v)}" src="/x.gif">`]],
  ["aria", (v) => [`<p ${pick(["aria-label", "aria-description", "aria-placeholder", "aria-roledescription"])}="${html(v)}">${Word()}</p>`]],
  ["placeholder", (v) => [`<input placeholder="${html(v)}">`]],
  ["option", (v) => [`<select><option>${Word()}</option><option>${html(v)}</option></select>`]],
  ["frame", (v) => [`<iframe srcdoc="${html(make("p", v))}"></iframe>`]],
  ["added later", (v) => [`<p id="p${marks}"></p>`, later(`p${marks}.append(${js(`${word()} ${v}`)})`)]],
  ["changed later", (v) => [`<p id="p${marks}">${word()}</p>`, later(`p${marks}.firstChild.data=${js(v)}`)]],
  ["shadow", (v) => [`<div id="p${marks}"></div>`, later(`p${marks}.attachShadow({mode:"open"}).innerHTML=${js(make("p", v))}`)]],
  ["typed by a script", (v) => [`<p id="p${marks}">${v[0]}</p>`, `{let i=1;const v=${js(v)},t=setInterval(()=>{p${marks}.textContent=v.slice(0,++i);if(i>=v.length)clearInterval(t)},9)}`]],
  ["split", (v) => [`<p>${v.match(/.{1,5}/g).map((part) => make(pick(["b", "i", "span"]), part)).join("")}</p>`]],
  ["contenteditable", (v) => [`<div contenteditable>${html(v)}</div>`]],
  ["output", (v) => [`<output id="p${marks}"></output>`, later(`p${marks}.value=${js(v)}`)]],
  ["console", (v) => ["", later(`console.${pick(["log", "warn", "error"])}(${js(`${word()} ${v}`)})`)]],
  ["console object", (v) => ["", later(`console.log({user:${js(v)}},[${js(v)}])`)]],
  ["error", (v) => ["", later(`throw new Error(${js(`${word()} ${v}`)})`)]],
  ["rejection", (v) => ["", later(`Promise.reject(new Error(${js(v)}))`)]],
  ["link", (v) => [`<a href="/${word()}/${encodeURIComponent(v)}?q=${encodeURIComponent(v)}#${encodeURIComponent(v)}">${Word()}</a>`]],
  ["request", (v) => ["", later(`fetch("/${word()}/${encodeURIComponent(v)}?q=${encodeURIComponent(v)}").catch(()=>{})`)]],
  ["address bar", (v) => ["", later(`history.pushState({},"",location.pathname+"?v=${encodeURIComponent(v)}#${encodeURIComponent(v)}")`)]],
  ["percent", (v) => [make("p", [...v].map((c) => (c.charCodeAt(0) < 128 && !/\w/.test(c) ? `%${c.charCodeAt(0).toString(16).padStart(2, "0")}` : c)).join(""))]],
  ["full width", (v) => [make("p", v.replace(/[0-9]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)))]],
];
/** Nothing in these may leave, whatever it is. */
const NEVER = [
  ["data", (v) => [`<p data-${word()}="${html(v)}">${Word()}</p>`]],
  ["comment", (v) => [`<!-- ${v} -->`]],
  ["script", (v) => [`<script type="application/json">{"v":${js(v).replace(/</g, "\\u003c")}}</script>`]],
  ["template", (v) => [`<template>${make("p", v)}</template>`]],
  ["noscript", (v) => [`<noscript>${make("p", v)}</noscript>`]],
  ["hidden input", (v) => [`<input type="hidden" value="${html(v)}">`]],
  ["value", (v) => [`<input value="${html(v)}">`]],
  ["textarea", (v) => [`<textarea>${html(v)}</textarea>`]],
  ["radio", (v) => [`<input type="${pick(["radio", "checkbox"])}" value="${html(v)}">`]],
  ["attribute of its own", (v) => [`<${word()}-${word()} ${word()}="${html(v)}">${Word()}</${"x"}>`]],
  ["handler", (v) => [`<p onclick="${html(`void(${js(v)})`)}">${Word()}</p>`]],
  ["custom property", (v) => [`<p style='--${word()}:"${v}"'>${Word()}</p>`]],
  ["content", (v) => [`<style>.${word()}::after{content:"${v}"}</style>`]],
  ["selector", (v) => [`<style>[data-${word()}="${v}"]{color:red}</style>`]],
  ["adopted sheet", (v) => ["", later(`const s=new CSSStyleSheet();s.replaceSync(${js(`.a::after{content:"${v}"}`)});document.adoptedStyleSheets=[...document.adoptedStyleSheets,s]`)]],
  ["inserted rule", (v) => ["", later(`document.styleSheets[0].insertRule(${js(`.b::after{content:"${v}"}`)})`)]],
  ["set property", (v) => [`<p id="p${marks}">${Word()}</p>`, later(`p${marks}.style.setProperty("--${word()}",${js(`"${v}"`)})`)]],
  ["set by a script", (v) => [`<input id="p${marks}">`, later(`p${marks}.value=${js(v)};p${marks}.dispatchEvent(new Event("input",{bubbles:true}))`)]],
  ["password", (v) => [`<input type="password" id="p${marks}" value="${html(v)}">`, later(`p${marks}.type="text"`)]],
  ["document title", (v) => ["", later(`document.title=${js(v)}`)]],
  ["masked", (v) => [`<div ${pick(["data-placet-mask", 'class="fs-mask"', "data-private"])}>${wrap(make("p", v, ` title="${html(v)}"`))}</div>`]],
  ["blocked", (v) => [`<div ${pick(["data-placet-block", 'class="ph-no-capture"', "data-openreplay-hidden"])}>${wrap(make("p", v))}</div>`]],
  ["masked later", (v) => [`<div id="p${marks}"></div>`, later(`p${marks}.className="sentry-mask";setTimeout(()=>{p${marks}.innerHTML=${js(make("p", v))}},40)`)]],
  ["moved out of a mask", (v) => [`<div data-placet-mask><i id="p${marks}">${html(v)}</i></div><p id="q${marks}"></p>`, later(`q${marks}.append(p${marks})`)]],
  ["shadow under a mask", (v) => [`<div class="rr-mask" id="p${marks}"></div>`, later(`p${marks}.attachShadow({mode:"open"}).innerHTML=${js(make("p", v))}`)]],
];
/** What the page calls the value, and the value. */
const LABELS = [
  ["column", (v, l) => [`<table><tr><th>Item</th><th>${l}</th></tr><tr><td>${Word()}</td><td>${html(v)}</td></tr></table>`]],
  ["row", (v, l) => [`<table><tr><th>${l}</th><td>${html(v)}</td></tr></table>`]],
  ["row added later", (v, l) => [`<table><tr><th>Item</th><th>${l}</th></tr><tbody id="p${marks}"></tbody></table>`, later(`p${marks}.insertRow().innerHTML=${js(`<td>${word()}</td><td>${html(v)}</td>`)}`)]],
  ["term", (v, l) => [`<dl><dt>${l}</dt><dd>${html(v)}</dd></dl>`]],
  ["span", (v, l) => [`<div><span>${l}</span><span>${html(v)}</span></div>`]],
  ["colon", (v, l) => [make("p", `${l}: ${v}`)]],
  ["bold colon", (v, l) => [`<p><b>${l}:</b> ${html(v)}</p>`]],
  ["heading", (v, l) => [`<section><h3>${l}</h3>${make("p", v)}</section>`]],
  ["label of an output", (v, l) => [`<label for="p${marks}">${l}</label><output id="p${marks}">${html(v)}</output>`]],
  ["aria-labelledby", (v, l) => [`<i id="l${marks}">${l}</i><p>${Word()}</p><p aria-labelledby="l${marks}">${html(v)}</p>`]],
  ["choice", (v, l) => [`<label>${l} <select><option>${html(v)}</option></select></label>`]],
  ["cell with a label", (v, l) => [`<table><tr><td data-label="${l}">${html(v)}</td></tr></table>`]],
  ["console", (v, l) => ["", later(`console.log(${js(`${l}: ${v}`)})`)]],
  ["grid", (v, l) => [`<div role="grid"><div role="row"><b role="columnheader">Item</b><b role="columnheader">${l}</b></div><div role="row"><i role="gridcell">${Word()}</i><i role="gridcell">${html(v)}</i></div></div>`]],
];

const plants = [];
function plant(page) {
  marks++;
  const roll = random();
  let kind;
  let value;
  let where;
  let made;
  if (roll < 0.5) {
    kind = pick(Object.keys(FORMED));
    value = FORMED[kind]();
    const [name, sink] = pick(TEXTS);
    where = name;
    made = sink(value);
  } else if (roll < 0.75) {
    kind = pick([...Object.keys(FORMED), "words"]);
    value = kind === "words" ? sentence() : FORMED[kind]();
    const [name, sink] = pick(NEVER);
    where = name;
    made = sink(value);
  } else if (roll < 0.95) {
    kind = pick(Object.keys(CALLED));
    value = sentence();
    const [name, sink] = pick(LABELS);
    const label = pick(CALLED[kind]);
    where = `${name} "${label}"`;
    made = sink(value, label);
  } else {
    kind = pick(Object.keys(CLASSES));
    value = sentence();
    const name = pick(CLASSES[kind]);
    where = `class ${name}`;
    made = [`<p ${pick(["class", "id", "data-field"])}="${name}">${html(value)}</p>`];
  }
  plants.push({ page, kind, where, value });
  return made;
}

const sources = [];
for (let d = 0; d < documents; d++) {
  let body = "";
  let script = "";
  for (let p = 0; p < PAGES; p++) {
    let inner = "";
    for (let i = 0; i < PLANTS; i++) {
      const [markup = "", code = ""] = plant(d);
      inner += markup;
      script += code;
    }
    body += `<section><h2>${Word()}</h2>${inner}</section>`;
  }
  sources.push(`<style>b{color:navy}</style><p>CONTROL-${d}</p>${body}<script>setTimeout(function wait(){
    if (!window.placet || document.readyState !== "complete") return setTimeout(wait, 50);
    ${script.replace(/<\//g, "<\\/")}
  }, 200)</script>`);
}

// What happens later begins when it is recorded: nobody can know what a text was before that.

// --- The run ----------------------------------------------------------------------------------------

const sent = [];
const listen = (handler) =>
  new Promise((ok) => {
    const it = http.createServer(handler).listen(0, "127.0.0.1", () => ok(it));
  });
const inflate = (bytes) => (bytes[0] === 0x1f ? zlib.gunzipSync(bytes) : bytes);
let app;
const respond = server({}, () => [`http://127.0.0.1:${app.address().port}`]);
const sink = await listen(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const cors = { "access-control-allow-origin": request.headers.origin ?? "*" };
  const body = Buffer.concat(parts);
  if (request.method === "POST") sent.push(decode({ url: request.url, body }, inflate));
  const answer = respond({ url: request.url, method: request.method, body });
  response.writeHead(200, { "content-type": "application/json", ...cors, ...answer.headers }).end(answer.body);
});
const base = `http://127.0.0.1:${sink.address().port}`;
app = await listen((request, response) => {
  const number = /^\/d(\d+)/.exec(request.url)?.[1];
  const source = number === undefined ? "" : sources[Number(number)];
  response
    .writeHead(200, { "content-type": "text/html; charset=utf-8" })
    .end(`<!doctype html><html lang="en"><head><title>x</title><script async src="${base}/placet.js"></script></head><body>${source}`);
});
const own = `http://127.0.0.1:${app.address().port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const tab = await browser.newPage();
const recording = () => tab.waitForFunction(() => window.placet?.state() === "recording", null, { timeout: 60_000 });
await tab.goto(`${base}/own?to=${encodeURIComponent(`${own}/start#~placet=code`)}`);
await tab.click("#go");
await recording();
for (let d = 0; d < documents; d++) {
  await tab.goto(`${own}/d${d}`);
  await recording();
  await tab.waitForTimeout(1_000);
  await tab.evaluate(() => window.placet.flush());
}
await browser.close();
sink.close();
app.close();

// --- What left --------------------------------------------------------------------------------------

// Times of the day, in ms, hold digits that a planted number can begin with.
const text = sent.join("\n").replace(/(?<=[:,[])1[7-9]\d{11}(?=[,}\]])/g, "0");
const missing = sources.map((_, d) => d).filter((d) => !text.includes(`CONTROL-${d}`));
const escaped = (value) => JSON.stringify(value).slice(1, -1);
const leaked = plants.filter(({ value }) => {
  const bare = value.replace(/[\s-]/g, "");
  const forms = [value, escaped(value), encodeURIComponent(value), ...(bare.length >= 9 ? [bare, bare.slice(0, Math.ceil(bare.length * 0.7))] : [])];
  return forms.some((form) => text.includes(form));
});
console.log(
  JSON.stringify({
    seed,
    pages: documents * PAGES,
    plants: plants.length,
    bytes: text.length,
    missing,
    leaked: leaked.map(({ page, kind, where, value }) => `document ${page}: ${kind} in ${where}: ${value}`),
  }),
);
process.exit(0);

// The pinned @rrweb/record as we bundle it: without what our options switch off, and with its defects mended.
//
// Every edit names text that the file holds an exact number of times, and the file itself is pinned by its hash: a new
// version of the package stops the build, so that somebody looks at each edit again. What the edits are for is held by
// tests/recorder/test_rrweb.py. What nothing calls any more falls out of the bundle by itself.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const OBSERVERS = join(dirname(fileURLToPath(import.meta.url)), "src/recorder/observers");
const SHA256 = "e8d33f050806e45c14f80595fa132f015128c0beb29e3cd204a89f6615ae6aa1";

/** Put `by` where `find` stands, once or exactly so many times. */
const swap = (find, by = "", times = 1) => ({ find, by, times });
/** Put `by` in the place of all from the text `from` up to the text `to`, which stays. */
export const cut = (from, to, by = "") => ({ from, to, by });
/** Take a name out of every list of options that hands it on: so many lines. */
const drop = (name, times) => ({ name, times });

/**
 * All that comes after the buffer of mutations: one observer and one `load` listener for each frame, however many
 * snapshots are taken, and all of them go with `stop`. 2.1.6 added another with each snapshot, and reset the page's
 * shadow roots when one frame's observers ended. What a person does is watched in observers/hand.ts, what scripts do
 * to style sheets in observers/styles.ts.
 */
const PAGE = [
  cut("function getEventTarget(event) {", "function initMutationObserver("),
  cut("function initMoveObserver(", "class ProcessedNodeManager {"),
  cut(
    "let wrappedEmit;",
    "export {\n  record\n};",
    `let takeFullSnapshot;
const mirror = createMirror();
function record({ emit, blockSelector, maskInputFn }) {
  mirror.reset();
  const tell = (source, data) => emit({ type: EventType.IncrementalSnapshot, data: { source, ...data } });
  const mutationCb = (changes) => tell(IncrementalSource.Mutation, changes);
  let sheets = /* @__PURE__ */ new Map();
  const frames = /* @__PURE__ */ new Map();
  let roots = /* @__PURE__ */ new WeakSet();
  let stopsOfRoots = [];
  const hand = {
    idOf: (node) => mirror.getId(node),
    isBlocked: (node) => isBlocked(node, blockSelector, true),
    shownOf: maskInputFn,
    tell
  };
  const adopt = (by) => {
    const id = mirror.getId(by.host ?? by);
    if (!(id > 0) || !by.adoptedStyleSheets?.length) return;
    const styles = [];
    const styleIds = by.adoptedStyleSheets.map((sheet) => {
      const known = sheets.get(sheet);
      if (known) return known;
      const styleId = sheets.size + 1;
      sheets.set(sheet, styleId);
      const rules = Array.from(sheet.cssRules, (rule, index2) => ({ rule: stringifyRule(rule, sheet.href), index: index2 }));
      styles.push({ styleId, rules });
      return styleId;
    });
    tell(IncrementalSource.AdoptedStyleSheet, styles.length > 0 ? { id, styleIds, styles } : { id, styleIds });
  };
  const addRoot = (root) => {
    if (!isNativeShadowDom(root) || roots.has(root)) return;
    roots.add(root);
    stopsOfRoots.push(initMutationObserver({ ...parts, doc: root.ownerDocument }, root), observeScrolls(root, hand));
    setTimeout(callbackWrapper(() => adopt(root)), 0);
  };
  const watchRoots = (win) => stopsOfRoots.push(
    watchCalls(win.Element.prototype, "attachShadow", (call, _, self) => {
      const root = call();
      callbackWrapper(() => {
        if (self.shadowRoot && inDom(self)) addRoot(root);
      })();
      return root;
    })
  );
  const resetRoots = () => {
    all(...stopsOfRoots)();
    stopsOfRoots = [];
    roots = /* @__PURE__ */ new WeakSet();
  };
  const parts = {
    mirror,
    blockSelector,
    maskInputFn,
    mutationCb,
    processedNodeManager: new ProcessedNodeManager(),
    onSerialize: (n) => {
      if (n.shadowRoot) addRoot(n.shadowRoot);
    },
    onIframeLoad: (frame, node) => {
      const { contentDocument, contentWindow } = frame;
      const adds = [{ parentId: mirror.getId(frame), nextId: null, node }];
      mutationCb({ adds, removes: [], texts: [], attributes: [], isAttachIframe: true });
      frames.get(frame)?.();
      frames.set(frame, observe(contentDocument));
      frames.forEach((stop, old) => {
        if (old.isConnected) return;
        stop();
        frames.delete(old);
      });
      adopt(contentDocument);
      watchRoots(contentWindow);
    },
    onStylesheetLoad: (_, { id, attributes }) => {
      if ("_cssText" in attributes) mutationCb({ adds: [], removes: [], texts: [], attributes: [{ id, attributes }] });
    }
  };
  const observe = (doc) => all(
    initMutationObserver({ ...parts, doc }, doc),
    observeHand(doc, hand),
    observeStyles(doc.defaultView, {
      where: (sheet) => {
        if (!sheet) return;
        const id = sheet.ownerNode ? mirror.getId(sheet.ownerNode) : sheets.get(sheet);
        if (id > 0) return sheet.ownerNode ? { id } : { styleId: id };
      },
      rule: (change) => tell(IncrementalSource.StyleSheetRule, change),
      declaration: (change) => tell(IncrementalSource.StyleDeclaration, change),
      adopted: adopt
    })
  );
  const snapshot = () => {
    emit({ type: EventType.Meta, data: { href: location.href, width: innerWidth, height: innerHeight } });
    sheets = /* @__PURE__ */ new Map();
    resetRoots();
    watchRoots(window);
    mutationBuffers.forEach((buffer) => buffer.lock());
    const node = serializeNodeWithId(document, { ...parts, doc: document });
    emit({ type: EventType.FullSnapshot, data: { node, initialOffset: { left: scrollX, top: scrollY } } });
    mutationBuffers.forEach((buffer) => buffer.unlock());
    adopt(document);
  };
  let stopPage = () => {
  };
  const init = () => {
    snapshot();
    stopPage = observe(document);
    takeFullSnapshot = snapshot;
  };
  // As soon as there is a page: a person may be gone before the last picture has loaded.
  const stopWaiting = document.readyState === "loading" ? listen(document, "DOMContentLoaded", init) : init();
  return all(
    () => stopWaiting?.(),
    () => stopPage(),
    () => frames.forEach((stop) => stop()),
    () => frameLoads.forEach((stop) => stop()),
    () => frameLoads.clear(),
    resetRoots,
    () => {
      takeFullSnapshot = void 0;
    }
  );
}
record.takeFullSnapshot = () => takeFullSnapshot?.();
record.mirror = mirror;
`,
  ),
];

/** No pixels are recorded, so neither the observers nor the worker that compresses them are needed. */
const CANVAS = [
  cut('  if (tagName === "canvas" && recordCanvas) {', '  if (["audio", "video"].includes(tagName)) {'),
  cut("  freeze() {\n    this.frozen = true;", "  isFrozen() {"),
  cut("    this.canvasManager.lock();", "  }\n  unlock() {"),
  swap("    this.canvasManager.unlock();\n"),
  swap("    this.canvasManager.reset();\n"),
  drop("canvasManager", 2),
  drop("recordCanvas", 4),
  drop("inlineImages", 4),
  drop("dataURLOptions", 4),
];

/** Frames of other sites are never recorded; those of the same site are observed from here. */
const FRAMES = [
  swap("!keepIframeSrcFn(attributes.src)", "true"),
  swap(" && !this.keepIframeSrcFn(value)"),
  drop("keepIframeSrcFn", 3),
];

/** The gate masks text, and knows more than a selector can; here it would only be done twice. */
const TEXT_MASKS = [
  cut("value: needMaskingText(", "              node: m.target\n            });\n          }", "value,\n"),
  drop("maskTextClass", 3),
  drop("maskTextSelector", 3),
  drop("maskTextFn", 3),
];

/** One selector says what is blocked; nothing is ignored. */
const CLASSES = [
  cut(
    '    if (typeof blockClass === "string") {\n      if (element',
    "    if (blockSelector) {\n      return element",
  ),
  cut(
    '  try {\n    if (typeof blockClass === "string") {\n      if (el.',
    "  if (blockSelector) {\n    if (el.",
  ),
  swap("blockClass, blockSelector", "blockSelector", 2),
  swap("this.blockClass, this.blockSelector", "this.blockSelector", 5),
  drop("blockClass", 4),
];

/** What the gate drops is not looked at: fonts, custom elements, media, and what the person selects to read. */
const EXTRAS = [
  // A proxy for an interface of old, made at once by loading the file.
  cut("const DEPARTED_MIRROR_ACCESS_WARNING", "function throttle("),
  swap('  if (n instanceof BaseRRNode && "shadowRoot" in n) {\n    return Boolean(n.shadowRoot);\n  }\n'),
];

/** All that a page's head tells machines stays out. A style sheet may still be on its way: `rel=preload as=style`. */
const SLIM = [
  cut(
    "function slimDOMExcluded(",
    "function serializeNodeWithId(",
    `function slimDOMExcluded({ type, tagName, attributes }) {
  if (type !== NodeType.Element) return type === NodeType.Comment;
  if (tagName !== "link") return tagName === "script" || tagName === "meta";
  return attributes._cssText === void 0 && attributes.as !== "style" && !/stylesheet/i.test(attributes.rel);
}
`,
  ),
  swap(" && slimDOMOptions.headTitleMutations"),
  swap("function isIgnored(n, mirror2, slimDOMOptions)", "function isIgnored(n, mirror2)"),
  swap(", this.mirror, this.slimDOMOptions)", ", this.mirror)", 3),
  swap('"link" && inlineStylesheet', '"link"'),
  drop("slimDOMOptions", 3),
  drop("inlineStylesheet", 4),
];

/** `maskInputFn` is asked for every value of every type. */
const VALUES = [
  cut("function maskInputValue({", "function toLowerCase("),
  cut(
    "      attributes.value = maskInputValue({\n        element: n,",
    "    } else if (checked) {",
    "      attributes.value = maskInputFn(value, n);\n",
  ),
  cut(
    "      const value = Array.from(\n        index.childNodes(textarea),",
    '    __publicField(this, "processMutation"',
    "      item.attributes.value = this.maskInputFn(textarea.textContent, textarea);\n    });\n",
  ),
  cut(
    "            const type = getInputType(target);\n            value = maskInputValue({",
    "          }\n          if (isBlocked(m.target, this.blockSelector, false) || value",
    '            value = this.maskInputFn(value || "", target);\n',
  ),
  cut(
    "    if (n.selected && !maskInputOptions",
    '  if (tagName === "dialog"',
    "    delete attributes.selected;\n  }\n",
  ),
  drop("maskInputOptions", 4),
];

/** `srcset` never passes the gate. All of a style element's rules stand in its first text: they apply all the same. */
const DROPPED_ANYWAY = [
  cut("const SRCSET_NOT_SPACES = ", "const cachedDocument = "),
  swap('  } else if (name === "srcset") {\n    return getAbsoluteSrcsetString(doc, value);\n'),
  cut(
    "      if (n.childNodes.length > 1) {\n        cssText = markCssSplits",
    '      attributes._cssText = cssText;\n    }\n  }\n  if (["input"',
  ),
];

// --- Mended -------------------------------------------------------------------------------------------

/** Nothing of rrweb's reaches the page: no error, and no line in its console. */
const QUIET = [
  cut("let errorHandler;", "const mutationBuffers = [];"),
  swap(
    "styleSheetLoadTimeout) {\n  let fired",
    "styleSheetLoadTimeout) {\n  listener = callbackWrapper(listener);\n  let fired",
  ),
];

/** A style attribute of a throw-away element is one to the page's policy too; the CSSOM is not. */
const STYLE_ATTRIBUTE = [swap('old.setAttribute("style", m.oldValue)', "old.style.cssText = m.oldValue")];

/** That an input was a password is remembered beside the page, not written into it. */
const PASSWORDS = [
  swap('element.hasAttribute("data-rr-is-password")', "passwords.has(element)"),
  swap("function getInputType(", "const passwords = /* @__PURE__ */ new WeakSet();\nfunction getInputType("),
  swap(
    'target.setAttribute("data-rr-is-password", "true")',
    'passwords.add(target);\n            item.attributes["data-rr-is-password"] = "true"',
  ),
  swap(
    '  if (tagName === "link") {\n',
    '  if (passwords.has(n)) attributes["data-rr-is-password"] = "true";\n  if (tagName === "link") {\n',
  ),
];

/** One `load` listener for each frame, however many snapshots are taken. */
const OBSERVERS_ONCE = [
  cut(
    "function onceIframeLoaded(",
    "function onceStylesheetLoaded(",
    `const frameLoads = /* @__PURE__ */ new Map();
function onceIframeLoaded(iframeEl, listener, iframeLoadTimeout) {
  let inner;
  try {
    inner = iframeEl.contentWindow.document;
  } catch {
    return;
  }
  let timer;
  const loaded = callbackWrapper(() => {
    clearTimeout(timer);
    listener();
  });
  frameLoads.get(iframeEl)?.();
  frameLoads.set(iframeEl, listen(iframeEl, "load", loaded));
  const first = inner.URL === "about:blank" && iframeEl.src !== "about:blank" && iframeEl.src !== "";
  if (inner.readyState !== "complete") timer = setTimeout(loaded, iframeLoadTimeout);
  else if (!first) timer = setTimeout(loaded, 0);
}
`,
  ),
  swap(
    "  return [observer, iframeCleanup];\n",
    `  return callbackWrapper(() => {
    observer.disconnect();
    const at = mutationBuffers.indexOf(mutationBuffer);
    if (at >= 0) mutationBuffers.splice(at, 1);
  });
`,
  ),
];

/**
 * The page's own accessors, asked directly. rrweb fetches unpatched ones from a frame that it puts into the page, where
 * scripts see it; only an observer that zone.js wraps would do harm (each mutation would start its own round).
 */
const ACCESSORS = [
  cut("const testableAccessors = {", "function isElement(n) {"),
  swap(
    "  const [ObserverCtor, iframeCleanup] = mutationObserverCtor();\n",
    "  const ObserverCtor = window.__zone_symbol__MutationObserver ?? MutationObserver;\n",
  ),
];

/** Branches for options that we do not give. */
const BRANCHES = [
  swap('    __publicField(this, "frozen", false);\n'),
  swap("this.frozen || this.locked", "this.locked"),
  swap("  isFrozen() {\n    return this.frozen;\n  }\n"),
  swap("return fixBrowserCompatibilityIssuesInCSS(stringifiedRules)", "return stringifiedRules"),
  swap("  destroy() {\n  }\n"),
];

/** Attributes that the gate does not let through. */
const NEVER_PASSED = [
  cut('  if (["audio", "video"].includes(tagName)) {', "  if (!newlyAddedElement) {"),
  swap("    if (!ignoreAttribute(tagName, attr.name, attr.value)) {", "    {"),
  swap("          if (!ignoreAttribute(tagNameLower, attributeName)) {", "          {"),
  cut(
    '  } else if (tagName === "object" && name === "data") {',
    "  }\n  return value;\n}\nfunction ignoreAttribute(",
  ),
];

/** A node with its number, and with all below it unless it was told that those come by themselves. */
const SERIALIZED = [
  cut(
    "function serializeNode(n, options) {",
    "function getRootId(",
    `function serializeNode(n, options, cssCaptured) {
  const rootId = getRootId(options.doc, options.mirror);
  switch (n.nodeType) {
    case n.DOCUMENT_NODE:
      return { type: NodeType.Document, childNodes: [], compatMode: n.compatMode };
    case n.DOCUMENT_TYPE_NODE:
      return { type: NodeType.DocumentType, rootId };
    case n.ELEMENT_NODE:
      return serializeElementNode(n, options, rootId);
    case n.TEXT_NODE:
      return { type: NodeType.Text, textContent: cssCaptured ? "" : textOf(n, options.doc), rootId };
    case n.CDATA_SECTION_NODE:
      return { type: NodeType.CDATA, rootId };
    case n.COMMENT_NODE:
      return { type: NodeType.Comment };
  }
}
const textOf = (n, doc) => n.parentNode?.tagName === "STYLE" ? absolutifyURLs(n.data, getHref(doc)) : n.data;
`,
  ),
  cut("function serializeTextNode(", "function serializeElementNode("),
  swap("function serializeElementNode(n, options) {", "function serializeElementNode(n, options, rootId) {"),
  swap("_isBlockedElement(n, blockClass, blockSelector);", "isBlocked(n, blockSelector, false);"),
  swap("    newlyAddedElement = false,\n    rootId\n  } = options;", "    newlyAddedElement\n  } = options;"),
  swap(
    "  try {\n    if (customElements.get(tagName)) isCustomElement = true;\n  } catch (e) {\n  }\n",
    '  if (tagName.includes("-") && customElements.get(tagName)) isCustomElement = true;\n',
  ),
  cut(
    "function serializeNodeWithId(",
    "class BaseRRNode",
    `function serializeNodeWithId(n, options, white = true, cssCaptured = false) {
  const { mirror: mirror2 } = options;
  const node = serializeNode(n, options, cssCaptured);
  if (!node) return null;
  const isNew = !mirror2.hasNode(n);
  const isLeftOut = isNew && (slimDOMExcluded(node) || !white && node.type === NodeType.Text && !node.textContent.trim());
  const id = node.id = isLeftOut ? IGNORED_NODE : isNew ? genId() : mirror2.getId(n);
  mirror2.add(n, node);
  if (id === IGNORED_NODE) return null;
  options.onSerialize(n);
  const { tagName, attributes } = node;
  const root = tagName && n.shadowRoot;
  const isNative = root && isNativeShadowDom(root);
  if (isNative) node.isShadowHost = true;
  if (node.childNodes && !options.skipChild && !node.needBlock) {
    const inside = white && tagName !== "head";
    const captured = typeof attributes?._cssText === "string";
    const take = (parent, isShadow) => {
      for (const kid of Array.from(parent.childNodes)) {
        const told = serializeNodeWithId(kid, options, inside, captured);
        if (!told) continue;
        if (isShadow) told.isShadow = true;
        node.childNodes.push(told);
      }
    };
    if (tagName !== "textarea" || attributes.value === void 0) take(n);
    if (root) take(root, isNative);
  }
  const parent = n.parentNode;
  if (parent && isShadowRoot(parent) && isNativeShadowDom(parent)) node.isShadow = true;
  if (tagName === "iframe" && !node.needBlock) {
    onceIframeLoaded(
      n,
      () => {
        const doc = n.contentDocument;
        if (doc) options.onIframeLoad(n, serializeNodeWithId(doc, { ...options, doc, skipChild: false, newlyAddedElement: false }, white));
      },
      WAIT_MS
    );
  }
  if (tagName === "link" && (attributes.rel === "stylesheet" || attributes.rel === "preload" && /\\.css$/i.test(n.href.split(/[?#]/)[0]))) {
    onceStylesheetLoaded(
      n,
      () => {
        const told = serializeNodeWithId(n, { ...options, skipChild: false }, white);
        if (told) options.onStylesheetLoad(n, told);
      },
      WAIT_MS
    );
  }
  return node;
}
const WAIT_MS = 5_000;
`,
  ),
];

/** The buffer of mutations gets its options as they are, and says what it finds where a snapshot says it. */
const BUFFER = [
  cut('    [\n      "mutationCb",', "  }\n  isFrozen() {", "    Object.assign(this, options);\n"),
  cut(
    "          onSerialize: (currentN) => {",
    "        if (sn) {\n          adds.push({",
    `          onSerialize: this.onSerialize,
          onIframeLoad: this.onIframeLoad,
          onStylesheetLoad: this.onStylesheetLoad
        }, true, cssCaptured);
`,
  ),
  cut("  reset() {\n    this.shadowDomManager.reset();", "function deepDelete(", "}\n"),
  cut("          console.warn(", "          n = null;"),
  cut(
    "            parentId = isShadowRoot(parentNode2)",
    "          }\n        }\n        this.addedSet.delete(n);",
    "            parentId = this.mirror.getId(isShadowRoot(parentNode2) ? parentNode2.host : parentNode2);\n",
  ),
];

/** What nothing reads any more, where it does not fall out by itself. */
const UNREAD = [
  cut("  getIds() {\n    return Array", "  getMeta(n) {"),
  cut("  replace(id, n) {", "  reset() {\n    this.idNodeMap"),
  // A node is connected through shadow roots as well.
  cut("function inDom(n) {", "const moveKey = ", "const inDom = (n) => n.isConnected;\n"),
  cut(
    "  const hostEl = (\n    // anchor",
    "function isNativeShadowDom(",
    "  return n.nodeType === Node.DOCUMENT_FRAGMENT_NODE && Boolean(n.host);\n}\n",
  ),
];

const IMPORTS = [
  swap(
    "var __defProp = ",
    `import { all, guard as callbackWrapper, listen } from "../../shared/guard";
import { observeHand, observeScrolls } from "./hand";
import { watchCalls } from "./patch";
import { observeStyles } from "./styles";
var __defProp = `,
  ),
];

const EDITS = [
  ...[PAGE, SERIALIZED, CANVAS, FRAMES, TEXT_MASKS, CLASSES, EXTRAS, SLIM, VALUES, DROPPED_ANYWAY],
  ...[
    QUIET,
    STYLE_ATTRIBUTE,
    OBSERVERS_ONCE,
    PASSWORDS,
    ACCESSORS,
    BUFFER,
    UNREAD,
    BRANCHES,
    NEVER_PASSED,
    IMPORTS,
  ],
].flat();

const count = (text, find) => text.split(find).length - 1;

function once(text, find) {
  if (count(text, find) !== 1) throw new Error(`${count(text, find)} times instead of once: ${find}`);
  return text.indexOf(find);
}

export function apply(text, edit) {
  if (edit.from !== undefined) {
    const start = once(text, edit.from);
    const end = once(text, edit.to);
    if (end < start) throw new Error(`before its beginning: ${edit.to}`);
    return text.slice(0, start) + edit.by + text.slice(end);
  }
  if (edit.name !== undefined) {
    const lines = text.split("\n");
    const list = new RegExp(
      `^\\s*(${edit.name}( = \\S.*)?|"${edit.name}"|${edit.name}: this\\.${edit.name}|__publicField\\(this, "${edit.name}"\\);|this\\.${edit.name})[,;]?$`,
    );
    const rest = lines.filter((line) => !list.test(line));
    const found = lines.length - rest.length;
    if (found !== edit.times) throw new Error(`${found} times instead of ${edit.times}: ${edit.name}`);
    return rest.join("\n");
  }
  const found = count(text, edit.find);
  if (found !== edit.times) throw new Error(`${found} times instead of ${edit.times}: ${edit.find}`);
  return text.replaceAll(edit.find, () => edit.by);
}

/** The package's text after all edits. */
export function patched(text) {
  const digest = createHash("sha256").update(text).digest("hex");
  if (digest !== SHA256)
    throw new Error(`@rrweb/record is not the file that these edits were made for: ${digest}`);
  return EDITS.reduce(apply, text);
}

/** What TypeScript made of rrweb's enumerations, as enumerations again: esbuild writes their numbers in place. */
const asEnums = (text) =>
  text.replace(
    /^var (\w+) = \/\* @__PURE__ \*\/ \(\((\w+)\) => \{\n((?: {2}\2\[\2\["\w+"\] = \d+\] = "\w+";\n)+) {2}return \2;\n\}\)\(\1 \|\| \{\}\);$/gm,
    (_, name, _inner, members) =>
      `enum ${name} {${members.replace(/.*\["(\w+)"\] = (\d+)\].*\n/g, '"$1" = $2,')}}`,
  );

/** `index.parentNode(node)` as `node.parentNode`. */
const DIRECT = /\bindex\.([a-z]\w+)\(([\w.]+)\)/gi;
const asProperties = (text) => text.replace(DIRECT, "$2.$1").replace(DIRECT, "$2.$1");

/** Class fields as assignments, without the helper that spells each name as a string. */
const asFields = (text) =>
  text
    .replace(/__publicField\(this, "\w+"\);/g, "")
    .replace(/__publicField\(this, "(\w+)", /g, "this.$1 = (");

/** Names between parts of rrweb that nothing outside of it reads: esbuild shortens them. */
export const PARTS = new RegExp(
  `^(?:${[
    "processedNodeManager mutationCb blockSelector maskInputFn skipChild newlyAddedElement onSerialize onIframeLoad onStylesheetLoad",
    "addedSet movedSet droppedSet removesSubTreeCache movedMap mapRemoves attributeMap locked unlock lock",
    "unattachedDoc processMutations processMutation genAdds genTextAreaValueMutation inOtherBuffer",
    "styleDiff _unchangedStyles idNodeMap nodeMetaMap removeNodeFromMap getMeta hasNode nodeMap",
    "idOf isBlocked shownOf",
  ]
    .join(" ")
    .replaceAll(" ", "|")})$`,
);

/** For esbuild. */
export const rrweb = {
  name: "rrweb",
  setup({ onLoad }) {
    onLoad({ filter: /@rrweb[\\/]record[\\/]dist[\\/]record\.js$/ }, async ({ path }) => ({
      contents: asFields(asProperties(asEnums(patched(await readFile(path, "utf8"))))),
      loader: "ts",
      resolveDir: OBSERVERS,
    }));
  },
};

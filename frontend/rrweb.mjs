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
const cut = (from, to, by = "") => ({ from, to, by });
/** Take a name out of every list of options that hands it on: so many lines. */
const drop = (name, times) => ({ name, times });

/** No pixels are recorded, so neither the observers nor the worker that compresses them are needed. */
const CANVAS = [
  cut('\nvar chars = "ABCDEF', "\nclass StylesheetManager {"),
  cut('  if (tagName === "canvas" && recordCanvas) {', '  if (["audio", "video"].includes(tagName)) {'),
  cut("  canvasManager = new CanvasManager({", "  const shadowDomManager = new ShadowDomManager({"),
  cut("  freeze() {\n    this.frozen = true;", "  isFrozen() {"),
  cut("    this.canvasManager.lock();", "  }\n  unlock() {"),
  swap("    this.canvasManager.unlock();\n"),
  swap("    this.canvasManager.reset();\n"),
  cut("  const wrappedCanvasMutationEmit = ", "  const wrappedAdoptedStyleSheetEmit = "),
  cut("record.freezePage = ", "record.takeFullSnapshot = "),
  swap("let canvasManager;\n"),
  drop("canvasManager", 4),
  drop("recordCanvas", 17),
  drop("inlineImages", 17),
  drop("dataURLOptions", 17),
];

/** Frames of other sites are never recorded; those of the same site are observed from here. */
const FRAMES = [
  cut("    this.crossOriginIframeStyleMirror = new ", "    this.mirror = options.mirror;\n    if (this."),
  cut("    if (this.recordCrossOriginIframes) {", "  }\n  addIframe(iframeEl) {"),
  cut("    if (this.recordCrossOriginIframes)\n", "    (_b = this.loadListener)"),
  cut("  handleMessage(message) {", "}\nclass ShadowDomManager {"),
  swap('    __publicField(this, "crossOriginIframeMirror", new CrossOriginIframeMirror(genId));\n'),
  cut("  const inEmittingFrame = ", "  mirror.reset();"),
  cut(
    "    if (((_a2 = mutationBuffers[0])",
    "    if (e.type === EventType.FullSnapshot) {\n      last",
    "    emit(e);\n",
  ),
  swap("!keepIframeSrcFn(attributes.src)", "true"),
  swap(" && !this.keepIframeSrcFn(value)"),
  drop("recordCrossOriginIframes", 3),
  drop("keepIframeSrcFn", 16),
];

/** The gate masks text, and knows more than a selector can; here it would only be done twice. */
const TEXT_MASKS = [
  cut("  if (!isStyle && !isScript && textContent2 && needsMask) {", "  return {\n    type: NodeType.Text,"),
  swap("  const { needsMask, maskTextFn, rootId, cssCaptured }", "  const { rootId, cssCaptured }"),
  swap("  let { needsMask } = options;\n"),
  cut("  if (!needsMask) {\n", "  const _serializedNode = "),
  cut("value: needMaskingText(", "              node: m.target\n            });\n          }", "value,\n"),
  drop("needsMask", 6),
  drop("maskTextClass", 13),
  drop("maskTextSelector", 13),
  drop("maskTextFn", 16),
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
  cut("    if (target.classList.contains(ignoreClass)", "    let text = target.value;"),
  swap("blockClass, blockSelector", "blockSelector", 10),
  swap("this.blockClass, this.blockSelector", "this.blockSelector", 5),
  drop("blockClass", 21),
  drop("ignoreClass", 3),
  drop("ignoreSelector", 3),
];

/** What the gate drops is not looked at: fonts, custom elements, media, and what the person selects to read. */
const EXTRAS = [
  // Writes to the page's own `Array`, `NodeList` and `DOMTokenList`, for browsers that do not run our syntax anyway.
  cut("try {\n  if (Array.from([1]", "const mirror = createMirror();"),
  swap("  polyfill();\n"),
  // A proxy for an interface of old, made at once by loading the file.
  cut("const DEPARTED_MIRROR_ACCESS_WARNING", "function throttle("),
  swap('  if (n instanceof BaseRRNode && "shadowRoot" in n) {\n    return Boolean(n.shadowRoot);\n  }\n'),
  cut(
    "  const eventProcessor = ",
    "  const wrappedMutationEmit = ",
    "  wrappedEmit = (event) => emit(event);\n",
  ),
  cut(
    "  for (const plugin of plugins || []) {\n    if (plugin.getMirror)",
    "  const processedNodeManager = ",
  ),
  swap("  let lastFullSnapshotEvent;\n  let incrementalSnapshotCount = 0;\n"),
  swap("    if (!recordDOM) {\n      return;\n    }\n"),
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
  swap("slimDOMExcluded(_serializedNode, slimDOMOptions)", "slimDOMExcluded(_serializedNode)"),
  swap("slimDOMOptions.headWhitespace && "),
  swap(" && slimDOMOptions.headTitleMutations"),
  swap("function isIgnored(n, mirror2, slimDOMOptions)", "function isIgnored(n, mirror2)"),
  swap(", this.mirror, this.slimDOMOptions)", ", this.mirror)", 3),
  swap('"link" && inlineStylesheet', '"link"'),
  swap("  const slimDOMOptions = slimDOMDefaults(slimDOM);\n"),
  swap("  const slimDOMOptions = slimDOMDefaults(_slimDOMOptions);\n"),
  swap("      slimDOM: slimDOMOptions,\n"),
  drop("slimDOMOptions", 10),
  drop("inlineStylesheet", 17),
];

/** `maskInputFn` is asked for every value of every type. */
const VALUES = [
  cut(
    '  let text = value || "";\n',
    "function toLowerCase(",
    '  return maskInputFn(value || "", element);\n}\n',
  ),
  cut(
    "    if (n.selected && !maskInputOptions",
    '  if (tagName === "dialog"',
    "    delete attributes.selected;\n  }\n",
  ),
  cut("    } else if (maskInputOptions[", "      text = maskInputValue({", "    } else {\n"),
  cut(
    '  const maskInputOptions = maskAllInputs === true ? {\n    color: true,\n    date: true,\n    "datetime-local": true,\n    email: true,\n    month: true,\n    number: true,\n    range: true,\n    search: true,\n    tel: true,\n    text: true,\n    time: true,\n    url: true,\n    week: true,\n    textarea: true,\n    select: true,\n    password: true\n  } : maskAllInputs',
    "  return serializeNodeWithId(n, {\n    doc: n,",
  ),
  cut("  const maskInputOptions = maskAllInputs === true", "  wrappedEmit = "),
  swap("      maskAllInputs: maskInputOptions,\n"),
  drop("maskInputOptions", 20),
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
  cut("  registerErrorHandler(", "  mirror.reset();"),
  swap("const mutationBuffers = [];", "const mutationBuffers = [];\nconst console = { warn() {} };"),
  swap(
    "  const options = { capture: true, passive: true };\n",
    "  fn = callbackWrapper(fn);\n  const options = { capture: true, passive: true };\n",
  ),
  swap(
    "styleSheetLoadTimeout) {\n  let fired",
    "styleSheetLoadTimeout) {\n  listener = callbackWrapper(listener);\n  let fired",
  ),
  swap(
    "    setTimeout(() => {\n      if (shadowRoot2.adopted",
    "    setTimeout(callbackWrapper(() => {\n      if (shadowRoot2.adopted",
  ),
  swap(
    "this.mirror.getId(index.host(shadowRoot2))\n        );\n    }, 0);",
    "this.mirror.getId(index.host(shadowRoot2))\n        );\n    }), 0);",
  ),
];

/** Patches that come off in any order, and leave what another tool has put on later. */
const PATCHES = [
  cut(
    "      patch(\n        element.prototype,",
    "    );\n  }\n  reset() {\n    this.restore",
    `      watchCalls(element.prototype, "attachShadow", (call, _, self) => {
        const root = call();
        callbackWrapper(() => {
          if (index.shadowRoot(self) && inDom(self)) manager.addShadowRoot(root, doc);
        })();
        return root;
      })
`,
  ),
  cut(
    "      this.restoreHandlers.push(\n        initAdoptedStyleSheetObserver(",
    "    }, 0);\n  }\n  /**\n   * Monkey",
  ),
  cut(
    "        (p) => hookSetter(",
    "      )\n    );\n  }\n  return callbackWrapper",
    `        ([target, name]) =>
          watchSetter(target, name, (self) => eventHandler({ target: self, isTrusted: false }))
`,
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

/**
 * One observer and one `load` listener for each frame, however many snapshots are taken; all of them go with `stop`.
 * 2.1.6 added another with each snapshot, and reset the page's shadow roots when one frame's observers ended.
 */
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
  frameLoads.set(iframeEl, on("load", loaded, iframeEl));
  const first = inner.URL === "about:blank" && iframeEl.src !== "about:blank" && iframeEl.src !== "";
  if (inner.readyState !== "complete") timer = setTimeout(loaded, iframeLoadTimeout);
  else if (!first) timer = setTimeout(loaded, 0);
}
`,
  ),
  // It stays on the node: the gate must know a blocked element whose attributes rrweb has taken off.
  swap("    delete serializedNode.needBlock;\n"),
  swap(
    'serializedNode.tagName === "iframe") {\n    onceIframeLoaded(',
    'serializedNode.tagName === "iframe" && !serializedNode.needBlock) {\n    onceIframeLoaded(',
  ),
  cut(
    "  return [observer, iframeCleanup];",
    "function initMoveObserver(",
    `  return callbackWrapper(() => {
    observer.disconnect();
    iframeCleanup();
    const at = mutationBuffers.indexOf(mutationBuffer);
    if (at >= 0) mutationBuffers.splice(at, 1);
  });
}
`,
  ),
  swap("    const [observer] = initMutationObserver(\n", "    const stopObserver = initMutationObserver(\n"),
  swap("this.restoreHandlers.push(() => observer.disconnect());", "this.restoreHandlers.push(stopObserver);"),
  cut(
    "function initObservers(",
    "function hasNestedCSSRule(",
    `function initObservers(o) {
  const win = o.doc.defaultView;
  const { mirror: mirror2, stylesheetManager } = o;
  return all(
    initMutationObserver(o, o.doc),
    initMoveObserver(o),
    initMouseInteractionObserver(o),
    initScrollObserver(o),
    initViewportResizeObserver(o, { win }),
    initInputObserver(o),
    observeStyles(win, {
      where: (sheet) => {
        const at = getIdAndStyleId(sheet, mirror2, stylesheetManager.styleMirror);
        return at.id > 0 || at.styleId > 0 ? at : void 0;
      },
      rule: o.styleSheetRuleCb,
      declaration: o.styleDeclarationCb,
      adopted: (sheets, by) => {
        const id = mirror2.getId(by.host ?? by);
        if (id > 0) stylesheetManager.adoptStyleSheets(sheets, id);
      }
    })
  );
}
`,
  ),
  cut(
    "  try {\n    const handlers = [];\n    const observe = ",
    "record.addCustomEvent",
    `  const tell = (source) => (data) => wrappedEmit({ type: EventType.IncrementalSnapshot, data: { source, ...data } });
  const observe = (doc) => initObservers({
    doc,
    mutationCb: wrappedMutationEmit,
    mousemoveCb: (positions, source) => tell(source)({ positions }),
    mouseInteractionCb: tell(IncrementalSource.MouseInteraction),
    scrollCb: wrappedScrollEmit,
    viewportResizeCb: tell(IncrementalSource.ViewportResize),
    inputCb: tell(IncrementalSource.Input),
    styleSheetRuleCb: tell(IncrementalSource.StyleSheetRule),
    styleDeclarationCb: tell(IncrementalSource.StyleDeclaration),
    sampling,
    maskInputFn,
    blockSelector,
    mirror,
    iframeManager,
    stylesheetManager,
    shadowDomManager,
    processedNodeManager
  });
  const frames = /* @__PURE__ */ new Map();
  iframeManager.addLoadListener((frame) => {
    frames.get(frame)?.();
    frames.set(frame, observe(frame.contentDocument));
    frames.forEach((stop, old) => {
      if (old.isConnected) return;
      stop();
      frames.delete(old);
    });
  });
  let stopPage = () => {
  };
  const init = () => {
    takeFullSnapshot();
    stopPage = observe(document);
    recording = true;
  };
  // As soon as there is a page: a person may be gone before the last picture has loaded.
  const stopWaiting = document.readyState === "loading" ? on("DOMContentLoaded", callbackWrapper(init)) : init();
  return all(
    () => stopWaiting?.(),
    () => stopPage(),
    () => frames.forEach((stop) => stop()),
    () => frameLoads.forEach((stop) => stop()),
    () => frameLoads.clear(),
    () => shadowDomManager.reset(),
    () => {
      recording = false;
    }
  );
}
`,
  ),
  cut("record.addCustomEvent", "record.takeFullSnapshot = "),
];

/**
 * The page's own accessors, asked directly. rrweb fetches unpatched ones from a frame that it puts into the page, where
 * scripts see it; only an observer that zone.js wraps would do harm (each mutation would start its own round).
 */
const ACCESSORS = [
  cut(
    "const testableAccessors = {",
    "function isElement(n) {",
    `const index = {
  ownerDocument: (n) => n.ownerDocument,
  childNodes: (n) => n.childNodes,
  parentNode: (n) => n.parentNode,
  parentElement: (n) => n.parentElement,
  textContent: (n) => n.textContent,
  lastChild: (n) => n.lastChild,
  nextSibling: (n) => n.nextSibling,
  previousSibling: (n) => n.previousSibling,
  contains: (n, other) => n.contains(other),
  getRootNode: (n) => n.getRootNode(),
  host: (n) => n?.host ?? null,
  shadowRoot: (n) => n?.shadowRoot ?? null
};
`,
  ),
  swap(
    "  const [ObserverCtor, iframeCleanup] = mutationObserverCtor();\n",
    "  const ObserverCtor = window.__zone_symbol__MutationObserver ?? MutationObserver;\n",
  ),
  swap("    iframeCleanup();\n"),
  swap("nowTimestamp()", "Date.now()", 2),
  cut(
    "function getWindowScroll(win) {",
    "function closestElementOfNode(",
    `const getWindowScroll = (win) => ({ left: win.scrollX, top: win.scrollY });
const getWindowHeight = () => innerHeight;
const getWindowWidth = () => innerWidth;
`,
  ),
];

/** Branches for options that we do not give. */
const BRANCHES = [
  cut(
    "    emit,\n    checkoutEveryNms,",
    "  } = options;\n  mirror.reset();",
    "    emit, blockSelector, maskInputFn, sampling\n",
  ),
  swap("    const userTriggered = event.isTrusted;\n"),
  swap("userTriggeredOnInput ? { text, isChecked, userTriggered } : ", ""),
  swap("userTriggeredOnInput ? { text: text2, isChecked: !isChecked, userTriggered: false } : ", ""),
  swap('sampling.input === "last" ? ["change"] : ["input", "change"]', '["input", "change"]'),
  swap('    __publicField(this, "frozen", false);\n'),
  swap("this.frozen || this.locked", "this.locked"),
  swap("  isFrozen() {\n    return this.frozen;\n  }\n"),
  swap("return fixBrowserCompatibilityIssuesInCSS(stringifiedRules)", "return stringifiedRules"),
  cut(
    '    __publicField(this, "iframes", ',
    "  addLoadListener(cb) {",
    "    Object.assign(this, options);\n  }\n  addIframe() {\n  }\n",
  ),
  cut("  if (sampling.mouseInteraction === false) {", "  const handlers = [];\n  let currentPointerType"),
  swap(' && !key.endsWith("_Departed") && disableMap[key] !== false', ' && !key.endsWith("_Departed")'),
  swap("  trackStylesheetInLinkElement(_linkEl) {\n  }\n"),
  swap("    this.trackStylesheetInLinkElement(linkEl);\n"),
  swap("  destroy() {\n  }\n"),
  cut(
    "  if (sampling.mousemove === false) {",
    "  let positions = [];",
    "  const threshold = sampling.mousemove;\n  const callbackThreshold = 500;\n",
  ),
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

/** Options are handed on as they are. */
const HANDED_ON = [
  cut('    [\n      "mutationCb",', "  }\n  isFrozen() {", "    Object.assign(this, options);\n"),
  cut(
    "    const bypassOptions = {\n      doc,",
    '    if (serializedNode.type === NodeType.Element && serializedNode.tagName === "textarea"',
    "    const bypassOptions = { ...options, preserveWhiteSpace, cssCaptured: false };\n",
  ),
  cut(
    "          const serializedIframeNode = serializeNodeWithId(iframeDoc, {",
    "          if (serializedIframeNode) {",
    "          const whole = { ...options, doc: iframeDoc, preserveWhiteSpace, skipChild: false, newlyAddedElement: false };\n          const serializedIframeNode = serializeNodeWithId(iframeDoc, whole);\n",
  ),
  cut(
    "          const serializedLinkNode = serializeNodeWithId(n, {",
    "          if (serializedLinkNode) {",
    "          const serializedLinkNode = serializeNodeWithId(n, { ...options, preserveWhiteSpace, skipChild: false });\n",
  ),
  cut(
    "function snapshot(n, options) {",
    "class BaseRRNode",
    "const snapshot = (n, options) => serializeNodeWithId(n, { ...options, doc: n });\n",
  ),
];

const IMPORTS = [
  swap(
    "var __defProp = ",
    `import { all, guard as callbackWrapper } from "../../shared/guard";
import { watchCalls, watchSetter } from "./patch";
import { observeStyles } from "./styles";
var __defProp = `,
  ),
];

const EDITS = [
  ...[CANVAS, FRAMES, TEXT_MASKS, CLASSES, EXTRAS, SLIM, VALUES, DROPPED_ANYWAY],
  ...[
    PATCHES,
    QUIET,
    STYLE_ATTRIBUTE,
    OBSERVERS_ONCE,
    PASSWORDS,
    ACCESSORS,
    HANDED_ON,
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

function apply(text, edit) {
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

/** Class fields as assignments, without the helper that spells each name as a string. */
const asFields = (text) =>
  text
    .replace(/__publicField\(this, "\w+"\);/g, "")
    .replace(/__publicField\(this, "(\w+)", /g, "this.$1 = (");

/** Names between parts of rrweb that nothing outside of it reads: esbuild shortens them. */
export const PARTS = new RegExp(
  `^(${[
    ...["iframeManager", "stylesheetManager", "shadowDomManager", "processedNodeManager", "styleMirror"],
    ...["mutationCb", "mousemoveCb", "mouseInteractionCb", "scrollCb", "viewportResizeCb", "inputCb"],
    ...["styleSheetRuleCb", "styleDeclarationCb", "adoptedStyleSheetCb", "blockSelector", "maskInputFn"],
    ...[
      "addedSet",
      "movedSet",
      "droppedSet",
      "removesSubTreeCache",
      "movedMap",
      "mapRemoves",
      "attributeMap",
    ],
    ...["unattachedDoc", "processMutations", "processMutation", "genAdds", "genTextAreaValueMutation"],
    ...[
      "styleDiff",
      "_unchangedStyles",
      "idNodeMap",
      "nodeMetaMap",
      "removeNodeFromMap",
      "getMeta",
      "hasNode",
    ],
    ...["onSerialize", "onIframeLoad", "iframeLoadTimeout", "onStylesheetLoad", "stylesheetLoadTimeout"],
    ...["newlyAddedElement", "cssCaptured", "skipChild", "preserveWhiteSpace", "trackLinkElement"],
    ...["attachLinkElement", "adoptStyleSheets", "trackedLinkElements", "trackStylesheetInLinkElement"],
    ...["addShadowRoot", "shadowDoms", "restoreHandlers", "bypassOptions", "observeAttachShadow"],
    ...["patchAttachShadow", "addIframe", "attachIframe", "addLoadListener", "loadListener", "inOtherBuffer"],
    ...["styleIDMap", "idStyleMap", "generateId", "getStyle", "mutationObserverCtor", "wrappedEmit"],
  ].join("|")})$`,
);

/** For esbuild. */
export const rrweb = {
  name: "rrweb",
  setup({ onLoad }) {
    onLoad({ filter: /@rrweb[\\/]record[\\/]dist[\\/]record\.js$/ }, async ({ path }) => ({
      contents: asFields(asEnums(patched(await readFile(path, "utf8")))),
      loader: "ts",
      resolveDir: OBSERVERS,
    }));
  },
};

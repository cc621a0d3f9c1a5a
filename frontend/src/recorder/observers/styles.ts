// Changes that scripts make to style sheets. rrweb's own observers lose them to whoever patches after it, and swallow
// what the browser throws at the page; the patched package (rrweb.mjs) asks here instead.
import { all, guard, type Stop } from "../../shared/guard";
import { watchCalls, watchSetter } from "./patch";

/** A sheet by the number of its element, or by its own where it has none. */
interface Where {
  id?: number;
  styleId?: number;
}

export interface StyleSink {
  /** Nothing for a sheet that is not part of the recording. */
  where(sheet: CSSStyleSheet | null | undefined): Where | undefined;
  rule(change: Where & Record<string, unknown>): void;
  declaration(change: Where & Record<string, unknown>): void;
  adopted(by: Document | ShadowRoot): void;
}

/** The way to a rule from its sheet down, one number a level. */
function path(rule: CSSRule | null): number[] {
  const inside = (rule?.parentRule as CSSGroupingRule | null) ?? rule?.parentStyleSheet;
  if (!rule || !inside) return [];
  return [...path(rule.parentRule), Array.from(inside.cssRules).indexOf(rule)];
}

export function observeStyles(win: Window & typeof globalThis, sink: StyleSink): Stop {
  const { CSSStyleSheet, CSSGroupingRule, CSSStyleDeclaration, Document, ShadowRoot } = win;

  /** What the page asked for is told only when it has happened. */
  function watch<Self>(
    of: { prototype: object } | undefined,
    name: string,
    tell: (self: Self, args: unknown[]) => void,
  ): Stop {
    const safe = guard(tell);
    const around = (call: () => unknown, args: unknown[], self: unknown) => {
      const result = call();
      safe(self as Self, args);
      return result;
    };
    return of ? watchCalls(of.prototype, name, around) : () => {};
  }

  const onSheet = (
    name: string,
    change: (args: unknown[], sheet: CSSStyleSheet) => Record<string, unknown>,
  ) =>
    watch<CSSStyleSheet>(CSSStyleSheet, name, (sheet, args) => {
      const at = sink.where(sheet);
      if (at) sink.rule({ ...at, ...change(args, sheet) });
    });
  const onGroup = (
    name: string,
    change: (args: unknown[], index: number[]) => Record<string, unknown>,
    index: number,
  ) =>
    watch<CSSGroupingRule>(CSSGroupingRule, name, (group, args) => {
      const at = sink.where(group.parentStyleSheet);
      if (at) sink.rule({ ...at, ...change(args, [...path(group), Number(args[index] ?? 0)]) });
    });
  const onDeclaration = (name: string, change: (args: unknown[]) => Record<string, unknown>) =>
    watch<CSSStyleDeclaration>(CSSStyleDeclaration, name, ({ parentRule }, args) => {
      // The style of an element is an attribute, and told as one.
      const at = parentRule ? sink.where(parentRule.parentStyleSheet) : undefined;
      if (at) sink.declaration({ ...at, ...change(args), index: path(parentRule) });
    });
  const onAdopted = (of: { prototype: object }) =>
    watchSetter(of.prototype, "adoptedStyleSheets", (self) => sink.adopted(self as Document | ShadowRoot));

  return all(
    onSheet("insertRule", ([rule, index]) => ({ adds: [{ rule, index }] })),
    onSheet("addRule", ([selector, block, index], { cssRules }) => ({
      adds: [{ rule: `${selector} { ${block} }`, index: index ?? cssRules.length - 1 }],
    })),
    onSheet("deleteRule", ([index]) => ({ removes: [{ index }] })),
    onSheet("removeRule", ([index]) => ({ removes: [{ index: index ?? 0 }] })),
    onSheet("replace", ([replace]) => ({ replace })),
    onSheet("replaceSync", ([replaceSync]) => ({ replaceSync })),
    onGroup("insertRule", ([rule], index) => ({ adds: [{ rule, index }] }), 1),
    onGroup("deleteRule", (_, index) => ({ removes: [{ index }] }), 0),
    onDeclaration("setProperty", ([property, value, priority]) => ({ set: { property, value, priority } })),
    onDeclaration("removeProperty", ([property]) => ({ remove: { property } })),
    onAdopted(Document),
    onAdopted(ShadowRoot),
  );
}

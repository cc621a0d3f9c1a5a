import { guard, type Stop } from "../../shared/guard";

// biome-ignore lint/suspicious/noExplicitAny: the functions of the host page take and return what they like
type Host = Record<string, any>;

/**
 * Look on while the page calls `target[name]`. A proxy keeps its name, length and text, so the page sees the same
 * function; it comes off in any order, since a patch that another tool has wrapped only falls silent.
 */
export function watchCalls(
  target: object,
  name: string,
  around: (call: () => unknown, args: unknown[], self: unknown) => unknown,
): Stop {
  const host = target as Host;
  const original = host[name];
  if (typeof original !== "function") return () => {};
  let active = true;
  const proxy = new Proxy(original, {
    apply: (fn, self, args) => {
      const call = () => Reflect.apply(fn, self, args);
      return active ? around(call, args, self) : call();
    },
  });
  guard(() => {
    host[name] = proxy;
  })();
  return () => {
    active = false;
    if (host[name] === proxy) host[name] = original;
  };
}

/** Look on after the page has set `target[name]`; the page's own setter has run, and has thrown what it throws. */
export function watchSetter(target: object, name: string, after: (self: unknown) => void): Stop {
  const own = Object.getOwnPropertyDescriptor(target, name);
  if (!own?.set || !own.configurable) return () => {};
  let active = true;
  const safe = guard(after);
  const set = new Proxy(own.set, {
    apply: (fn, self, args) => {
      Reflect.apply(fn, self, args);
      if (active) safe(self);
    },
  });
  Object.defineProperty(target, name, { ...own, set });
  return () => {
    active = false;
    if (Object.getOwnPropertyDescriptor(target, name)?.set === set) Object.defineProperty(target, name, own);
  };
}

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

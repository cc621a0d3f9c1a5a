// What the page asks of the network. What a site seldom needs of it comes with the second file, a little later.
import { all, guard, type Stop } from "../shared/guard";
import { extras } from "./extras";
import { observeNetwork } from "./observers/network";
import type { Emit } from "./observers/types";

/** `fields`: JSON pointers of what the site keeps of an answer. */
export function observeConnections(
  base: string,
  fields: readonly string[],
  emit: Emit,
  now: () => number,
): Stop {
  let stopped = false;
  let stopSockets: Stop = () => {};
  const more = extras(base);
  more.then(
    guard(({ observeSockets }) => {
      if (!stopped) stopSockets = observeSockets(emit, now);
    }),
    () => {},
  );
  const read = async (answer: Response | XMLHttpRequest) => {
    const isJson = /[/+]json/.test(
      (answer instanceof Response
        ? answer.headers.get("content-type")
        : answer.getResponseHeader("content-type")) ?? "",
    );
    const copy = answer instanceof Response && isJson ? answer.clone() : answer;
    return isJson ? (await more).readFields(copy, fields) : undefined;
  };
  return all(observeNetwork(emit, now, fields.length > 0 ? read : undefined), () => {
    stopped = true;
    stopSockets();
  });
}

import { all, listen, type Stop } from "../../shared/guard";
import { word } from "./console";
import type { Emit } from "./types";

/** Errors that nobody caught, and resources that did not load. */
export function observeErrors(emit: Emit): Stop {
  return all(
    listen<ErrorEvent>(window, "error", (event) => {
      if (event.target instanceof Element) {
        const source = event.target.getAttribute("src") ?? event.target.getAttribute("href") ?? "";
        const url = new URL(source, location.href).href;
        emit("placet.error", { kind: "resource", message: "did not load", source: url });
        return;
      }
      const { message, filename, lineno, colno, error } = event;
      emit("placet.error", {
        kind: "error",
        message,
        source: filename || undefined,
        line: lineno,
        column: colno,
        stack: error instanceof Error ? error.stack : undefined,
      });
    }),
    listen<PromiseRejectionEvent>(window, "unhandledrejection", ({ reason }) => {
      emit("placet.error", {
        kind: "rejection",
        message: word(reason),
        stack: reason instanceof Error ? reason.stack : undefined,
      });
    }),
  );
}

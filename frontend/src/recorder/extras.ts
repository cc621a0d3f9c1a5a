// The second file of the recorder. It comes as the first one came, with integrity, and once.
import type * as Extras from "../extras";

declare const EXTRAS: string;
declare const EXTRAS_INTEGRITY: string;

/** Rejects where the file cannot be had: what it would have done is not done then, and nothing more is shown. */
export function extras(base: string): Promise<typeof Extras> {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.crossOrigin = "";
    link.integrity = EXTRAS_INTEGRITY;
    link.href = `${base}/r/${EXTRAS}`;
    // import() itself takes no integrity; what the preload refused never reaches it. Asked again, the browser has it.
    link.onload = () => {
      link.remove();
      resolve(import(link.href));
    };
    link.onerror = (error) => {
      link.remove();
      reject(error);
    };
    document.head.append(link);
  });
}

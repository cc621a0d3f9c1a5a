/** Is a document what one of these keys signed? Nothing leaves the browser. */

import { canonical, type Json } from "./canonical";

export type Document = { [name: string]: Json };

export interface PublicKey {
  id: string;
  public_key: string;
  since?: string;
  until?: string;
}

/** `keyId` is empty where the document names none. */
export interface Verdict {
  genuine: boolean;
  keyId: string;
  why: "" | "unsigned" | "unknown_key" | "changed";
}

function isObject(value: unknown): value is Document {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/** The keys of a list as `/.well-known/placet-keys.json` has it; throws for anything else. */
export function readKeys(text: string): PublicKey[] {
  const given: unknown = JSON.parse(text);
  const list = isObject(given) ? given.keys : given;
  if (!Array.isArray(list)) throw new SyntaxError("not a list of keys");
  return list.filter(
    (key): key is Document & PublicKey =>
      isObject(key) && typeof key.id === "string" && typeof key.public_key === "string",
  );
}

/** Throws for what is no JSON object. */
export function readDocument(text: string): Document {
  const given: unknown = JSON.parse(text);
  if (!isObject(given)) throw new SyntaxError("not a document");
  return given;
}

export async function check(document: Document, keys: PublicKey[]): Promise<Verdict> {
  const { signature, ...signed } = document;
  if (!isObject(signature) || signature.alg !== "Ed25519" || signature.canonical !== "RFC 8785") {
    return { genuine: false, keyId: "", why: "unsigned" };
  }
  const keyId = String(signature.key_id);
  const key = keys.find(({ id }) => id === keyId);
  if (key === undefined) return { genuine: false, keyId, why: "unknown_key" };
  let genuine = false;
  try {
    const value = bytes(String(signature.value));
    const opened = await crypto.subtle.importKey("raw", bytes(key.public_key), "Ed25519", false, ["verify"]);
    genuine = await crypto.subtle.verify(
      "Ed25519",
      opened,
      value,
      new TextEncoder().encode(canonical(signed)),
    );
  } catch (error) {
    // A browser without Ed25519 must not call a receipt false.
    if (error instanceof DOMException && error.name === "NotSupportedError") throw error;
  }
  return { genuine, keyId, why: genuine ? "" : "changed" };
}

import { SLICE_BYTES } from "./constants";

/** Let the page have its turn. Timers are slowed down in a hidden tab, messages are not. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** The stream compresses on the page's own thread, as much as it is given at once: so it is given little. */
async function compress(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new CompressionStream("gzip");
  const result = new Response(readable).arrayBuffer();
  const writer = writable.getWriter();
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    await writer.write(bytes.subarray(at, at + SLICE_BYTES));
    if (at + SLICE_BYTES < bytes.length) await breathe();
  }
  await writer.close();
  return new Uint8Array(await result);
}

/** The text as gzip, or as it is where the browser cannot. */
export async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder().encode(text);
  try {
    return await compress(bytes);
  } catch {
    return bytes;
  }
}

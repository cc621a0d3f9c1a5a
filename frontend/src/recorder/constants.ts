/** The one key in sessionStorage, and for a followed link, in localStorage. */
export const KEY = "placet";
/** A chunk goes when so much is waiting (bytes of JSON), or when the server's flush time is over. */
export const CHUNK_BYTES = 32_000;
/** Never more than this in one upload; a snapshot of a huge page stands alone. */
export const CHUNK_MOST = 4_000_000;
/** One keepalive request may carry 64 KiB with everything else in flight (measured: 60,000 B pass, 65,536 fail). */
export const TAIL_BYTES = 50_000;
/** A fresh full snapshot after so much JSON or so long, so that any moment is near one. */
export const SNAPSHOT_BYTES = 1_500_000;
export const SNAPSHOT_MS = 90_000;
/** While the page is visible the server hears from us this often. */
export const BEAT_MS = 5_000;
/** Waiting between tries of an upload: doubled each time, up to the longest. */
export const RETRY_MS = 1_000;
export const RETRY_LONGEST_MS = 30_000;
/** What may wait in this tab when the server is away; beyond it recording stops and says so. */
export const WAITING_BYTES = 20_000_000;
/** How much of what waits is kept over a reload (sessionStorage holds about 5 MB of UTF-16). */
export const KEPT_BYTES = 1_500_000;
/** The main thread's time that recording may take in ten seconds before it pauses with a reason. */
export const BUDGET_MS = 4_000;
export const BUDGET_WINDOW_MS = 10_000;
/** The bar is looked for this often; without it nothing is recorded. */
export const BAR_LOOK_MS = 500;
/** A link followed into a new tab hands the grant over for this long. */
export const HANDOVER_MS = 10_000;

/** The one key in sessionStorage, and for a followed link, in localStorage. */
export const KEY = "placet";
/** A chunk goes when so much is waiting (bytes of JSON), or when the server's flush time is over. */
export const CHUNK_BYTES = 32_000;
/** So soon after the one before it, a chunk goes only when so much is waiting. */
export const CHUNK_MS = 250;
export const CHUNK_LARGE = 96_000;
/** One event may make a chunk as large as this (bytes of JSON); the server inflates 8 MB at most. */
export const CHUNK_MOST = 7_500_000;
/** What is compressed at once: some 5 ms of the page's thread. */
export const SLICE_BYTES = 65_536;
/** One keepalive request may carry 64 KiB with everything else in flight (measured: 60,000 B pass, 65,536 fail). */
export const TAIL_BYTES = 50_000;
/** An upload up to this size goes with keepalive, so that it survives the page; the tail then has the rest. */
export const SAFE_BYTES = 24_000;
/** After so many refusals without a chunk taken in between, recording pauses and says so. */
export const REFUSALS = 3;
/** A fresh full snapshot after so much JSON or so long, so that any moment is near one. */
export const SNAPSHOT_BYTES = 1_500_000;
export const SNAPSHOT_MS = 90_000;
/** While the page is visible the server hears from us this often. */
export const BEAT_MS = 5_000;
/** Waiting between tries of an upload: doubled each time, up to the longest. */
export const RETRY_MS = 1_000;
export const RETRY_LONGEST_MS = 30_000;
/** What the person asked for is tried so often before we say that the server does not answer. */
export const TRIES = 5;
/** How long a stop waits for the last chunks. */
export const FINISH_MS = 8_000;
/** What may wait in this tab when the server is away; beyond it recording pauses and says so. */
export const WAITING_BYTES = 20_000_000;
/** How much of what waits is kept over a reload (sessionStorage holds about 5 MB of UTF-16). */
export const KEPT_BYTES = 1_500_000;
/** How long a strict page waits for the words that it may show, before it goes on without them. */
export const VOCABULARY_MS = 4_000;
/** The main thread's time that recording may take in ten seconds before it pauses with a reason. */
export const BUDGET_MS = 4_000;
export const BUDGET_WINDOW_MS = 10_000;
/** The bar is looked for this often, and gone when it is not seen twice; without it nothing is recorded. */
export const BAR_LOOK_MS = 400;
/** A link followed into a new tab hands the grant over for this long. */
export const HANDOVER_MS = 10_000;

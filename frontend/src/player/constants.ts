/** How far the ±10 buttons and j/l go, in milliseconds. */
export const LEAP_MS = 10_000;
/** How far the arrow keys go, in milliseconds. */
export const STEP_MS = 5_000;
/** What comma and period move by while paused, in milliseconds: one frame at 25 a second. */
export const FRAME_MS = 40;
/** Speeds on offer; 1 is real time. */
export const SPEEDS = [0.25, 0.5, 1, 1.5, 2, 4, 8, 16] as const;
/** A jump over idle time ends this long before something happens, so that the cause is seen too. */
export const IDLE_LEAD_MS = 600;
/** "Start at the first problem" starts this long before it. */
export const PROBLEM_LEAD_MS = 3_000;
/** Shorter idle spans are simply played. */
export const IDLE_MIN_MS = 4_000;
/** Between two pages it takes so long to load; longer means that no page of the site was open. */
export const AWAY_MS = 3_000;
/**
 * Up to so many scrolls in a piece, what happened up to the wanted moment is done to the document itself: that takes a
 * third less than rrweb's tree beside it. Each scroll lays the page out, so with more of them that tree is the faster way.
 */
export const SCROLLS_APPLIED = 20;
/** Frames kept: the current one, the next, and where one just came from. */
export const FRAMES_KEPT = 3;
/** The server is told this often which spans were on screen; its answer may close the player. */
export const BEAT_MS = 5_000;
/** The lists beside the picture are there this long after it, at the latest, in milliseconds. */
export const FURNISHED_MS = 300;
/** The text of the clock and the highlighted row follow the picture this often, in milliseconds. */
export const TICK_MS = 100;
/** Height of one row of a panel, in CSS pixels; `player.css` has the same number. */
export const ROW_PX = 44;
/** Rows drawn above and below what is seen. */
export const ROWS_SPARE = 12;
/** Live: what is new is asked for this often, in milliseconds; the recorder sends each 400 while somebody watches. */
export const LIVE_POLL_MS = 400;
/** Live: the picture keeps this far behind the present, so that what comes late comes in order. */
export const LIVE_BUFFER_MS = 300;

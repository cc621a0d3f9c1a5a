// What the bar says.

const NOT_HERE = "Nothing is recorded here.";
const DELETED_ELSEWHERE = "The recording was deleted.";
/** Why a recording ended, or never began; the reasons are the server's. */
const ENDED: Record<string, string> = {
  withdrawn: DELETED_ELSEWHERE,
  discarded: DELETED_ELSEWHERE,
  deleted: DELETED_ELSEWHERE,
  revoked: "Support ended this recording.",
  limit: "The time is over.",
  signed_out: "You signed out, so the recording has ended.",
  void: "This recording never started.",
  replaced: "This recording goes on in another window.",
  code_spent: `This start link was used already. ${NOT_HERE}`,
  code_expired: `This start link is too old. ${NOT_HERE}`,
  code_unknown: `This start link is not known. ${NOT_HERE}`,
};

export const ended = (reason: string): string => ENDED[reason] ?? "The recording has ended.";
export const refusedToStart = (reason: string): string => ENDED[reason] ?? "Recording could not start.";

export const PAUSED = {
  person: "Paused. Nothing is recorded.",
  page: "Paused by this page.",
  path: "Paused: this page is never recorded.",
  elsewhere: "Paused in another window.",
  covered: "Paused: this bar was hidden or covered.",
  slow: "Paused: this page got too slow.",
  large: "Paused: this page is too large to record.",
  away: "Paused: the server cannot be reached.",
  refused: "Paused: the server refused.",
} as const;

export const STILL_PAUSED = "Still paused: the server cannot be reached.";
export const SOME_LOST = "Parts were not stored";
export const SENDING = "Sending the last part …";
export const STOPPED = "Stopped. Look at it before you send it.";
export const DELETED = "Deleted. Nothing is left.";
export const NOT_ME = "Nothing was recorded. Support has been told.";
export const NOT_REACHED =
  "Nothing more is recorded, but the server cannot be reached. Delete it on your page.";

export const ask = ({ agent, site, ticket }: { agent: string; site: string; ticket: number }): string =>
  `${agent || "Support"} from ${site} asks to record this page for request #${ticket}. Is this for you?`;

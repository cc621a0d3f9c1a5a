// What an ordinary recording can do without: a second file, fetched when it is asked for. Nothing that a recording
// needs in order to be paused, stopped or deleted may stand here.
export { readFields } from "./fields";
export { notStarted } from "./notstarted";
export { preview } from "./preview";
export { observeSockets } from "./sockets";
export { openTools } from "./tools";
export { fetchVocabulary } from "./vocabulary";

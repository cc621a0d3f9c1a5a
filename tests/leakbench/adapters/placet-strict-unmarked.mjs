import { NO_MARKS, placet } from "./placet.mjs";

export default { ...placet({ mode: "strict" }, NO_MARKS), masksAllText: true };

import { placet } from "./placet.mjs";

// A control text is a paragraph, which is not the interface's: what was kept shows that the pages arrived.
export default { ...placet({ mode: "strict" }), masksAllText: true };

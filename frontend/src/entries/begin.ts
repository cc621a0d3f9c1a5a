import { askToWatch } from "../player/begin";

const { watchUrl = "", csrf = "" } = document.currentScript?.dataset ?? {};
window.placetAsked = askToWatch(watchUrl, csrf);

// htmx reads its settings from the page's <meta name="htmx-config">: no eval, no style sheet of its own, no copies of
// pages in the browser's storage.
import "htmx.org";
import {
  copyFields,
  copyLinks,
  countPicks,
  glance,
  keepPlace,
  listKeys,
  refresh,
  showPickAll,
} from "../console";

copyFields(document);
copyLinks(document);
countPicks(document);
listKeys(document);
keepPlace(document);
showPickAll(document);
document.addEventListener("htmx:afterSwap", () => showPickAll(document));
for (const element of document.querySelectorAll<HTMLElement>("[data-refresh]")) refresh(element);
for (const element of document.querySelectorAll<HTMLElement>("[data-glance]")) glance(element);

import { copyFields, copyLinks, refresh } from "../console";

copyFields(document);
copyLinks(document);
for (const element of document.querySelectorAll<HTMLElement>("[data-refresh]")) refresh(element);

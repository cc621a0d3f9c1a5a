import { copyFields, copyLinks, glance, refresh } from "../console";

copyFields(document);
copyLinks(document);
for (const element of document.querySelectorAll<HTMLElement>("[data-refresh]")) refresh(element);
for (const element of document.querySelectorAll<HTMLElement>("[data-glance]")) glance(element);

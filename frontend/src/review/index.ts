/** The person's page with the picture: steps seek, and the two forms go by script. */

import { type Opened, open, part, readData, serverSource, type Words } from "../player";
import { noteHands } from "./hand";

/** The page's policy allows no form, because the replayed page inherits it; so the same POST is made by script. */
function sendFormsByScript(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      if (button) button.disabled = true;
      const fields = new URLSearchParams();
      for (const [name, value] of new FormData(form))
        if (typeof value === "string") fields.append(name, value);
      fetch(form.action, { method: "POST", body: fields, credentials: "same-origin" })
        .then((answer) => location.assign(answer.ok ? answer.url : "./"))
        .catch(() => {
          if (button) button.disabled = false;
        });
    });
  }
}

function stepsSeek(opened: Opened): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-seek]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      void opened.engine.seek(Number(link.dataset.seek) * 1000).then(() => opened.engine.play());
      part(document.body, "player").scrollIntoView({ block: "nearest" });
    });
  }
}

export { noteHands } from "./hand";

export async function startReview(): Promise<void> {
  noteHands();
  sendFormsByScript();
  const root = part(document.body, "player");
  const { indexUrl = "", assets = "" } = root.dataset;
  const opened = await open({
    root,
    assets,
    words: readData<Words>("player-words"),
    source: serverSource(indexUrl),
    startAt: Number(new URLSearchParams(location.search).get("t")) || 0,
    withPanels: false,
  });
  stepsSeek(opened);
}

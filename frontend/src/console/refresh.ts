const PERIOD_MS = 4_000;
const SLOW_MS = 30_000;

/** What a fragment says, without the CSRF tokens: those differ in every answer. */
function comparable(html: string): string {
  return html.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");
}

function isLive(element: HTMLElement): boolean {
  return element.querySelector('[data-live="1"]') !== null;
}

/** Somebody is in the middle of it: the keyboard's focus would be lost. */
function isBusy(element: HTMLElement): boolean {
  return element.contains(document.activeElement);
}

async function look(element: HTMLElement, url: string, before: string): Promise<string> {
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  // Signed out: the answer is another page. Leave what is there.
  if (!answer.ok || answer.redirected) return before;
  const html = await answer.text();
  if (comparable(html) === before || isBusy(element)) return before;
  element.innerHTML = html;
  return comparable(html);
}

/** `<div data-refresh="URL">` is fetched again while the page is visible; often while something is going on. */
export function refresh(element: HTMLElement): () => void {
  const url = element.dataset.refresh;
  if (url === undefined) return () => undefined;
  let before = comparable(element.innerHTML);
  let timer = 0;
  const again = (): void => {
    timer = window.setTimeout(tick, isLive(element) ? PERIOD_MS : SLOW_MS);
  };
  const tick = (): void => {
    if (document.visibilityState !== "visible") {
      again();
      return;
    }
    look(element, url, before)
      .then((now) => {
        before = now;
      })
      .catch(() => undefined)
      .finally(again);
  };
  again();
  return () => window.clearTimeout(timer);
}

/** What went wrong in a recording, on its ticket. By POST, because reading it is written down. */
export function glance(element: HTMLElement): void {
  const { glance: url, csrf = "" } = element.dataset;
  if (url === undefined) return;
  fetch(url, { method: "POST", headers: { Accept: "text/html", "X-CSRFToken": csrf } })
    .then(async (answer) => {
      if (answer.ok && !answer.redirected) element.innerHTML = await answer.text();
      else element.remove();
    })
    .catch(() => element.remove());
}

const SAID_MS = 2_000;

/** Say on the button that it is done, for a moment, also to screen readers. */
function say(button: HTMLButtonElement, word: string): void {
  const before = button.textContent ?? "";
  button.textContent = word;
  button.setAttribute("aria-live", "polite");
  setTimeout(() => {
    button.textContent = before;
  }, SAID_MS);
}

function text(source: HTMLElement): string {
  return source instanceof HTMLInputElement ? source.value : (source.textContent ?? "");
}

/** `<button data-copy="id">` copies the value or the text of that element. */
export function copyFields(root: Document): () => void {
  const onClick = (event: MouseEvent): void => {
    const button = event.target instanceof Element ? event.target.closest("button[data-copy]") : null;
    if (!(button instanceof HTMLButtonElement)) return;
    const source = root.getElementById(button.dataset.copy ?? "");
    if (source === null) return;
    navigator.clipboard.writeText(text(source)).then(
      () => say(button, "Copied"),
      // Without permission the text is selected, so that one key copies it.
      () => getSelection()?.selectAllChildren(source),
    );
  };
  root.addEventListener("click", onClick);
  return () => root.removeEventListener("click", onClick);
}

async function mint(form: HTMLFormElement): Promise<string> {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
  });
  if (!answer.ok) throw new Error(String(answer.status));
  const body: { url: string } = await answer.json();
  return body.url;
}

/** `<form data-copy-from>` copies the address that the server mints; if that fails, the form is sent as it is. */
export function copyLinks(root: Document): () => void {
  const onSubmit = (event: SubmitEvent): void => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset.copyFrom === undefined) return;
    const button = form.querySelector("button");
    if (button === null) return;
    event.preventDefault();
    mint(form)
      .then((url) => navigator.clipboard.writeText(url))
      .then(
        () => say(button, "Copied"),
        () => form.submit(),
      );
  };
  root.addEventListener("submit", onSubmit);
  return () => root.removeEventListener("submit", onSubmit);
}

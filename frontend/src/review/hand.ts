/** Tells the server whether the browser trusts a press: a mail scanner's script presses, and no hand does. */

const fields = (name: string): NodeListOf<HTMLInputElement> =>
  document.querySelectorAll(`input[type=hidden][name=${name}]`);

export function noteHands(): void {
  for (const field of fields("scripted")) field.value = "1";
  document.addEventListener(
    "click",
    (event) => {
      if (event.isTrusted) for (const field of fields("hand")) field.value = "1";
    },
    true,
  );
}

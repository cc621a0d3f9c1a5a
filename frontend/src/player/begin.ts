/**
 * The first question to the server, asked by a small script at the top of the page: the answer is on its way while the
 * player itself is still being fetched and compiled.
 */

export interface Asked {
  /** Seconds from the start, as in `?t=`. */
  second: number;
  answer: Promise<Response>;
}

declare global {
  interface Window {
    placetAsked?: Asked;
  }
}

export function post(url: string, csrf: string, body: object, keepalive = false): Promise<Response> {
  return fetch(url, {
    method: "POST",
    credentials: "same-origin",
    keepalive,
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
    body: JSON.stringify(body),
  });
}

/** Ask to watch from the second in the address. */
export function askToWatch(url: string, csrf: string): Asked {
  const second = Number(new URLSearchParams(location.search).get("t")) || 0;
  const answer = post(url, csrf, { t: second });
  // Whoever takes the answer hears of a failure; until then it is nobody's error.
  answer.catch(() => {});
  return { second, answer };
}

/** A rule that is asked the same again and again, with what it answered last; so many texts at most. */
export function remembered<T>(rule: (text: string) => T, most = 5_000): (text: string) => T {
  const answers = new Map<string, T>();
  return (text) => {
    let answer = answers.get(text);
    if (answer === undefined && !answers.has(text)) {
      if (answers.size >= most) answers.clear();
      answer = rule(text);
      answers.set(text, answer);
    }
    return answer as T;
  };
}

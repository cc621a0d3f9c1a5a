// The words of a strict site: docs/wire.md, "Vocabulary".
import { readVocabulary, type Vocabulary } from "../privacy/vocabulary";
import type { VocabularyFile } from "../shared/wire";

/** The site's own phrases; rejects, or answers nothing, where the file did not come whole. */
export async function fetchVocabulary({ url, integrity }: VocabularyFile): Promise<Vocabulary | undefined> {
  const answer = await fetch(url, { integrity, credentials: "omit", referrerPolicy: "no-referrer" });
  return answer.ok ? readVocabulary(new Uint8Array(await answer.arrayBuffer())) : undefined;
}

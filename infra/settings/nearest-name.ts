import { distance } from "fastest-levenshtein";

/** The name that somebody most likely meant; undefined if none resembles the text. */
export function nearestName(text: string, names: readonly string[]): string | undefined {
  return names.find(
    (name) => distance(text.toLowerCase(), name.toLowerCase()) < Math.min(4, text.length / 2),
  );
}

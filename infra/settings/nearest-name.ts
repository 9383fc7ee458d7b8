import { distance } from "fastest-levenshtein";

/** The name that somebody most likely meant; undefined if none resembles the text. */
export function nearestName(text: string, names: readonly string[]): string | undefined {
  const far = Math.min(4, text.length / 2);
  const distanceTo = (name: string) => distance(text.toLowerCase(), name.toLowerCase());
  return names.filter((name) => distanceTo(name) < far).toSorted((a, b) => distanceTo(a) - distanceTo(b))[0];
}

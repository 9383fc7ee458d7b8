import { relative } from "node:path";
import type { OutputFile } from "esbuild";

/** The end of the name that esbuild gives to a file that several others share, or that is loaded later. */
const hashed = /[\w-]+-([A-Z0-9]{8})\.mjs/g;

/**
 * The files of a build by name, the same for every place of the project and its packages. esbuild's hashes in names depend on the
 * paths of the sources: the files are numbered instead, in the order in which the others name them. Source maps name the sources
 * by paths that lead out of the project if `node_modules` is elsewhere.
 */
export function readOutputs(
  { outputFiles }: { readonly outputFiles: readonly OutputFile[] },
  folder: string,
): readonly (readonly [name: string, text: string])[] {
  const files = outputFiles.map(
    ({ path, text }) => [relative(folder, path).replaceAll("\\", "/"), text] as const,
  );
  const numbers = new Map<string, string>();
  // The entry points first: their names are fixed.
  const isHashed = ([name]: readonly [string, string]) => name.search(hashed) >= 0;
  const open = [...files.filter((file) => !isHashed(file)), ...files.filter(isHashed)].filter(([name]) =>
    name.endsWith(".mjs"),
  );
  const visit = (text: string) => {
    for (const [name, hash = ""] of text.matchAll(hashed)) {
      if (numbers.has(hash)) continue;
      // As long as the hash, so that the columns of the source maps stay right.
      numbers.set(hash, String(numbers.size + 1).padStart(8, "0"));
      visit(files.find(([file]) => file.endsWith(name))?.[1] ?? "");
    }
  };
  for (const [, text] of open) visit(text);
  const renumber = (text: string) =>
    [...numbers].reduce(
      (renamed, [hash, number]) => renamed.replaceAll(`-${hash}.mjs`, `-${number}.mjs`),
      text,
    );
  return files.map(([name, text]) => [
    renumber(name),
    renumber(name.endsWith(".map") ? withPlainSources(text) : text),
  ]);
}

/** A source map whose paths of packages begin at their `node_modules`. */
function withPlainSources(text: string): string {
  const map: { sources: string[] } = JSON.parse(text);
  const sources = map.sources.map((source) => source.replace(/^.*\/node_modules\//, "../../node_modules/"));
  return JSON.stringify({ ...map, sources });
}

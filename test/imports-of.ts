import { dirname, join, normalize } from "node:path";
import { parseSync } from "oxc-parser";

/** What a file imports of the house: types, dynamic imports and re-exports included. */
export function importsOf(file: string, text: string): string[] {
  const { staticImports, staticExports, dynamicImports } = parseSync(file, text).module;
  const specifiers = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest?.value ?? "")),
    ...dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
  ];
  return specifiers
    .filter((name) => name.startsWith("."))
    .map((name) => normalize(join(dirname(file), name)));
}

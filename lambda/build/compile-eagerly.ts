import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";
import { type MethodDefinition, type ObjectProperty, parseSync, type Span, Visitor } from "oxc-parser";

/**
 * Parenthesizes function expressions. V8 only skims a function when it loads a script and parses it again at the first call,
 * unless a parenthesis before it says that this call comes soon. A start calls most of these functions.
 *
 * @see https://v8.dev/blog/preparser#pife
 */
export function compileEagerly(): Plugin {
  return {
    name: "compile-eagerly",
    setup(build) {
      build.onLoad({ filter: /\.(?:ts|js)$/, namespace: "file" }, async ({ path }) => ({
        contents: parenthesizeFunctions(await readFile(path, "utf8"), path),
        loader: path.endsWith(".ts") ? "ts" : "js",
      }));
    },
  };
}

export function parenthesizeFunctions(source: string, path: string): string {
  const { program, errors } = parseSync(path, source);
  if (errors[0]) throw new Error(`${path} cannot be parsed: ${errors[0].message}`);
  const inserts: { at: number; text: "(" | ")" }[] = [];
  const methods = new Set<number>();
  const parenthesize = ({ start, end }: Span) => {
    if (!methods.has(start)) inserts.push({ at: start, text: "(" }, { at: end, text: ")" });
  };
  const skip = ({ value }: MethodDefinition | ObjectProperty) => void methods.add(value.start);
  new Visitor({
    ArrowFunctionExpression: parenthesize,
    FunctionExpression: parenthesize,
    MethodDefinition: skip,
    Property: (property) => {
      if (property.kind !== "init" || property.method) skip(property);
    },
  }).visit(program);
  // Where one function ends and the next begins, the end comes first.
  inserts.sort((one, other) => one.at - other.at || one.text.localeCompare(other.text) * -1);
  return inserts.reduceRight(
    (text, { at, text: insert }) => text.slice(0, at) + insert + text.slice(at),
    source,
  );
}

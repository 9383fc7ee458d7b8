import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/**
 * Removes the schemas of unused commands from the bundle. The SDK writes the keys of its schemas as `[_e]`, with
 * `const _e = "error"`. esbuild treats a computed key as a possible side effect and keeps the schemas of all 380 commands of
 * Connect (184 KB). With the literal in place of the constant they are plain data, which tree shaking removes.
 *
 * @see https://github.com/evanw/esbuild/issues/4373
 */
export function slimSdkSchemas(): Plugin {
  return {
    name: "slim-sdk-schemas",
    setup(build) {
      let count = 0;
      build.onLoad({ filter: schemaFile }, async ({ path }) => {
        count += 1;
        return { contents: slimSchemas(await readFile(path, "utf8"), path), loader: "js" };
      });
      build.onEnd(({ errors }) => {
        if (errors.length === 0 && count === 0)
          throw unexpected("@aws-sdk/client-*", "there are no files with schemas");
      });
    },
  };
}

const schemaFile = /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]/;
const constant = /^const (_\w*) = ("[^"\\]*");$/gm;
const computedKey = /\[(_\w+)\]:/g;

/** The same module with literal keys. Throws if the SDK's schemas are not written as expected. */
export function slimSchemas(source: string, path: string): string {
  const literals = new Map(
    [...source.matchAll(constant)].map(([, name = "", literal = ""]) => [name, literal]),
  );
  let count = 0;
  const literal = source.replace(computedKey, (_, name: string) => {
    const text = literals.get(name);
    if (text === undefined) throw unexpected(path, `${name} is not a string constant`);
    count += 1;
    return `${text}:`;
  });
  if (count === 0) throw unexpected(path, "it has no computed keys");
  return literal;
}

function unexpected(path: string, what: string): Error {
  return new Error(
    `The schemas of the AWS SDK are not written as expected: ${what} (${path}). Check what the new version does, and whether lambda/build/slim-sdk-schemas.ts is still needed.`,
  );
}

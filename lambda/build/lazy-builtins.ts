import { builtinModules, createRequire } from "node:module";
import type { Plugin } from "esbuild";

const require = createRequire(import.meta.url);

/**
 * Loads Node's built-in modules with `process.getBuiltinModule`, and only the exports that are used. An `import` reads every
 * export, and some of them load modules that the function does not need: undici in `node:http`, the standard streams in
 * `node:process`, WebCrypto in `node:crypto`.
 *
 * @see https://nodejs.org/docs/latest-v24.x/api/process.html#processgetbuiltinmoduleid
 */
export function lazyBuiltins(): Plugin {
  const name = "lazy-builtins";
  return {
    name,
    setup(build) {
      build.onResolve(
        { filter: new RegExp(`^(?:node:|(?:${builtinModules.join("|")})$)`) },
        ({ path, kind }) => ({
          path,
          namespace: name,
          suffix: path === "node:http" && kind === "dynamic-import" ? defaultOnly : "",
        }),
      );
      build.onLoad({ filter: /.*/, namespace: name }, ({ path, suffix }) => ({
        contents: asModule(path, suffix === defaultOnly ? [] : Object.keys(require(path))),
      }));
    },
  };
}

/** A dynamic import reads all exports. The SDK uses only the default export of `node:http`. */
const defaultOnly = "?default-only";

/** Each export is a call without side effects, so that the bundle keeps and reads only those that are imported. */
function asModule(path: string, exports: readonly string[]): string {
  const names = exports.filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
  return `
    const builtin = process.getBuiltinModule(${JSON.stringify(path)});
    ${names.map((name, index) => `const name${index} = /* @__PURE__ */ (() => builtin.${name})();`).join("\n")}
    export { ${["builtin as default", ...names.map((name, index) => `name${index} as ${name}`)].join(", ")} };`;
}

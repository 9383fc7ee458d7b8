import { builtinModules } from "node:module";
import type { Plugin } from "esbuild";

/**
 * Node's own modules are taken by `process.getBuiltinModule`. An `import` of one reads each of its exports, and some of them
 * load what hardly anybody needs: undici in `node:http`, the standard streams in `node:process`, WebCrypto in `node:crypto`.
 *
 * @see https://nodejs.org/docs/latest-v24.x/api/process.html#processgetbuiltinmoduleid
 */
export function builtinsOnDemand(): Plugin {
  const name = "builtins-on-demand";
  return {
    name,
    setup(build) {
      build.onResolve({ filter: new RegExp(`^(?:node:|(?:${builtinModules.join("|")})$)`) }, ({ path }) => ({
        path,
        namespace: name,
      }));
      build.onLoad({ filter: /.*/, namespace: name }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      }));
    },
  };
}

// Imports the given module and reports what that loaded: files, and Node's own modules. It runs in its own process and is
// plain JavaScript, so that nothing else is loaded.
import { registerHooks } from "node:module";

const files = [];
registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith("file:")) files.push(url);
    return nextLoad(url, context);
  },
});
await import(process.argv[2]);
process.stderr.write(`${JSON.stringify({ files, builtins: process.moduleLoadList })}\n`, () =>
  process.exit(),
);

// Imports the module that is named and tells what that loaded: files, and Node's own modules. In a process of its own, and
// plain JavaScript, so that there is nothing else.
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

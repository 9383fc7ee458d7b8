#!/usr/bin/env node
// The program as it is published. Plain JavaScript, so that an old Node can read it and report which Node is needed.
import module from "node:module";

const wanted = 22;
if (Number(process.versions.node.split(".")[0]) < wanted) {
  process.stderr.write(
    `contact-transfer needs Node ${wanted} or later; this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}
// Compiled code is kept in the system's folder for temporary files.
module.enableCompileCache();

await import("./main.mjs");

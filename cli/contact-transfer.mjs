#!/usr/bin/env node
// Plain JavaScript, so that an old Node can read it and report which Node is needed.
import "../require-node.mjs";

await import("./main.ts");

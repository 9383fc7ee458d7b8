// npm runs this after `npm ci`, where it does nothing, and in the clone that it makes for a dependency on the git repository. There it
// builds the package, and the clone, which npm removes afterwards, gets the published package.json. npm marks that clone with a variable.
if (process.env._PACOTE_NO_PREPARE_) {
  await import("../require-node.mjs");
  const { publish } = await import("./pack.ts");
  await publish();
}
